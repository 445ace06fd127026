"""What was said in a test of one server, with every secret already masked."""

from __future__ import annotations

from typing import Literal

import msgspec

from mailferry.model.account import Protocol, Role, Security
from mailferry.model.cause import Stage

TLS_BEGAN = "TLS "
"""How the note of a handshake that worked begins: `TLS 1.3, TLS_AES_256_GCM_SHA384`."""
NO_TLS = "no TLS: "
"""How the note of a handshake that failed begins: `no TLS: cert-expired, certificate has expired`."""
HUNG_UP = "the server hung up"
"""The note of a connection that the server ended."""


class TranscriptLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a conversation, without its end.

    `direction` is seen from here; "note" is something that happened between lines, such as the TLS
    handshake. `data` holds the bytes as they were, secrets masked, and so is not fit for a terminal.
    """

    stage: Stage
    direction: Literal["sent", "received", "note"]
    data: bytes


class ServerTranscript(msgspec.Struct, frozen=True, kw_only=True):
    """The conversation with one server in one test. `cut` counts lines left out of the middle."""

    role: Role
    protocol: Protocol
    host: str
    port: int
    security: Security
    lines: tuple[TranscriptLine, ...] = ()
    cut: int = 0
