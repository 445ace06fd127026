"""Sign-ins that were left out because their server had refused too many passwords before."""

from __future__ import annotations

from mailferry.model.check import AccountCheck, ServerCheck, StageResult

SPARED = "no more are sent, or the server may ban you"
"""How the reason beside the stage ends."""


def is_spared(server: ServerCheck) -> bool:
    """Whether nothing failed at a server but that no password was sent to it any more."""
    return server.cause == "not-tried" and any(is_left_out(stage) for stage in server.stages)


def is_not_tried(check: AccountCheck) -> bool:
    """Whether an account is neither well nor known to fail: what is not well was left out."""
    failed = [server for server in check.servers if not server.ok]
    return bool(failed) and all(is_spared(server) for server in failed)


def mark(stage: StageResult) -> str:
    """The sign of a stage: passed, left out, failed."""
    return "✓" if stage.ok else "–" if is_left_out(stage) else "✗"


def is_left_out(stage: StageResult) -> bool:
    """Whether a stage is the sign-in that was left out."""
    return not stage.ok and stage.detail.endswith(SPARED)
