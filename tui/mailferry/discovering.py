"""Looking an address up online: all sources at once, with what tests on this machine have proven."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mailferry.model.address import parse_address
from mailferry.model.recommendation import Recommendation, SourceAnswer
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    import asyncio

    from mailferry.catalog.discovery.asking import Announce


async def discover(
    workspace: Workspace,
    address: str,
    *,
    announce: Announce,
    answered: Callable[[SourceAnswer], None] = lambda _answer: None,
    guess: bool = False,
    stop: asyncio.Event | None = None,
    provider: str | None = None,
) -> Recommendation:
    """The recommendation after asking all sources online, within 30 seconds.

    `announce` is called before each host is asked, `answered` with each source's answer. Setting `stop`
    ends the asking, and what has answered counts. With a `provider` that does not exist nobody is asked.
    Raises AddressError, and MailferryError for a config.toml that cannot be used.
    """
    from mailferry.catalog.discovery.online import look_up_online

    listed = workspace.look_up(address, provider)
    if provider is not None and listed.how == "none":
        return listed
    tested = evidence_of_tests(workspace, address, provider)
    return await look_up_online(
        workspace.catalogue,
        parse_address(address),
        workspace.config.lookup,
        workspace.config.checks.connect_to,
        listed=listed,
        known=(tested,) if tested is not None else (),
        guess=guess,
        announce=announce,
        answered=answered,
        stop=stop,
    )


def evidence_of_tests(workspace: Workspace, address: str, provider: str | None = None) -> SourceAnswer | None:
    """What tests on this machine have proven of an address, its domain or its provider.

    None where no account signed in with the settings it has now. Raises AddressError.
    """
    from mailferry.catalog.tested import SignedInAccount, tested_answer

    asked = parse_address(address)
    provider = workspace.look_up(address, provider).provider
    stored = workspace.results.all()
    tested = []
    for entry in workspace.accounts():
        if entry.value is None or entry.id not in stored:
            continue
        same_domain = parse_address(entry.value.address).domain == asked.domain
        if same_domain or (provider and workspace.recommendation(entry.value).provider == provider):
            kept = workspace.last_check(entry.id, entry.value)
            if kept is not None:
                settings = workspace.settings(entry.id, entry.value)
                tested.append(SignedInAccount(settings, kept.check, kept.when))
    return tested_answer(asked, tested)
