"""The sandbox's IMAP4rev1 server: twisted's, with the words and the manners of real ones."""

# Twisted is an extra, so mypy takes its classes as Any; names and signatures here are twisted's.
# mypy: disallow-subclassing-any=False
# ruff: noqa: ARG002, N802, N815
from __future__ import annotations

import re
from collections.abc import Mapping

from twisted.internet import defer, ssl
from twisted.internet.protocol import ServerFactory
from twisted.mail import imap4
from twisted.python.failure import Failure
from zope.interface import implementer

from mailferry.sandbox.cast import SandboxServer
from mailferry.sandbox.inbox import Inbox, StoredMessage
from mailferry.sandbox.search import criterion
from mailferry.sandbox.sign_in import SignIn, mechanisms

_WRONG_PASSWORD = "[AUTHENTICATIONFAILED] Authentication failed."  # noqa: S105  a server's words
_TWISTED_REFUSALS = (b"LOGIN failed", b"Authentication failed: unauthorized")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\["\\])*)"(?: |$)')


@implementer(imap4.IMailbox, imap4.ISearchableMailbox)
class OpenInbox:
    """An inbox as one session has it open: to read only (EXAMINE), or not."""

    def __init__(self, inbox: Inbox, *, writeable: bool) -> None:
        self._inbox = inbox
        self._writeable = writeable

    def getFlags(self) -> list[str]:
        return ["\\Seen", "\\Deleted"]

    def getHierarchicalDelimiter(self) -> str:
        return "/"

    def getUIDValidity(self) -> int:
        return 1

    def getUIDNext(self) -> int:
        return self._inbox.next_uid

    def getUID(self, message: int) -> int:
        return self._inbox.messages[message - 1].uid

    def getMessageCount(self) -> int:
        return len(self._inbox.messages)

    def getRecentCount(self) -> int:
        return 0

    def getUnseenCount(self) -> int:
        return sum("\\Seen" not in message.flags for message in self._inbox.messages)

    def isWriteable(self) -> bool:
        return self._writeable

    def destroy(self) -> None:
        raise imap4.MailboxException("the inbox stays")

    def requestStatus(self, names: list[str]) -> Mapping[str, int]:
        status: Mapping[str, int] = imap4.statusRequestHelper(self, names)
        return status

    def addListener(self, session: imap4.IMAP4Server) -> None:
        self._inbox.sessions.append(session)

    def removeListener(self, session: imap4.IMAP4Server) -> None:
        self._inbox.sessions.remove(session)

    def addMessage(self, message: object, flags: object, date: object) -> defer.Deferred[None]:
        return defer.fail(imap4.MailboxException("mail comes in by SMTP only"))

    def expunge(self) -> list[int]:
        gone = [
            number for number, message in enumerate(self._inbox.messages, 1) if "\\Deleted" in message.flags
        ]
        for number in reversed(gone):
            del self._inbox.messages[number - 1]
        return list(reversed(gone))

    def fetch(self, messages: imap4.MessageSet, uid: int) -> list[tuple[int, StoredMessage]]:
        stored = self._inbox.messages
        messages.last = (self.getUIDNext() - 1) if uid else len(stored)
        return [
            (number, message)
            for number, message in enumerate(stored, 1)
            if (message.uid if uid else number) in messages
        ]

    def store(
        self, messages: imap4.MessageSet, flags: list[str], mode: int, uid: int
    ) -> dict[int, list[str]]:
        if not self._writeable:
            raise imap4.ReadOnlyMailbox
        changed = {}
        for number, message in self.fetch(messages, uid):
            kept = message.flags if mode else set()
            message.flags = kept - set(flags) if mode < 0 else kept | set(flags)
            changed[number] = message.getFlags()
        return changed

    def search(self, query: list[bytes], uid: int) -> list[int]:
        fits = criterion(query, self.getUIDNext() - 1)
        return [number for number, message in enumerate(self._inbox.messages, 1) if fits(message)]


class OneInbox(imap4.MemoryAccount):
    """An IMAP account that has an inbox and nothing else."""

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(inbox.mailbox.address)
        self._inbox = inbox
        self.addMailbox("INBOX", OpenInbox(inbox, writeable=True))

    def select(self, name: str, readwrite: int = 1) -> OpenInbox | None:
        return OpenInbox(self._inbox, writeable=bool(readwrite)) if name.upper() == "INBOX" else None


class ImapServer(imap4.IMAP4Server):
    """One connection. Before STARTTLS no way to sign in is offered, as RFC 3501 section 6.2.1 wants."""

    IDENT = b"sandbox ready"
    mbox: OpenInbox | None = None

    def __init__(self, server: SandboxServer, starttls: ssl.CertificateOptions | None) -> None:
        super().__init__({} if starttls else mechanisms(server.host), starttls)
        self._host = server.host
        self._refusal = (server.refuse or _WRONG_PASSWORD).encode()

    def capabilities(self) -> dict[bytes, list[bytes] | None]:
        offered: dict[bytes, list[bytes] | None] = super().capabilities()
        return {**offered, b"ID": None}

    def sendNegativeResponse(self, tag: bytes | None = None, message: bytes = b"") -> None:
        super().sendNegativeResponse(tag, self._refusal if message in _TWISTED_REFUSALS else message)

    def connectionLost(self, reason: Failure) -> None:
        super().connectionLost(reason)
        if self.mbox is not None:
            self.mbox.removeListener(self)
            self.mbox = None

    def do_STARTTLS(self, tag: bytes) -> None:
        super().do_STARTTLS(tag)
        self.challengers = mechanisms(self._host)

    def do_ID(self, tag: bytes, _about_the_client: bytes) -> None:
        """RFC 2971: a server may keep its own identity to itself."""
        self.sendUntaggedResponse(b"ID NIL")
        self.sendPositiveResponse(tag, b"ID completed")

    def arg_string(self, line: bytes, final: bool = False) -> object:
        """An astring (RFC 3501 section 9); twisted's own reader does not know `\\"` inside quotes."""
        quoted = _QUOTED.match(line)
        if quoted is None:
            return self.arg_astring(line, final)
        return re.sub(rb"\\(.)", rb"\1", quoted[1]), line[quoted.end() :]

    def arg_last_string(self, line: bytes) -> object:
        return self.arg_string(line, final=True)

    unauth_STARTTLS = (do_STARTTLS,)
    unauth_ID = auth_ID = select_ID = (do_ID, imap4.IMAP4Server.arg_line)
    unauth_LOGIN = (imap4.IMAP4Server.do_LOGIN, arg_string, arg_last_string)


class ImapFactory(ServerFactory):
    """Makes a connection's server for one server of the scene."""

    def __init__(
        self,
        server: SandboxServer,
        inboxes: Mapping[str, Inbox],
        starttls: ssl.CertificateOptions | None,
    ) -> None:
        self._server = server
        self._starttls = starttls
        self._portal = SignIn(
            inboxes, closed=server.refuse is not None, interface=imap4.IAccount, welcome=OneInbox
        )

    def buildProtocol(self, addr: object) -> ImapServer:
        protocol = ImapServer(self._server, self._starttls)
        protocol.factory = self
        protocol.portal = self._portal
        return protocol
