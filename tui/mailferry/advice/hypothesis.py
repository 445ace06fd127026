"""What comparing would say of an account if some of its values were those that a test saw working."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mailferry.advice.compare import compare
from mailferry.advice.subject import OwnerOf, nobodys
from mailferry.advice.words import provider_name
from mailferry.model.account import Account
from mailferry.model.check import Repair, ServerCheck
from mailferry.model.finding import NOT_WELL, Finding, Verdict
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES, effective_settings

_HARDEST_FIRST: tuple[Verdict, ...] = (
    "wrong",
    "blocked",
    "insecure",
    "outdated",
    "differs",
    "alternative",
    "accepted",
    "same",
    "inherited",
    "unknown",
)
_NAMED: frozenset[Verdict] = frozenset({"alternative", "accepted", "same", "inherited"})
"""What comparing says of a place that the recommendation or the user names."""

_PLACE = ("protocol", "host", "port", "security")

_SETTINGS = {
    "username": "user name",
    "auth": "way to sign in",
    "security": "encryption",
}
_WORDS: dict[Verdict, str] = {
    "wrong": "wrong {setting} for {provider}",
    "blocked": "this {setting} cannot work at {provider}",
    "insecure": "insecure {setting}",
    "outdated": "outdated {setting} for {provider}",
    "differs": "not the {setting} that is recommended",
}


def compared(
    check: ServerCheck,
    account: Account,
    recommendation: Recommendation,
    *,
    today: datetime.date,
    owner_of: OwnerOf = nobodys,
) -> tuple[Repair, ...]:
    """What a test of a server saw working, each with what comparing would say of that server then.

    Those come first that lead to a place which the recommendation or the user names, and those last that
    lead to one which comparing holds for wrong.
    """
    judged: list[tuple[int, Repair]] = []
    for repair in check.repairs:
        changes = _as_seen(repair.changes, check, account, recommendation)
        findings = findings_with(account, changes, recommendation, today=today, owner_of=owner_of)
        hardest = _hardest(findings)
        place = _hardest([each for each in findings if each.path.partition(".")[2] in _PLACE])
        judged.append(
            (
                _rank(place),
                msgspec.structs.replace(
                    repair,
                    changes=changes,
                    verdict=hardest.verdict if hardest is not None else None,
                    compared=_words(hardest, recommendation),
                ),
            )
        )
    return tuple(repair for _, repair in sorted(judged, key=lambda each: each[0]))


def findings_with(
    account: Account,
    changes: Mapping[str, str | int],
    recommendation: Recommendation,
    *,
    today: datetime.date,
    owner_of: OwnerOf = nobodys,
) -> tuple[Finding, ...]:
    """What comparing would say of the changed servers, all their settings, by setting path."""
    changed = {path.partition(".")[0] for path in changes}
    comparison = compare("", with_changes(account, changes), recommendation, today=today, owner_of=owner_of)
    return tuple(each for each in comparison.findings if each.path.partition(".")[0] in changed)


def with_changes(account: Account, changes: Mapping[str, str | int]) -> Account:
    """The account with values put in by setting path."""
    servers: dict[str, Any] = {}
    for role in ROLES:
        values: dict[str, Any] = {
            path.partition(".")[2]: value for path, value in changes.items() if path.startswith(f"{role}.")
        }
        servers[role] = msgspec.structs.replace(account.server(role), **values)
    return msgspec.structs.replace(account, **servers)


def _as_seen(
    changes: Mapping[str, str | int], check: ServerCheck, account: Account, recommendation: Recommendation
) -> dict[str, str | int]:
    """The changes, and what the account would inherit otherwise by them than it was seen to work."""
    after = effective_settings("", with_changes(account, changes), recommendation).server(check.role)
    seen = dict(changes)
    for field in ("host", "port", "security"):
        value = changes.get(f"{check.role}.{field}", getattr(check, field))
        if value is not None and getattr(after, field) not in (None, value):
            seen[f"{check.role}.{field}"] = value
    return seen


def _hardest(findings: Sequence[Finding]) -> Finding | None:
    return min(findings, key=lambda each: _HARDEST_FIRST.index(each.verdict), default=None)


def _rank(place: Finding | None) -> int:
    if place is None or place.verdict in _NAMED:
        return 0
    return 2 if place.verdict in NOT_WELL else 1


def _words(finding: Finding | None, recommendation: Recommendation) -> str | None:
    """What is not as it should be, in a few words; None where all is."""
    if finding is None or finding.verdict not in _WORDS:
        return None
    field = finding.path.partition(".")[2]
    return _WORDS[finding.verdict].format(
        setting=_SETTINGS.get(field, field), provider=provider_name(recommendation)
    )
