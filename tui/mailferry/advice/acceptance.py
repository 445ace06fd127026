"""What an account accepts: deviations that its user stands by, until a day or for good."""

from __future__ import annotations

import datetime

from mailferry.advice.names import same_host
from mailferry.advice.slips import host_slip
from mailferry.model.account import Accepted, Account, Role
from mailferry.model.recommendation import Recommendation


def is_without_mail(recommendation: Recommendation, role: Role) -> bool:
    """Whether no mail program can be used at all, so that there is nothing to stand by."""
    return recommendation.status in ("retired", "no-mail-programs") and not recommendation.servers(role)


def stands(account: Account, path: str, today: datetime.date) -> bool:
    """Whether the user stands by a setting's deviation today; the last day counts."""
    accepted = account.accepted.get(path)
    return accepted is not None and not has_passed(accepted, today) and is_for_value(account, path, accepted)


def has_passed(accepted: Accepted, today: datetime.date) -> bool:
    """Whether an acceptance has come to its end."""
    return accepted.until is not None and today > accepted.until


def is_for_value(account: Account, path: str, accepted: Accepted) -> bool:
    """Whether an acceptance is for the value that the account states; one that names none is for any."""
    if accepted.value is None:
        return True
    role, field = path.split(".")
    stated = getattr(account.incoming if role == "incoming" else account.outgoing, field)
    if field == "host" and isinstance(stated, str) and isinstance(accepted.value, str):
        return same_host(stated, accepted.value)
    return bool(stated == accepted.value)


def unconfirmed_slip(
    account: Account, recommendation: Recommendation, role: Role, today: datetime.date
) -> str | None:
    """The host that the account's own one is probably a slip of; None when it is no slip, or confirmed.

    Confirmed is a host that the account accepts by name, with `value`: an acceptance of any host must not
    open the door to a stranger's that comes by a slip later.
    """
    host, path = account.server(role).host, f"{role}.host"
    slip = host_slip(host, recommendation) if host else None
    accepted = account.accepted.get(path)
    by_name = accepted is not None and accepted.value is not None and stands(account, path, today)
    return None if by_name else slip
