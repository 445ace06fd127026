"""The mail of the sandbox: messages in memory, filled by SMTP and read by IMAP and POP3."""

# Names and signatures here are twisted's.
# ruff: noqa: ARG002, N802
from __future__ import annotations

import email
import io

from twisted.mail import imap4
from zope.interface import implementer

from mailferry.sandbox.cast import SandboxMailbox


@implementer(imap4.IMessage, imap4.IMessageFile)
class StoredMessage:
    """One message as twisted's IMAP server reads it: always as a single part of text."""

    def __init__(self, uid: int, raw: bytes) -> None:
        self.uid = uid
        self.raw = raw
        self.flags: set[str] = set()
        self._headers = [(name.lower(), str(value)) for name, value in email.message_from_bytes(raw).items()]

    def getUID(self) -> int:
        return self.uid

    def getFlags(self) -> list[str]:
        return sorted(self.flags)

    def getInternalDate(self) -> bytes:
        return self.header("date").encode("ascii", "replace") or b"Thu, 01 Jan 1970 00:00:00 +0000"

    def getHeaders(self, negate: bool, *names: bytes | str) -> dict[str, str]:
        wanted = {(name.decode() if isinstance(name, bytes) else name).lower() for name in names}
        return {name: value for name, value in self._headers if (name in wanted) != negate}

    def getSize(self) -> int:
        return len(self.raw)

    def getBodyFile(self) -> io.BytesIO:
        return io.BytesIO(self.raw.partition(b"\r\n\r\n")[2])

    def open(self) -> io.BytesIO:
        return io.BytesIO(self.raw)

    def isMultipart(self) -> bool:
        return False

    def getSubPart(self, part: int) -> None:
        raise TypeError("a message of the sandbox has one part")

    def header(self, name: str) -> str:
        """The first header field of that name, or nothing."""
        return next((value for field, value in self._headers if field == name.lower()), "")


class Inbox:
    """The messages of one mailbox, and the IMAP sessions that have it open."""

    def __init__(self, mailbox: SandboxMailbox) -> None:
        self.mailbox = mailbox
        self.messages: list[StoredMessage] = []
        self.sessions: list[imap4.IMAP4Server] = []
        self.next_uid = 1
        for text in mailbox.messages:
            self.deliver(text.encode())

    def deliver(self, raw: bytes) -> None:
        """Put a message in, and tell its sessions how many there are now."""
        self.messages.append(StoredMessage(self.next_uid, raw))
        self.next_uid += 1
        for session in self.sessions:
            session.newMessages(len(self.messages), None)
