"""What was left out because its server had refused too many passwords before, or had turned others away."""

from __future__ import annotations

from mailferry.model.check import AccountCheck, ServerCheck, StageResult

SPARED = "no more are sent, or the server may ban you"
"""How the reason beside the stage ends where too many passwords had been refused."""
LEFT_ALONE = "the server is left alone for the rest of this run"
"""How it ends where the server had asked others to come less often, or not from this address."""


def is_spared(server: ServerCheck) -> bool:
    """Whether nothing failed at a server but that it was not to be asked any more."""
    return server.cause == "not-tried" and any(is_left_out(stage) for stage in server.stages)


def is_not_tried(check: AccountCheck) -> bool:
    """Whether an account is neither well nor known to fail: what is not well was left out."""
    failed = [server for server in check.servers if not server.ok]
    return bool(failed) and all(is_spared(server) for server in failed)


def mark(stage: StageResult) -> str:
    """The sign of a stage: passed, left out, failed."""
    return "✓" if stage.ok else "–" if is_left_out(stage) else "✗"


def is_left_out(stage: StageResult) -> bool:
    """Whether a stage is the sign-in or the connection that was left out."""
    return not stage.ok and stage.detail.endswith((SPARED, LEFT_ALONE))


def why_left_alone(check: AccountCheck) -> str | None:
    """Why a server of an account was not even connected to; refused passwords are told once a server."""
    stages = (stage for server in check.servers for stage in server.stages)
    return next((stage.detail for stage in stages if stage.detail.endswith(LEFT_ALONE)), None)
