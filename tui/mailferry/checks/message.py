"""The message that an account sends to itself."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass
from email.header import Header
from email.message import Message as ParsedMessage
from email.parser import BytesHeaderParser
from email.utils import format_datetime

from mailferry.checks.letter import Letter
from mailferry.model.address import Address

_LONGEST_NAME = 60
_TEXT = """\
mailferry sent this message from your account to itself, to see whether sending and receiving work.\r
It deletes it when it has found it; if you read this, you may delete it yourself.\r
"""


@dataclass(frozen=True)
class Message:
    """A message from an address to itself. `token` is in its Message-ID and in its subject, and nowhere else.

    `data` has CRLF ends and no dots stuffed.
    """

    address: Address
    token: str
    data: bytes

    @property
    def letter(self) -> Letter:
        """The message on its way."""
        return Letter(self.address, self.address, self.data)

    def is_in(self, header: bytes) -> bool:
        """Whether a header is this message's. A server may have changed one of the two marks, not both."""
        fields = BytesHeaderParser().parsebytes(header)
        marks = {"Message-ID": self._message_id, "Subject": self._subject}
        return any(_values(fields, name) == [mark] for name, mark in marks.items())

    @property
    def _message_id(self) -> str:
        return _message_id(self.token, self.address)

    @property
    def _subject(self) -> str:
        return _subject(self.token)


def compose(address: Address, name: str | None) -> Message:
    """Write the message (RFC 5322), with nothing in it about this machine."""
    token = secrets.token_hex(8)
    fields = (
        ("Date", format_datetime(datetime.datetime.now(datetime.UTC))),
        ("From", _mailbox(address, name)),
        ("To", str(address)),
        ("Message-ID", _message_id(token, address)),
        ("Subject", _subject(token)),
        # No answer from a holiday notice: RFC 3834 section 5, and Exchange's own way.
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=us-ascii"),
        ("Content-Transfer-Encoding", "7bit"),
    )
    header = "".join(f"{field}: {value}\r\n" for field, value in fields)
    return Message(address, token, f"{header}\r\n{_TEXT}".encode())


def _message_id(token: str, address: Address) -> str:
    return f"<mailferry.{token}@{address.domain}>"


def _subject(token: str) -> str:
    return f"mailferry test {token}"


def _mailbox(address: Address, name: str | None) -> str:
    shown = "".join(each if each.isprintable() else " " for each in name or "").strip()[:_LONGEST_NAME]
    if not shown:
        return str(address)
    if shown.isascii():
        quoted = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{address}>'
    encoded = Header(shown, "utf-8", header_name="From").encode(linesep="\r\n")
    return f"{encoded} <{address}>"


def _values(fields: ParsedMessage, name: str) -> list[str]:
    return [" ".join(str(value).split()) for value in fields.get_all(name, ())]
