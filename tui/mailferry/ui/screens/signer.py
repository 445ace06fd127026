"""The files of an identity to sign with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import ComposeResult

from mailferry.model.problem import MailferryError
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.reading import Reading

if TYPE_CHECKING:
    from mailferry.iphone.signing import SigningIdentity

Load = Callable[[Path, Path | None], Awaitable["SigningIdentity"]]
"""Loads an identity from a certificate's file and that of its key; raises MailferryError."""


class SignerScreen(Dialog["SigningIdentity"]):
    """Asks for files and answers with the identity in them. What is wrong is said where it was typed."""

    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("tab", "next"),
        ("enter", "load it"),
        ("esc", "cancel"),
    )

    def __init__(self, load: Load) -> None:
        super().__init__("Sign with")
        self.load = load
        self.loading = False
        self.certificate = Field(
            "Certificate",
            placeholder="such as fullchain.pem",
            help="PEM, or PKCS#12 with the key in it; the chain belongs into it as well.",
        )
        self.private_key = Field(
            "Private key", placeholder="such as privkey.pem", help="Only where it is a file of its own."
        )

    def body(self) -> ComposeResult:
        """The two files."""
        yield self.certificate
        yield self.private_key

    @property
    def paged(self) -> Reading:
        """What helps with the certificate, or is wrong with it."""
        return self.certificate.note

    def on_input_changed(self) -> None:
        """A complaint is over when something else is typed."""
        self.certificate.rest()

    def on_input_submitted(self) -> None:
        """Enter loads it, from either field."""
        if not self.certificate.value.strip():
            self.certificate.complain("a file name is needed")
        elif not self.loading:
            self.loading = True
            self._try()

    @work
    async def _try(self) -> None:
        try:
            key = self.private_key.value
            loaded = await self.load(_path(self.certificate.value), _path(key) if key.strip() else None)
        except MailferryError as error:
            self.certificate.complain(str(error))
        else:
            self.finish(loaded)
        finally:
            self.loading = False


def _path(typed: str) -> Path:
    try:
        return Path(typed.strip()).expanduser().absolute()
    except RuntimeError:
        raise MailferryError(f"there is no such home folder: {typed.strip()}") from None
