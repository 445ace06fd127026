"""Comparing an account, setting by setting, with what is recommended for it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from mailferry.advice.acceptance import has_passed, is_for_value, is_without_mail, unconfirmed_slip
from mailferry.advice.connection import judge_port, judge_security, mend_together
from mailferry.advice.host import judge_host
from mailferry.advice.sign_in import judge_auth
from mailferry.advice.subject import Judgement, OwnerOf, Subject, nobodys, nothing_to_compare, subject_of
from mailferry.advice.tentative import soften
from mailferry.advice.username import judge_username
from mailferry.advice.words import and_then, provider_name, say_date, say_value
from mailferry.model.account import Account
from mailferry.model.finding import DEVIATIONS, NOT_WELL, Comparison, Finding
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES, SERVER_FIELDS


def compare(
    account_id: str,
    account: Account,
    recommendation: Recommendation,
    *,
    today: datetime.date,
    owner_of: OwnerOf = nobodys,
) -> Comparison:
    """Judge every setting of an account, in the order of the setting paths.

    `today` decides whether a deviation that the user stands by until some day still is one. `owner_of` is
    asked only for a stated host that the account's own provider does not list. Neither a password nor the
    network is needed; what nobody recommends is said to be unknown, never guessed.
    """
    subjects = [subject_of(account, recommendation, role, today, owner_of) for role in ROLES]
    findings = tuple(finding for subject in subjects for finding in _findings(subject))
    return Comparison(
        account=account_id,
        address=account.address,
        provider=recommendation.provider,
        ok=not any(finding.verdict in NOT_WELL for finding in findings),
        findings=findings,
    )


def _findings(subject: Subject) -> list[Finding]:
    judgements = {
        field: _heed_acceptance(subject, field, _judge(subject, field))
        for field in SERVER_FIELDS
        if _applies(subject, field)
    }
    judgements |= mend_together(subject, judgements)
    return [
        Finding(
            path=f"{subject.role}.{field}",
            verdict=judgement.verdict,
            yours=getattr(subject.own, field),
            recommended=_recommended(subject, field),
            why=judgement.why,
            fix=judgement.fix,
        )
        for field, judgement in judgements.items()
    ]


def _judge(subject: Subject, field: str) -> Judgement:
    judge = _JUDGES[field]
    if not subject.tentative:
        return judge(subject)
    nobody = Recommendation(address=subject.recommendation.address, how="none")
    alone = subject_of(subject.account, nobody, subject.role, subject.today)
    return soften(subject, field, judge(subject), judge(alone))


def _applies(subject: Subject, field: str) -> bool:
    """Whether there is anything to say; where nobody recommends a server, its host says so for the rest."""
    if field == "protocol" and subject.role != "incoming":
        return False
    if getattr(subject.own, field) is not None or field == "host":
        return True
    if field in ("ca_file", "fingerprint"):
        return False
    return subject.recommended is not None


def _recommended(subject: Subject, field: str) -> str | int | None:
    """The recommended value; of the protocol it is the provider's first, whichever the account states."""
    if field == "protocol":
        return next((server.protocol for server in subject.recommendation.incoming), None)
    return subject.recommended_value(field)


def _judge_protocol(subject: Subject) -> Judgement:
    stated = subject.account.incoming.protocol
    offered = tuple(dict.fromkeys(server.protocol for server in subject.recommendation.incoming))
    if stated is None:
        return subject.not_stated("protocol")
    if not offered:
        return nothing_to_compare("a protocol")
    name, spoken = provider_name(subject.recommendation), say_value("protocol", stated)
    if stated == offered[0]:
        return Judgement("same", subject.says("protocol"))
    if stated in offered:
        return Judgement(
            "alternative", f"{name} offers {spoken} too, beside {say_value('protocol', offered[0])}."
        )
    if not subject.listed_in_full:
        why = f"{name} names no server for {spoken}; there may be one all the same."
        return Judgement("differs", and_then(why, subject.says("protocol")))
    return Judgement("wrong", f"{name} has no {spoken}. Use {say_value('protocol', offered[0])}.", fix=True)


def _judge_ca_file(_subject: Subject) -> Judgement:
    return Judgement(
        "unknown", "Certificates signed by this file are trusted as well, for this server alone."
    )


def _judge_fingerprint(_subject: Subject) -> Judgement:
    return Judgement(
        "unknown", "Only the one certificate with this fingerprint is accepted, until it is renewed."
    )


_JUDGES: dict[str, Callable[[Subject], Judgement]] = {
    "protocol": _judge_protocol,
    "host": judge_host,
    "port": judge_port,
    "security": judge_security,
    "username": judge_username,
    "auth": judge_auth,
    "ca_file": _judge_ca_file,
    "fingerprint": _judge_fingerprint,
}


def _heed_acceptance(subject: Subject, field: str, judgement: Judgement) -> Judgement:
    """Turn a deviation into an accepted one while the user stands by it; say when an acceptance is idle."""
    account, path = subject.account, f"{subject.role}.{field}"
    accepted = account.accepted.get(path)
    if accepted is None or judgement.verdict == "unknown":
        return judgement
    if judgement.verdict not in DEVIATIONS:
        words = f"Nothing deviates here any more, so accepting it (“{accepted.reason}”) can be taken out."
    elif is_without_mail(subject.recommendation, subject.role):
        words = "Standing by it changes nothing, as no mail program can be used here; it can be taken out."
    elif not is_for_value(account, path, accepted):
        assert accepted.value is not None, "what names no value is for any"
        words = f"You had accepted {say_value(field, accepted.value)} here, not this."
    elif has_passed(accepted, subject.today):
        assert accepted.until is not None, "what has no end stands"
        words = f"You had accepted this until {say_date(accepted.until)}, which has passed."
    elif field == "host" and unconfirmed_slip(account, subject.recommendation, subject.role, subject.today):
        words = "Such a host is accepted only by its name: give it as value beside the reason."
    else:
        until = f" (until {say_date(accepted.until)})" if accepted.until else ""
        reason = accepted.reason.strip().rstrip(".")
        return Judgement("accepted", and_then(f"Accepted{until}: {reason}.", judgement.why))
    return Judgement(judgement.verdict, and_then(judgement.why, words), judgement.fix)
