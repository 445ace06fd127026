"""Hiding secrets in what was said, whatever form a server gives them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mailferry.model.disguise import View, views

MASK = "•••"
_MASK = MASK.encode()
_SHORT = 6
"""Secrets shorter than this are masked as whole words only, or they would eat the server's words; and of a
longer one, pieces shorter than this are left where a line is cut."""
_GUESSED = 3
"""Shorter ones turn up in base64 by chance, where anything may stand before and after."""
_WIDEST = 12
"""Bytes that an escape needs for one: `&#x0000041;`, and one more."""
_ORDINARY = frozenset(
    b"account authenticate authentication credentials domain failed failure invalid login mailbox"
    b" message password rejected secret server service username".split()
)
"""Words that servers end or begin a line with: as a piece of a password they betray nothing but by a mask."""
_CODE = re.compile(
    rb"(?:\d{3}[ -]|\S{1,16} (?:NO|BAD|BYE|OK) |[-+]\S* )?(?:\d\.\d{1,3}\.\d{1,3} )?", re.IGNORECASE
)
"""What stands before the words of an answer."""
_AROUND = b" \t.\"'`<>()[]{},;:!?\xe2\x80\xa6\x9d\x9c"


class Masks:
    """The secrets of one conversation, and how to cover them."""

    def __init__(self) -> None:
        self._long: set[bytes] = set()
        self._short: set[bytes] = set()
        self._all_long = b""
        self._reach = 0
        self._begun: set[tuple[bytes, int]] = set()
        self._last_end = b""

    def conceal(self, forms: Iterable[bytes]) -> None:
        """Cover these byte strings from now on."""
        for form in set(forms) - {b""}:
            if len(form) < _SHORT:
                self._short.add(form)
            else:
                self._long.add(form.lower())  # a server may repeat in capitals what it did not know
                # What it breaks into chunks is looked at without their blanks.
                squeezed = b"".join(form.lower().split())
                if len(squeezed) >= _SHORT:
                    self._long.add(squeezed)
            self._reach = max(self._reach, len(form) * _WIDEST)
        self._all_long = b"\n".join(self._long)

    def cover(self, line: bytes, limit: int) -> bytes:
        """The first `limit` bytes of a line, its secrets masked."""
        if not self._reach:
            return line[:limit]
        # A secret that begins before the limit is seen whole, so that no piece of it stays.
        return _covered(line[:limit], self._found(line[: limit + self._reach]))

    def cover_next(self, line: bytes, limit: int) -> tuple[bytes, bytes]:
        """The same for a line that follows the one given last: a secret may go on in it.

        Also gives the end of the last line that then turned out to be the beginning of a secret.
        """
        if not self._reach:
            return line[:limit], b""
        window = line[: limit + self._reach]
        spans, before = self._found(window), 0
        start = _words_begin(window)
        lowered = window.lower()
        for secret, length in self._begun:
            if lowered.startswith(secret[length:], start):
                spans.append((start, start + len(secret) - length))
                before = max(before, length)
        last, self._last_end = self._last_end, line[-self._reach :]
        self._begun = set(self._beginnings(line.lower()))
        return _covered(line[:limit], spans), last[len(last) - before :]

    def _found(self, line: bytes) -> list[tuple[int, int]]:
        return [view.locate(start, end) for view in views(line) for start, end in self._in(view)]

    def _in(self, view: View) -> Iterator[tuple[int, int]]:
        """Where secrets stand in one reading of a line."""
        lowered = view.data.lower()
        for secret in self._long:
            yield from ((place, place + len(secret)) for place in _places(lowered, secret))
        for secret in self._short:
            if view.exact or len(secret) >= _GUESSED:
                for match in re.finditer(rb"(?<!\w)" + re.escape(secret) + rb"(?!\w)", view.data):
                    yield match.span()
        yield from self._pieces(lowered)

    def _pieces(self, text: bytes) -> Iterator[tuple[int, int]]:
        """What is left of a secret where the line was cut, or began in the middle of it."""
        start = _words_begin(text)
        end = len(text.rstrip(_AROUND))
        if end - start < _SHORT:
            return
        if text[start : start + _SHORT] in self._all_long:
            for secret in self._long:
                length = _overlap(secret, text[start:end])
                if length >= _SHORT and text[start : start + length] not in _ORDINARY:
                    yield start, start + length
                elif text[start:end] in secret and text[start:end] not in _ORDINARY:
                    yield start, end
        if text[end - _SHORT : end] in self._all_long:
            for secret in self._long:
                length = _overlap(text[start:end], secret)
                if length >= _SHORT and text[end - length : end] not in _ORDINARY:
                    yield end - length, end

    def _beginnings(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        for secret in self._long:
            for place in _places(secret, text[-1:]):
                if place + 1 < len(secret) and text.endswith(secret[: place + 1]):
                    yield secret, place + 1


def _overlap(left: bytes, right: bytes) -> int:
    """How much of the end of `left` is the beginning of `right`, at most."""
    nearest = left[max(0, len(left) - len(right)) :]
    whole = (
        len(nearest) - place
        for place in _places(nearest, right[:_SHORT])
        if right.startswith(nearest[place:])
    )
    return next(whole, 0)


def _words_begin(line: bytes) -> int:
    code = _CODE.match(line)
    return code.end() if code else 0


def _places(text: bytes, part: bytes) -> Iterator[int]:
    """Everywhere that a part stands in a text, overlaps included; nowhere if it is empty."""
    place = text.find(part) if part else -1
    while place >= 0:
        yield place
        place = text.find(part, place + 1)


def _covered(line: bytes, spans: Iterable[tuple[int, int]]) -> bytes:
    parts: list[bytes] = []
    done = 0
    for start, end in sorted(spans):
        if start >= len(line):
            break
        if start >= done:
            parts += line[done:start], _MASK
        done = max(done, end)
    return b"".join((*parts, line[done:]))
