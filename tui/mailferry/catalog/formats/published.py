"""What a published file says of a provider, whatever its format."""

from __future__ import annotations

from dataclasses import dataclass

from mailferry.model.provider import IncomingServer, OutgoingServer, Provider, SignIn


@dataclass(frozen=True, kw_only=True)
class Published:
    """The settings in a published file. All texts are fit for a terminal.

    `domains` are in A-labels; `mx` are suffixes of mail exchangers; `before` are steps before the first
    sign-in; `remarks` are whole sentences about what was left out.
    """

    name: str | None = None
    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    docs: str | None = None
    incoming: tuple[IncomingServer, ...] = ()
    outgoing: tuple[OutgoingServer, ...] = ()
    before: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def provider(self, name: str) -> Provider:
        """The same as a provider; `name` is for a file that gives none."""
        return Provider(
            name=self.name or name,
            domains=self.domains,
            mx=self.mx,
            docs=self.docs,
            incoming=self.incoming,
            outgoing=self.outgoing,
            sign_in=SignIn(before=self.before),
        )
