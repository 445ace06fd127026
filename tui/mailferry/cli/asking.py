"""A look-up online, as a command does it: every host is named before it is asked, and Ctrl+C ends it well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.cli.output import words
from mailferry.discovering import discover

if TYPE_CHECKING:
    from mailferry.catalog.discovery.asking import Announce, Asking
    from mailferry.model.recommendation import Recommendation
    from mailferry.workspace import Workspace

STOPPED = 130
"""Exit status after Ctrl+C, as shells have it."""


def look_up_online(
    workspace: Workspace, address: str, *, guess: bool, provider: str | None = None
) -> tuple[Recommendation, bool]:
    """The recommendation after asking all sources, and whether the user stopped it with Ctrl+C.

    What has been answered until then is kept. Raises AddressError, InvalidFileError, MailferryError.
    """
    import asyncio
    import signal

    async def ask() -> tuple[Recommendation, bool]:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()

        def stopped() -> None:
            stop.set()
            loop.remove_signal_handler(signal.SIGINT)  # a second Ctrl+C ends the program at once

        loop.add_signal_handler(signal.SIGINT, stopped)
        try:
            found = await discover(
                workspace, address, guess=guess, announce=announcing(), stop=stop, provider=provider
            )
        finally:
            loop.remove_signal_handler(signal.SIGINT)
        return found, stop.is_set()

    return asyncio.run(ask())


def announcing() -> Announce:
    """Says on standard error which host is about to be asked, and what it is told.

    Each host is named once for all that it is told, names below one that it knows already left out.
    """
    told: dict[str, set[str]] = {}

    def announce(asking: Asking) -> None:
        known = told.setdefault(asking.host, set())
        if not any(asking.about == each or asking.about.endswith(f".{each}") for each in known):
            known.add(asking.about)
            words(f"Asking {asking.host} (told: {asking.about})")

    return announce
