"""A SASL exchange as lines of base64: how IMAP, POP3 and SMTP carry it (RFC 3501, 5034, 4954)."""

from __future__ import annotations

import base64

from mailferry.checks.sasl import Exchange


class SaslLines:
    """What we say, line by line.

    `initial` is the initial response to put behind the mechanism's name, None for none. `room` is how many
    bytes it may have there; 0 where the server takes none.
    """

    def __init__(self, exchange: Exchange, *, room: int) -> None:
        self._exchange = exchange
        self._waiting: str | None = None
        self._started = room > 0
        first = exchange.start() if self._started else None
        # A response of no bytes is written "=", to tell it from none (RFC 4959 section 3).
        self.initial = None if first is None else _encoded(first) or "="
        if self.initial is not None and len(self.initial) > room:
            self._waiting, self.initial = self.initial, None

    def reply(self, challenge: bytes) -> bytes:
        """Our next line, without its end, for what stood behind the server's prompt.

        Raises StageFailure (`protocol-error`).
        """
        if self._waiting is not None:
            line, self._waiting = self._waiting, None
            return line.encode()
        if not self._started:
            self._started = True
            first = self._exchange.start()
            if first is not None:  # the prompt means no more than “go on”, whatever words it has
                return _encoded(first).encode()
        return _encoded(self._exchange.answer(_decoded(challenge))).encode()


def _encoded(message: bytes) -> str:
    return base64.b64encode(message).decode("ascii")


def _decoded(line: bytes) -> bytes | None:
    try:
        return base64.b64decode(line.strip(), validate=True)
    except ValueError:
        return None
