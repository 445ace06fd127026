"""A message on its way: from whom, to whom, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from mailferry.model.address import Address


@dataclass(frozen=True)
class Letter:
    """What is handed to a server for sending. `data` has CRLF ends and no dots stuffed."""

    sender: Address
    recipient: Address
    data: bytes

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 (RFC 6531) can take it."""
        return self.beyond_ascii is not None

    @property
    def beyond_ascii(self) -> Address | None:
        """The address that has a letter outside ASCII before its @, if one has."""
        return next((each for each in (self.sender, self.recipient) if not each.local.isascii()), None)
