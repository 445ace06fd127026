"""What was said on a connection. Secrets are masked here, where it is captured, and nowhere later."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Literal

import msgspec

from mailferry.checks.masking import MASK, Masks
from mailferry.model.cause import Stage
from mailferry.model.settings import ServerSettings
from mailferry.model.transcript import ServerTranscript, TranscriptLine

_KEPT_LINES = 100
"""At the beginning, and again at the end."""
_KEPT_BYTES = 2_000
"""Of each line; a server that says more than this in one line says nothing for people."""
_KEPT_HEARD = 200
_COMMAND = re.compile(
    rb"(?:\S+ )?(?:LOGIN|AUTHENTICATE(?: [\w-]+)?|AUTH(?: [\w-]+)?|PASS|APOP)(?=\s|$)", re.IGNORECASE
)
_USER = re.compile(rb"USER ", re.IGNORECASE)
_MASK = MASK.encode()


class Transcript:
    """The first and the last lines in both directions, fit to be shown except for control characters."""

    def __init__(self) -> None:
        self._stage: Stage = "connect"
        self._first: list[TranscriptLine] = []
        self._last: deque[TranscriptLine] = deque(maxlen=_KEPT_LINES)
        self._count = 0
        self._heard: deque[bytes] = deque(maxlen=_KEPT_HEARD)
        self._masks = Masks()
        self._half_sent = b""
        self._half_signing_in = False
        self._half_heard = b""

    def conceal(self, forms: Iterable[bytes]) -> None:
        """Mask these byte strings wherever they turn up from now on, also when a server echoes them."""
        self._masks.conceal(forms)

    def masked(self, data: bytes) -> bytes:
        """What a server said in some wrapping that was taken off here, fit to be shown like the rest."""
        return self._masks.cover(data, _KEPT_BYTES)

    def sent(self, data: bytes, *, signing_in: bool) -> None:
        """Note what was sent. While signing in only the command's name, mechanism and user are kept."""
        self._end_heard()
        signing_in = signing_in or self._half_signing_in
        *lines, self._half_sent = (self._half_sent + data).split(b"\n")
        self._half_signing_in = signing_in and bool(self._half_sent)
        for line in lines:
            self._note_sent(line.removesuffix(b"\r"), signing_in)

    def received(self, data: bytes) -> None:
        """Note what the server said: whole lines, or pieces of one."""
        self._end_sent()
        *lines, self._half_heard = (self._half_heard + data).split(b"\n")
        for line in lines:
            self._note_heard(line)

    def note(self, words: str) -> None:
        """Note what happened between lines."""
        self._end_halves()
        self._keep("note", self._masks.cover(words.encode(), _KEPT_BYTES))

    def new_stage(self, stage: Stage) -> None:
        """Forget what the server said before; the lines themselves stay."""
        self._end_halves()
        self._stage = stage
        self._heard.clear()

    @property
    def heard(self) -> tuple[bytes, ...]:
        """The server's lines in this stage, without their ends."""
        self._end_heard()
        return tuple(self._heard)

    @property
    def lines(self) -> tuple[TranscriptLine, ...]:
        """Both directions, oldest first; lines in the middle may be missing."""
        self._end_halves()
        return (*self._first, *self._last)

    @property
    def cut(self) -> int:
        """How many lines are missing in the middle."""
        return self._count - len(self._first) - len(self._last)

    def finished(self, settings: ServerSettings) -> ServerTranscript:
        """The record of a conversation with a server whose host, port and security are stated."""
        assert settings.host is not None
        assert settings.port is not None
        assert settings.security is not None
        return ServerTranscript(
            role=settings.role,
            protocol=settings.protocol,
            host=settings.host,
            port=settings.port,
            security=settings.security,
            lines=self.lines,
            cut=self.cut,
        )

    def _note_sent(self, line: bytes, signing_in: bool) -> None:
        masked = self._masks.cover(line, _KEPT_BYTES)
        if _COMMAND.match(masked) or (signing_in and not _USER.match(masked)):
            masked = _command(masked)
        self._keep("sent", masked)

    def _note_heard(self, line: bytes) -> None:
        masked, before = self._masks.cover_next(line.rstrip(b"\r"), _KEPT_BYTES)
        if before:
            self._mask_end_of_last_heard(before)
        self._heard.append(masked)
        self._keep("received", masked)

    def _mask_end_of_last_heard(self, piece: bytes) -> None:
        """A server broke a secret over two lines; only the second showed that."""
        if self._heard and self._heard[-1].endswith(piece):
            masked = self._heard[-1].removesuffix(piece) + _MASK
            self._heard[-1] = masked
            kept = self._last or self._first
            if kept[-1].direction == "received":
                kept[-1] = msgspec.structs.replace(kept[-1], data=masked)

    def _end_halves(self) -> None:
        self._end_sent()
        self._end_heard()

    def _end_sent(self) -> None:
        if self._half_sent:
            line, self._half_sent = self._half_sent, b""
            self._note_sent(line, self._half_signing_in)
            self._half_signing_in = False

    def _end_heard(self) -> None:
        if self._half_heard:
            line, self._half_heard = self._half_heard, b""
            self._note_heard(line)

    def _keep(self, direction: Literal["sent", "received", "note"], data: bytes) -> None:
        line = TranscriptLine(stage=self._stage, direction=direction, data=data)
        self._count += 1
        if len(self._first) < _KEPT_LINES:
            self._first.append(line)
        else:
            self._last.append(line)


def as_said(lines: Iterable[bytes]) -> str | None:
    """A server's lines as `server_said` holds them: unaltered characters, at most 2,000 of them."""
    return "\n".join(line.decode("utf-8", "backslashreplace") for line in lines)[:2_000] or None


def _command(line: bytes) -> bytes:
    """A line of a sign-in, without what it carries."""
    command = _COMMAND.match(line)
    if command is None:
        return _MASK
    return command[0] + b" " + _MASK if line[command.end() :].strip() else command[0]
