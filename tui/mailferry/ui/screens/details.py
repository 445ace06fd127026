"""All that a test learnt about the servers of an account, to read, to copy, to write to a file."""

from __future__ import annotations

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType

from mailferry.model.account import Role
from mailferry.model.check import ServerCheck
from mailferry.ui.screens.reading import Writer, prose
from mailferry.ui.screens.show import ShowScreen


class DetailsScreen(ShowScreen):
    """What a test learnt. `pinned` is afterwards the server whose certificate is to be pinned, if any."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "fingerprint", "copy the fingerprint", show=False),
        Binding("p", "pin", "pin the certificate", show=False),
    ]

    def __init__(self, title: str, text: str, writer: Writer, servers: tuple[ServerCheck, ...]) -> None:
        super().__init__(title, text, writer=writer, file_name="details.txt")
        self.servers = servers
        self.pinned: Role | None = None
        keys = [("↑↓", "scroll"), ("w", "write to a file"), ("c", "copy")]
        keys += [("f", "fingerprint")] if self._fingerprints else []
        keys += [("p", "pin it")] if self._pinnable is not None else []
        self.name_keys((*keys, ("esc", "back")))

    @property
    def _fingerprints(self) -> str:
        prints = [each.certificate.fingerprint for each in self.servers if each.certificate is not None]
        return "\n".join(dict.fromkeys(prints))

    @property
    def _pinnable(self) -> ServerCheck | None:
        """The first server whose certificate nobody else vouches for."""
        from mailferry.advice.pinning import why_pinned

        return next(
            (each for each in self.servers if why_pinned(each) is not None),
            None,
        )

    def action_fingerprint(self) -> None:
        """Copy the fingerprints of the certificates."""
        from mailferry.ui.clipboard import copy_text

        if self._fingerprints:
            copy_text(self.app, self._fingerprints)
            self.outcome.show(prose(f"copied, if the terminal allows it: {self._fingerprints}"))

    @work
    async def action_pin(self) -> None:
        """Say what pinning means, and leave with the server it is for once the user agrees."""
        from mailferry.advice.pinning import meaning, why_pinned
        from mailferry.ui.screens.confirm import ConfirmScreen

        server = self._pinnable
        if server is None or server.certificate is None:
            return
        told = f"{why_pinned(server)} {meaning(server)}\n\n{server.certificate.fingerprint}\n\nPin it?"
        choices = [("y", "pin this certificate"), ("n", "no")]
        if await self.app.push_screen_wait(ConfirmScreen(told, choices)) == "y":
            self.pinned = server.role
            self.finish(None)
