"""BER with indefinite lengths turned into definite ones (ITU-T X.690 section 8.1.3), within limits.

What streams write so (openssl, Apple's own tools) becomes what DER readers understand. Elements that have
definite lengths throughout stay byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass

MOST_BYTES = 16 << 20
_DEEPEST = 32
_MOST_ELEMENTS = 30_000
_LONGEST_IDENTIFIER = 64
"""Octets of an object identifier, whose numbers are costly to read beyond any length that is in use."""

_CONSTRUCTED = 0x20
_OCTET_STRING = 0x04
_OBJECT_IDENTIFIER = 0x06
_END = b"\0\0"


class BerError(ValueError):
    """Not BER, cut off, or beyond the limits; the words complete “The file …”."""


def with_definite_lengths(data: bytes) -> bytes:
    """The first element of the data; what follows it is left out. Octet strings in pieces become whole.

    Raises BerError.
    """
    if len(data) > MOST_BYTES:
        raise BerError(f"is larger than {MOST_BYTES >> 20} MiB")
    return _Reader(data).first()


@dataclass(frozen=True)
class _Header:
    tag: bytes
    body: int
    end: int | None
    """None for an indefinite length."""

    @property
    def is_constructed(self) -> bool:
        return bool(self.tag[0] & _CONSTRUCTED)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _MOST_ELEMENTS
        self._rewritten = 0

    def first(self) -> bytes:
        whole, _ = self._element(0, len(self._data), 0)
        return whole

    def _element(self, start: int, limit: int, depth: int) -> tuple[bytes, int]:
        """An element that begins here, and where the next one does."""
        self._left -= 1
        if self._left < 0 or depth > _DEEPEST:
            raise BerError("is nested too deeply, or has too many parts")
        header = self._header(start, limit)
        if not header.is_constructed:
            assert header.end is not None
            if header.tag[0] == _OBJECT_IDENTIFIER and header.end - header.body > _LONGEST_IDENTIFIER:
                raise BerError("has an identifier that is none")
            return self._data[start : header.end], header.end
        parts: list[bytes] = []
        at = header.body
        inner_limit = limit if header.end is None else header.end
        before = self._rewritten
        while at != header.end:
            if header.end is None and self._data[at : min(at + 2, limit)] == _END:
                at += 2
                break
            part, at = self._element(at, inner_limit, depth + 1)
            parts.append(part)
        in_pieces = header.tag[0] == _OCTET_STRING | _CONSTRUCTED
        if header.end is not None and not in_pieces and self._rewritten == before:
            return self._data[start:at], at
        self._rewritten += 1
        return _put_together(header.tag, parts), at

    def _header(self, start: int, limit: int) -> _Header:
        at = start + 1
        if self._octet(start, limit) & 0x1F == 0x1F:  # a tag number of several octets
            while self._octet(at, limit) & 0x80:
                at += 1
                if at - start > 4:
                    raise BerError("has a tag that no profile needs")
            at += 1
        tag = self._data[start:at]
        first = self._octet(at, limit)
        at += 1
        if first < 0x80:
            end = at + first
        elif first == 0x80:
            if not tag[0] & _CONSTRUCTED:
                raise BerError("has a length that is none")
            return _Header(tag, at, None)
        else:
            count = first & 0x7F
            length = int.from_bytes(self._data[at : at + count]) if at + count <= limit else limit
            at += count
            end = at + length
        if end > limit:
            raise BerError("ends too early")
        return _Header(tag, at, end)

    def _octet(self, at: int, limit: int) -> int:
        if at >= limit:
            raise BerError("ends too early")
        return self._data[at]


def _put_together(tag: bytes, parts: list[bytes]) -> bytes:
    if tag[0] == _OCTET_STRING | _CONSTRUCTED:
        return _definite(bytes([_OCTET_STRING]), b"".join(map(_piece, parts)))
    return _definite(tag, b"".join(parts))


def _piece(part: bytes) -> bytes:
    """What an octet string holds that is a piece of another."""
    if part[:1] != bytes([_OCTET_STRING]):
        raise BerError("has a text in pieces of another kind")
    long = part[1] & 0x80
    return part[2 + (part[1] & 0x7F if long else 0) :]


def _definite(tag: bytes, body: bytes) -> bytes:
    length = len(body)
    if length < 0x80:
        return tag + bytes([length]) + body
    octets = length.to_bytes((length.bit_length() + 7) // 8)
    return tag + bytes([0x80 | len(octets)]) + octets + body
