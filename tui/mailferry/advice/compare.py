"""Comparing an account, setting by setting, with what is recommended for it."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from mailferry.advice.connection import judge_port, judge_security, mend_together
from mailferry.advice.host import judge_host
from mailferry.advice.sign_in import judge_auth
from mailferry.advice.subject import Judgement, Subject, nothing_to_compare, subject_of
from mailferry.advice.username import judge_username
from mailferry.advice.words import and_then, provider_name, say_date, say_value
from mailferry.model.account import Account
from mailferry.model.finding import NOT_WELL, Comparison, Finding
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES, SERVER_FIELDS

_DEVIATIONS = NOT_WELL | {"differs"}


def compare(
    account_id: str, account: Account, recommendation: Recommendation, *, today: datetime.date
) -> Comparison:
    """Judge every setting of an account, in the order of the setting paths.

    `today` decides whether a deviation that the user stands by until some day still is one. Neither a
    password nor the network is needed; what nobody recommends is said to be unknown, never guessed.
    """
    keep_protocol = _stands("incoming.protocol", account, today)
    subjects = [subject_of(account, recommendation, role, keep_protocol=keep_protocol) for role in ROLES]
    findings = tuple(finding for subject in subjects for finding in _findings(subject, today))
    return Comparison(
        account=account_id,
        address=account.address,
        provider=recommendation.provider,
        ok=not any(finding.verdict in NOT_WELL for finding in findings),
        findings=findings,
    )


def _findings(subject: Subject, today: datetime.date) -> list[Finding]:
    judgements = {
        field: _heed_acceptance(subject, field, _JUDGES[field](subject), today)
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


def _applies(subject: Subject, field: str) -> bool:
    if field == "protocol":
        return subject.role == "incoming"
    if field in ("ca_file", "fingerprint"):
        return getattr(subject.own, field) is not None
    return True


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


def _heed_acceptance(subject: Subject, field: str, judgement: Judgement, today: datetime.date) -> Judgement:
    """Turn a deviation into an accepted one while the user stands by it."""
    path = f"{subject.role}.{field}"
    accepted = subject.account.accepted.get(path)
    if accepted is None or judgement.verdict not in _DEVIATIONS:
        return judgement
    if _stands(path, subject.account, today):
        until = f" (until {say_date(accepted.until)})" if accepted.until else ""
        return Judgement("accepted", f"Accepted{until}: {accepted.reason}")
    assert accepted.until is not None, "what has no end stands"
    passed = f"You had accepted this until {say_date(accepted.until)}, which has passed."
    return Judgement(judgement.verdict, and_then(judgement.why, passed), judgement.fix)


def _stands(path: str, account: Account, today: datetime.date) -> bool:
    """Whether the user stands by a deviation today; the last day counts."""
    accepted = account.accepted.get(path)
    return accepted is not None and (accepted.until is None or today <= accepted.until)
