"""A mail service in miniature: an SMTP script takes messages, an IMAP or POP3 script shows them."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field

from tests.checks import scripts
from tests.checks.fault_server import Peer, Script

_WORD = re.compile(rb'"([^"]*)"|(\S+)')


@dataclass
class Stored:
    """A message in a folder."""

    uid: int
    data: bytes
    flags: set[bytes] = field(default_factory=set)

    @property
    def header(self) -> bytes:
        """The header without its end."""
        return self.data.partition(b"\r\n\r\n")[0]

    def value(self, name: bytes) -> bytes:
        """A header field as it stands there, with its name and its end; empty when it is not there."""
        found = re.search(rb"(?im)^" + name + rb":.*\r?\n?", self.header + b"\r\n")
        return found[0] if found else b""


class Mailbox:
    """Folders of messages. What a test sets makes it behave otherwise than others."""

    def __init__(self, *folders: str) -> None:
        self.folders: dict[str, list[Stored]] = {name: [] for name in ("INBOX", *folders)}
        self.listed: dict[str, bytes] = dict.fromkeys(self.folders, b"")
        self.deliver_to: str | None = "INBOX"
        self.capabilities = b"IMAP4rev1 UIDPLUS"
        self.search_also: tuple[int, ...] = ()
        self.answers: dict[bytes, bytes] = {}
        self.taken = threading.Event()
        self.received: list[bytes] = []
        self.envelopes: list[bytes] = []
        self._next = 1

    def put(self, folder: str, data: bytes, *flags: bytes) -> Stored:
        """A message comes in."""
        stored = Stored(self._next, data, set(flags))
        self._next += 1
        self.folders[folder].append(stored)
        return stored

    def smtp(self, *features: bytes, **answers: bytes) -> Script:
        """A server that delivers what it takes. `answers` are for `mail`, `rcpt`, `data`, `message`."""
        known = {
            "mail": b"250 2.1.0 ok\r\n",
            "rcpt": b"250 2.1.5 ok\r\n",
            "data": b"354 go ahead\r\n",
            "message": b"250 2.0.0 queued\r\n",
        } | answers

        def serve(peer: Peer) -> None:
            peer.say(scripts.SMTP_GREETING)
            while True:
                line = peer.hear()
                command = line.split(b" ")[0].decode().lower()
                if command == "ehlo":
                    offers = (b"mail.test", b"AUTH PLAIN", *features)
                    peer.say(b"".join(b"250-" + offer + b"\r\n" for offer in offers) + b"250 HELP\r\n")
                elif command == "auth":
                    peer.say(b"235 2.7.0 signed in\r\n")
                elif command == "quit":
                    peer.say(b"221 bye\r\n")
                    return
                else:
                    if command in ("mail", "rcpt"):
                        self.envelopes.append(line)
                    answer = known[command]
                    if command == "data" and answer.startswith(b"354"):
                        peer.say(answer)
                        self._take(peer, delivered=known["message"].startswith(b"2"))
                        answer = known["message"]
                    if not answer:
                        return
                    peer.say(answer)

        return serve

    def _take(self, peer: Peer, *, delivered: bool) -> None:
        lines = []
        while (line := peer.hear()) != b".":
            lines.append(line.removeprefix(b".") + b"\r\n")
        data = b"".join(lines)
        self.received.append(data)
        if delivered and self.deliver_to is not None:
            self.put(self.deliver_to, data)
        self.taken.set()

    def imap(self) -> Script:
        """A server for the folders, as far as looking for one message and deleting it needs it."""

        def serve(peer: Peer) -> None:
            peer.say(b"* OK ready\r\n")
            conversation = _Imap(self, peer)
            while True:
                tag, _, line = peer.hear().partition(b" ")
                command = line.upper().removeprefix(b"UID ").split(b" ")[0]
                if command in self.answers:
                    answer = self.answers[command]
                    if not answer:
                        return
                    peer.say(answer.replace(b"%t", tag))
                else:
                    conversation.answer(tag, line)

        return serve

    def pop3(self) -> Script:
        """A server that shows the inbox as it is at the sign-in."""

        def serve(peer: Peer) -> None:
            peer.say(scripts.POP3_GREETING)
            seen: list[Stored] = []
            marked: list[Stored] = []
            while True:
                line = peer.hear()
                command, *rest = line.split(b" ")
                if command in self.answers:
                    if not self.answers[command]:
                        return
                    peer.say(self.answers[command])
                    continue
                if command == b"PASS":
                    seen = list(self.folders["INBOX"])
                    peer.say(b"+OK\r\n")
                elif command == b"CAPA":
                    peer.say(b"+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n")
                elif command == b"STAT":
                    peer.say(b"+OK %d 1000\r\n" % len(seen))
                elif command == b"UIDL":
                    listing = (b"%d u%d\r\n" % (place, each.uid) for place, each in enumerate(seen, 1))
                    peer.say(b"+OK\r\n" + b"".join(listing) + b".\r\n")
                elif command == b"TOP":
                    peer.say(b"+OK\r\n" + seen[int(rest[0]) - 1].header + b"\r\n\r\n.\r\n")
                elif command == b"DELE":
                    marked.append(seen[int(rest[0]) - 1])
                    peer.say(b"+OK\r\n")
                elif command == b"QUIT":
                    for each in marked:
                        self.folders["INBOX"].remove(each)
                    peer.say(b"+OK bye\r\n")
                    return
                else:
                    peer.say(b"+OK\r\n")

        return serve


class _Imap:
    def __init__(self, mailbox: Mailbox, peer: Peer) -> None:
        self._mailbox = mailbox
        self._peer = peer
        self._folder = "INBOX"

    def answer(self, tag: bytes, line: bytes) -> None:
        words = [quoted or word for quoted, word in _WORD.findall(line)]
        name = words[1] if words[0] == b"UID" else words[0]
        method = getattr(self, "_" + name.decode().lower(), None)
        untagged = method(words) if method is not None else b""
        self._peer.say(untagged + tag + b" OK done\r\n")

    @property
    def _messages(self) -> list[Stored]:
        return self._mailbox.folders.get(self._folder, [])

    def _capability(self, _words: list[bytes]) -> bytes:
        return b"* CAPABILITY " + self._mailbox.capabilities + b"\r\n"

    def _select(self, words: list[bytes]) -> bytes:
        self._folder = words[1].decode()
        highest = max((each.uid for each in self._messages), default=0)
        return b"* %d EXISTS\r\n* OK [UIDNEXT %d] next\r\n" % (len(self._messages), highest + 1)

    _examine = _select

    def _list(self, _words: list[bytes]) -> bytes:
        return b"".join(
            b'* LIST (%s) "/" "%s"\r\n' % (flags, name.encode())
            for name, flags in self._mailbox.listed.items()
        )

    def _search(self, words: list[bytes]) -> bytes:
        if words[-1] == b"DELETED":
            found = [each.uid for each in self._messages if b"\\Deleted" in each.flags]
        else:
            first = int(words[words.index(b"UID", 1) + 1].partition(b":")[0])
            token = words[-1]
            found = [
                each.uid
                for each in self._messages
                if each.uid >= first and token in each.value(b"Message-ID") + each.value(b"Subject")
            ]
            found += self._mailbox.search_also
        return b"* SEARCH" + b"".join(b" %d" % uid for uid in found) + b"\r\n"

    def _fetch(self, words: list[bytes]) -> bytes:
        wanted = int(words[2])
        for place, each in enumerate(self._messages, 1):
            if each.uid == wanted:
                header = each.value(b"Message-ID") + each.value(b"Subject") + b"\r\n"
                return b"* %d FETCH (UID %d BODY[HEADER.FIELDS (MESSAGE-ID SUBJECT)] {%d}\r\n%s)\r\n" % (
                    place,
                    wanted,
                    len(header),
                    header,
                )
        return b""

    def _store(self, words: list[bytes]) -> bytes:
        for each in self._messages:
            if each.uid in map(int, words[2].split(b",")):
                each.flags.add(b"\\Deleted")
        return b""

    def _expunge(self, words: list[bytes]) -> bytes:
        only = set(map(int, words[2].split(b","))) if words[0] == b"UID" else None
        self._messages[:] = [
            each
            for each in self._messages
            if b"\\Deleted" not in each.flags or (only is not None and each.uid not in only)
        ]
        return b""
