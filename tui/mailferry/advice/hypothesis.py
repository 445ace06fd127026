"""What comparing would say of an account if some of its values were others."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import msgspec

from mailferry.advice.compare import compare
from mailferry.advice.subject import OwnerOf, nobodys
from mailferry.model.account import Account
from mailferry.model.finding import Verdict
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES

_HARDEST_FIRST: tuple[Verdict, ...] = (
    "wrong",
    "blocked",
    "insecure",
    "outdated",
    "differs",
    "unknown",
    "alternative",
    "accepted",
    "same",
    "inherited",
)


def verdict_with(
    account: Account,
    changes: Mapping[str, str | int],
    recommendation: Recommendation,
    *,
    today: datetime.date,
    owner_of: OwnerOf = nobodys,
) -> Verdict | None:
    """The hardest verdict among the changed settings, by setting path; None where none is compared."""
    changed = with_changes(account, changes)
    findings = compare("", changed, recommendation, today=today, owner_of=owner_of).findings
    verdicts = [finding.verdict for finding in findings if finding.path in changes]
    return min(verdicts, key=_HARDEST_FIRST.index, default=None)


def with_changes(account: Account, changes: Mapping[str, str | int]) -> Account:
    """The account with values put in by setting path."""
    servers: dict[str, Any] = {}
    for role in ROLES:
        values: dict[str, Any] = {
            path.partition(".")[2]: value for path, value in changes.items() if path.startswith(f"{role}.")
        }
        servers[role] = msgspec.structs.replace(account.server(role), **values)
    return msgspec.structs.replace(account, **servers)
