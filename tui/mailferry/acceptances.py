"""Deviations that the user stands by, put into an account's text and taken out of it. Writes nothing."""

from __future__ import annotations

import datetime
import unicodedata

from mailferry.model.account import Account, Role
from mailferry.model.finding import DEVIATIONS, Finding
from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible
from mailferry.store.decode import decode_account
from mailferry.store.edit import set_value
from mailferry.store.files import read_text
from mailferry.store.history import Change
from mailferry.workspace import AccountEntry, Workspace, today


def of_deviation(
    workspace: Workspace, entry: AccountEntry, path: str, reason: str, until: datetime.date | None
) -> Change:
    """The account's file with a deviation accepted, for the value that it has now and for no other.

    A value that is left out cannot be named; then the acceptance is for whatever stands there. What is
    accepted already gets the new reason and date. Raises MailferryError for a setting that does not deviate,
    a reason without words, or a day that has passed.
    """
    account = _readable(entry, path)
    value = _deviating(workspace, entry.id, account, path).yours
    reason = one_line(reason)
    if until is not None:
        _refuse_passed(until)
    before = read_text(entry.path)
    after = set_value(before, ("accepted", path, "reason"), reason)
    after = set_value(after, ("accepted", path, "until"), until)
    after = set_value(after, ("accepted", path, "value"), value)
    decode_account(after, str(entry.path))
    return Change(entry.path, before, after)


def of_withdrawal(entry: AccountEntry, path: str) -> Change:
    """The account's file without an acceptance. Raises MailferryError where there is none."""
    if path not in _readable(entry, path).accepted:
        raise MailferryError(f"{path} is not accepted in {entry.path.name}, so there is nothing to withdraw")
    before = read_text(entry.path)
    return Change(entry.path, before, set_value(before, ("accepted", path), None))


def what_it_opens(workspace: Workspace, account: Account, path: str) -> str | None:
    """What accepting a host that looks like a slip means, in sentences; None for all else.

    Also None for a slip that is accepted by its name already.
    """
    role, field = path.split(".")
    if field != "host":
        return None
    which: Role = "incoming" if role == "incoming" else "outgoing"
    slip = workspace.unconfirmed_slip(account, which)
    if slip is None:
        return None
    return (
        f"{account.server(which).host} looks like a typing slip of {slip} and may belong to a stranger."
        f" Once it is accepted, the password of {account.address} is sent there, and profiles and sheets name"
        " that host."
    )


def one_line(reason: str) -> str:
    """A reason as it stands in the file. Raises MailferryError for one without words."""
    reason = " ".join(reason.split())
    if not reason:
        raise MailferryError("say in a few words why the deviation is right; the reason is shown beside it")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in reason):
        raise MailferryError("the reason holds a control character, or letters that are not UTF-8")
    return reason


def last_day(text: str) -> datetime.date:
    """The last day of an acceptance, as typed. Raises MailferryError for no day and for one that is over."""
    try:
        until = datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise MailferryError(f"“{visible(text)}” is no day; write it as 2027-01-31") from None
    _refuse_passed(until)
    return until


def _readable(entry: AccountEntry, path: str) -> Account:
    from mailferry.advice.fixes import check_paths

    check_paths([path])
    if entry.value is None:
        raise MailferryError(
            f"{entry.path} cannot be read, so nothing in it can be accepted", problems=entry.problems
        )
    return entry.value


def _deviating(workspace: Workspace, account_id: str, account: Account, path: str) -> Finding:
    from mailferry.advice.acceptance import is_without_mail

    recommendation = workspace.recommendation(account)
    role: Role = "incoming" if path.startswith("incoming.") else "outgoing"
    if is_without_mail(recommendation, role):
        words = f"no mail program can be used with {account.address}, so there is nothing to stand by"
        raise MailferryError(f"{words}. {recommendation.notice}" if recommendation.notice else words)
    comparison = workspace.compare(account_id, account)
    finding = next((each for each in comparison.findings if each.path == path), None)
    if finding is None:
        raise MailferryError(f"{path} is not set, and nothing is recommended: there is nothing to accept")
    if finding.verdict in ("same", "inherited"):
        raise MailferryError(f"{path} is as recommended: there is nothing to accept")
    if finding.verdict not in DEVIATIONS and finding.verdict != "accepted":
        raise MailferryError(f"{path} needs no acceptance. {finding.why}")
    return finding


def _refuse_passed(until: datetime.date) -> None:
    if until < today():
        raise MailferryError(
            f"{until.isoformat()} has passed; name a day to come, or none to accept for good"
        )
