"""Going on from the stage at which the last test failed, where nothing below it was changed since."""

from __future__ import annotations

import ipaddress

from mailferry.checks.options import CheckOptions
from mailferry.checks.resolve import ROUTED, route_of
from mailferry.model.cause import Stage
from mailferry.model.check import ServerCheck, StageResult
from mailferry.model.settings import ServerSettings

_BEFORE_A_PASSWORD: tuple[Stage, ...] = ("dns", "connect", "tls", "greeting", "capability", "starttls")
"""Stages whose result may be kept. That of a sign-in never is: it says nothing of the next one."""


def kept_stages(
    before: ServerCheck | None, settings: ServerSettings, options: CheckOptions
) -> tuple[StageResult, ...]:
    """The stages below the one that failed, as far as every setting they depend on is the same."""
    if before is None or before.failed_stage is None or before.protocol != settings.protocol:
        return ()
    kept: list[StageResult] = []
    for result in before.stages:
        if (
            not result.ok
            or result.stage not in _BEFORE_A_PASSWORD
            or not _holds(result.stage, before, settings)
            or (result.stage == "dns" and not _leads_there(result, settings, options))
        ):
            break
        kept.append(result)
    return tuple(kept)


def _holds(stage: Stage, before: ServerCheck, settings: ServerSettings) -> bool:
    if before.host != settings.host:
        return False
    if stage == "dns":
        return True
    if before.port != settings.port:
        return False
    return stage == "connect" or (before.security == settings.security and _trusts_alike(before, settings))


def _leads_there(found: StageResult, settings: ServerSettings, options: CheckOptions) -> bool:
    """Whether what the stage `dns` found is what would be dialled now: a route is one of host and port."""
    route = route_of(settings.host or "", settings.port or 0, options)
    if route is None:
        return not found.detail.startswith(ROUTED)
    return found.detail == f"{ROUTED}{route}"


def _trusts_alike(before: ServerCheck, settings: ServerSettings) -> bool:
    """Whether a certificate that was good is good by these settings, as far as the earlier result tells."""
    if settings.fingerprint or settings.ca_file:
        return False
    was_good = any(result.stage == "tls" and result.ok for result in before.stages)
    # One that was good only because it was pinned has no chain.
    return not was_good or (before.certificate is not None and bool(before.certificate.chain))


def address_that_answered(kept: tuple[StageResult, ...]) -> str | None:
    """Where the last test was connected to, told from what its stage `connect` found; None if not kept."""
    found = next((result.detail for result in kept if result.stage == "connect"), "")
    text = found.partition(";")[0].strip()
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return None
    return text
