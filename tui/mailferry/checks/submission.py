"""Handing a message to a server for sending (RFC 6409), on a session that is signed in."""

from __future__ import annotations

import re
from typing import Literal

from mailferry.checks.failure import StageFailure
from mailferry.checks.letter import Letter
from mailferry.checks.smtp import SmtpSession
from mailferry.checks.transcript import as_said
from mailferry.checks.wire import Wire
from mailferry.model.byte_size import say_size
from mailferry.model.cause import Cause

_Step = Literal["sender", "recipient", "data", "message"]

_CAUSES: dict[tuple[_Step, int], Cause] = {
    ("sender", 550): "sender-not-allowed",
    ("sender", 552): "message-too-large",
    ("sender", 553): "sender-not-allowed",
    ("recipient", 550): "recipient-refused",
    ("recipient", 551): "recipient-refused",
    ("recipient", 552): "quota-exceeded",
    ("recipient", 553): "recipient-refused",
    ("data", 550): "message-rejected",
    ("data", 552): "message-too-large",
    ("data", 554): "message-rejected",
    ("message", 550): "message-rejected",
    ("message", 552): "message-too-large",
    ("message", 554): "message-rejected",
}
"""What a refusal means when its words say nothing (RFC 5321 sections 4.2.3 and 4.3.2, RFC 1870)."""

_TAKEN: dict[_Step, range] = {
    "sender": range(200, 300),
    "recipient": range(200, 300),
    "data": range(354, 355),
    "message": range(200, 300),
}

_WITHOUT_AN_ANSWER: frozenset[Cause] = frozenset({"timeout", "cancelled", "server-closed"})

_WORDS: dict[_Step, str] = {
    "sender": "the server refused to take a message from {sender}",
    # Many servers judge the sender only now, so the step does not tell whom they mean.
    "recipient": "the server refused to take a message from {sender} to {recipient}",
    "data": "the server refused to take a message",
    "message": "the server refused the message",
}

_SIZE = re.compile(r"SIZE(?:[ =](\d{1,18}))?", re.IGNORECASE)


def submit(session: SmtpSession, wire: Wire, letter: Letter) -> str:
    """Send a letter and say what the server takes.

    Raises StageFailure; the cause of a refusal is what the step tells, its words may tell more.
    """
    return _Submission(session, wire, letter).run()


class _Submission:
    def __init__(self, session: SmtpSession, wire: Wire, letter: Letter) -> None:
        self._session = session
        self._wire = wire
        self._letter = letter
        itself = letter.recipient == letter.sender
        self._names = {
            "sender": str(letter.sender),
            "recipient": "itself" if itself else str(letter.recipient),
        }

    def run(self) -> str:
        sizes = [size for offer in self._session.capabilities if (size := _SIZE.fullmatch(offer))]
        limit = int(sizes[0][1] or 0) if sizes else 0
        self._see_that_it_may_be_taken(limit)
        announced = f" SIZE={len(self._letter.data)}" if sizes else ""
        utf8 = " BODY=8BITMIME SMTPUTF8" if self._letter.needs_utf8 else ""
        self._say("sender", f"MAIL FROM:<{self._letter.sender}>{announced}{utf8}\r\n".encode())
        self._say("recipient", f"RCPT TO:<{self._letter.recipient}>\r\n".encode())
        self._say("data", b"DATA\r\n")
        # RFC 5321 section 4.5.2.
        self._say("message", re.sub(rb"(?m)^\.", b"..", self._letter.data) + b".\r\n")
        return f"accepted; messages up to {say_size(limit)}" if limit else "accepted"

    def _see_that_it_may_be_taken(self, limit: int) -> None:
        """What the server has said already about what it does not take."""
        if 0 < limit < len(self._letter.data):
            raise StageFailure(
                "message-too-large",
                f"the server takes messages up to {say_size(limit)}; this one is larger",
            )
        offers = (offer.upper() for offer in self._session.capabilities)
        if self._letter.needs_utf8 and "SMTPUTF8" not in offers:
            raise StageFailure(
                "recipient-refused",
                f"{self._letter.beyond_ascii} has a letter outside ASCII before the @, and the server takes"
                " no such addresses (it does not offer SMTPUTF8)",
            )

    def _say(self, step: _Step, data: bytes) -> None:
        try:
            code = self._session.exchange(data)
        except StageFailure as failure:
            if step == "message" and failure.cause in _WITHOUT_AN_ANSWER:
                failure.detail += "; the server may have taken the message all the same"
            raise
        if code in _TAKEN[step]:
            return
        said = as_said(line for line in self._wire.heard() if line.startswith(b"%d" % code))
        if not 400 <= code < 600:
            raise StageFailure("protocol-error", "the server's answer is not SMTP", said)
        cause: Cause = "temporary-failure" if code < 500 else _CAUSES.get((step, code), "unknown")
        raise StageFailure(cause, _WORDS[step].format(**self._names), said)
