"""Other ways to sign in that a server offers, where it does not offer the one that the settings ask for."""

from __future__ import annotations

from collections.abc import Sequence

from mailferry.checks.failure import StageFailure
from mailferry.checks.session import Session
from mailferry.model.account import AuthMethod
from mailferry.model.check import Repair
from mailferry.model.settings import ServerSettings


def by_other_ways(
    session: Session, settings: ServerSettings, methods: Sequence[AuthMethod]
) -> tuple[Repair, ...]:
    """Those of `methods` that the server's offer serves. Nothing is said to it: it has told already."""
    repairs = []
    for method in methods:
        try:
            offered = session.mechanisms(method)
        except StageFailure:
            continue
        seen = f"the server offers {' and '.join(filter(None, (', '.join(offered[:-1]), offered[-1])))}"
        repairs.append(Repair(changes={f"{settings.role}.auth": method}, seen=seen))
    return tuple(repairs)
