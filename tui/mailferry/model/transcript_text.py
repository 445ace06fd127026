r"""Transcripts as text that people can read, post and hand back: every byte can be had again.

    # mailferry transcript 1
    # incoming imap mail.example.com:993 tls

    [greeting]
    < * OK ready
    > A1 CAPABILITY

`<` the server said, `>` was sent, `~` happened between lines; `# remark: …` is for people alone. What would
not show, or steer a terminal, is written out byte by byte as `\x1b`, a backslash as `\\`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from mailferry.model.account import Protocol, Role, Security
from mailferry.model.cause import Stage
from mailferry.model.problem import MailferryError, Problem
from mailferry.model.transcript import ServerTranscript, TranscriptLine

HEADING = "# mailferry transcript 1"
_MARKS: dict[Literal["received", "sent", "note"], str] = {"received": "<", "sent": ">", "note": "~"}
_DIRECTIONS = {mark: direction for direction, mark in _MARKS.items()}
_STAGES: dict[str, Stage] = {stage: stage for stage in get_args(Stage)}
_SERVER = re.compile(
    r"# (?P<role>incoming|outgoing) (?P<protocol>imap|pop3|smtp) (?P<host>\S+):(?P<port>\d{1,5})"
    r" (?P<security>tls|starttls|none)(?:, (?P<cut>\d{1,9}) lines? left out of the middle)?"
)
_REMARK = "# remark: "
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(\\)|)")


class TranscriptError(MailferryError):
    """A text is no transcript. The message names the line, and so does the one of its `problems`."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line}: {message}", problems=(Problem(line=line, message=message),))


def as_text(transcripts: Iterable[ServerTranscript], remarks: Iterable[str] = ()) -> str:
    """Transcripts as one text, harmless for a terminal. `remarks` are for people, such as what is missing."""
    said = [f"{_REMARK}{_escaped(remark.encode())}" for remark in remarks]
    lines = (line for transcript in transcripts for line in _written(transcript))
    return "\n".join((HEADING, *said, *lines, ""))


def from_text(text: str) -> tuple[ServerTranscript, ...]:
    """The transcripts that a text holds. Raises TranscriptError."""
    return tuple(_Reader(text).transcripts())


def _written(transcript: ServerTranscript) -> Iterator[str]:
    server = (
        f"# {transcript.role} {transcript.protocol}"
        f" {_escaped(transcript.host.encode()).replace(' ', chr(92) + 'x20')}:{transcript.port}"
        f" {transcript.security}"
    )
    if transcript.cut:
        server += f", {transcript.cut} {'line' if transcript.cut == 1 else 'lines'} left out of the middle"
    yield server
    stage = None
    for line in transcript.lines:
        if line.stage != stage:
            stage = line.stage
            yield ""
            yield f"[{stage}]"
        yield f"{_MARKS[line.direction]} {_escaped(line.data)}".rstrip()
    yield ""


def _escaped(data: bytes) -> str:
    text = data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    if not text.isprintable():
        text = "".join(
            character if character.isprintable() else "".join(f"\\x{byte:02x}" for byte in character.encode())
            for character in text
        )
    bare = text.rstrip(" ")  # a blank at the end gets lost when text is copied
    return bare + "\\x20" * (len(text) - len(bare))


class _Reader:
    def __init__(self, text: str) -> None:
        self._lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
        self._number = 1

    def transcripts(self) -> Iterator[ServerTranscript]:
        if self._lines[0].rstrip() != HEADING:
            raise self._problem(f"a transcript begins with “{HEADING}”")
        server: re.Match[str] | None = None
        stage: Stage | None = None
        lines: list[TranscriptLine] = []
        for number, text in enumerate(self._lines[1:], 2):
            self._number = number
            if text.startswith(_REMARK):
                continue
            if text.startswith("#"):
                if server is not None:
                    yield self._transcript(server, lines)
                server, stage, lines = self._server(text), None, []
            elif text.startswith("["):
                stage = self._stage(text)
            elif text.strip():
                if server is None or stage is None:
                    raise self._problem(
                        "before it, a server and a stage are named: “# incoming …”, “[greeting]”"
                    )
                lines.append(self._line(text, stage))
        if server is None:
            raise self._problem("there is no conversation in it")
        yield self._transcript(server, lines)

    def _server(self, text: str) -> re.Match[str]:
        server = _SERVER.fullmatch(text.rstrip())
        if server is None or not 1 <= int(server["port"]) <= 65535:
            raise self._problem("a server is named like “# incoming imap mail.example.com:993 tls”")
        return server

    def _stage(self, text: str) -> Stage:
        stage = _STAGES.get(text.strip().removeprefix("[").removesuffix("]"))
        if stage is None:
            raise self._problem(f"no stage of a test; there are {', '.join(_STAGES)}")
        return stage

    def _line(self, text: str, stage: Stage) -> TranscriptLine:
        direction = _DIRECTIONS.get(text[0])
        if direction is None or text[1:2] not in ("", " "):
            raise self._problem("a line begins with “<” (received), “>” (sent) or “~” (happened)")
        return TranscriptLine(stage=stage, direction=direction, data=self._data(text[2:]))

    def _data(self, text: str) -> bytes:
        def byte(escape: re.Match[bytes]) -> bytes:
            if escape[1] is None and escape[2] is None:
                raise self._problem("a backslash stands for itself as “\\\\”, for a byte as “\\x1b”")
            return bytes.fromhex(escape[1].decode()) if escape[1] else b"\\"

        try:
            return _ESCAPE.sub(byte, text.encode())
        except UnicodeEncodeError:
            raise self._problem("this is not UTF-8") from None

    def _transcript(self, server: re.Match[str], lines: list[TranscriptLine]) -> ServerTranscript:
        roles: dict[str, Role] = {"incoming": "incoming", "outgoing": "outgoing"}
        protocols: dict[str, Protocol] = {"imap": "imap", "pop3": "pop3", "smtp": "smtp"}
        securities: dict[str, Security] = {"tls": "tls", "starttls": "starttls", "none": "none"}
        return ServerTranscript(
            role=roles[server["role"]],
            protocol=protocols[server["protocol"]],
            host=self._data(server["host"]).decode("utf-8", "replace"),
            port=int(server["port"]),
            security=securities[server["security"]],
            lines=tuple(lines),
            cut=int(server["cut"] or 0),
        )

    def _problem(self, words: str) -> TranscriptError:
        return TranscriptError(self._number, words)
