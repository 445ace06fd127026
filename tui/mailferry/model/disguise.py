"""What a server's line says when its wrappings are taken off: escapes, base64, hexadecimal, in any nesting.

A server that repeats what it heard may wrap it first. Each wrapping that fits is tried; most yield nonsense,
in which nothing is found.
"""

from __future__ import annotations

import binascii
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

_DEPTH = 2
"""Wrappings inside each other: JSON in base64, say."""


@dataclass(frozen=True)
class View:
    """Bytes that a line says in some wrapping; `locate` tells where in the line a stretch of them stands.

    `exact` is False for guesses, in which short words turn up by chance.
    """

    data: bytes
    locate: Callable[[int, int], tuple[int, int]]
    exact: bool = True


def views(line: bytes) -> Iterator[View]:
    """The line itself, and what it says with wrappings taken off."""
    yield from _unwrapped(View(line, lambda start, end: (start, end)), _DEPTH)


def _unwrapped(view: View, depth: int) -> Iterator[View]:
    yield view
    if depth and view.data:
        for inner in (*_unescaped(view), *_squeezed(view), *_from_base64(view), *_from_hex(view)):
            yield from _unwrapped(inner, depth - 1)


# Escapes: a character each.

_NAMED = {b"quot": b'"', b"amp": b"&", b"lt": b"<", b"gt": b">", b"apos": b"'", b"nbsp": b" "}
_CONTROL = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def _hexadecimal(escape: re.Match[bytes]) -> bytes:
    return bytes.fromhex(escape[1].decode()) if escape[1] else b" "


def _entity(escape: re.Match[bytes]) -> bytes:
    if escape[3]:
        return _NAMED[escape[3].lower()]
    return _character(int(escape[1]) if escape[1] else int(escape[2], 16))


def _backslash(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        pair = bytes.fromhex(escape[1].replace(b"\\u", b"").decode())
        return pair.decode("utf-16-be").encode()
    if escape[2] or escape[3]:
        return _character(int(escape[2] or escape[3], 16)) if escape[2] else bytes.fromhex(escape[3].decode())
    if escape[4]:
        return bytes([int(escape[4], 8) & 0xFF])
    return _CONTROL.get(escape[5], escape[5])


def _character(code: int) -> bytes:
    return chr(code).encode("utf-8", "replace") if code <= 0x10FFFF else b"?"


_ESCAPES: tuple[tuple[bytes, re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]], ...] = (
    (b"%", re.compile(rb"%([0-9A-Fa-f]{2})|\+"), _hexadecimal),
    (b"=", re.compile(rb"=([0-9A-Fa-f]{2})|_"), _hexadecimal),
    (
        b"&",
        re.compile(rb"&(?:#(\d{1,7});?|#[xX]([0-9A-Fa-f]{1,7});?|(?i:(quot|amp|lt|gt|apos|nbsp));)"),
        _entity,
    ),
    (
        b"\\",
        re.compile(
            rb"(\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
            rb"|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\([0-7]{3})|\\(.)",
            re.DOTALL,
        ),
        _backslash,
    ),
)


def _unescaped(view: View) -> Iterator[View]:
    for sign, escape, meaning in _ESCAPES:
        if sign in view.data:
            yield _replaced(view, escape, meaning)


def _squeezed(view: View) -> Iterator[View]:
    """Without blanks and NUL bytes: text broken into chunks, or in UTF-16."""
    if view.exact and _GAP.search(view.data):
        yield _replaced(view, _GAP, lambda _gap: b"")


_GAP = re.compile(rb"[\s\0]+")


def _replaced(view: View, pattern: re.Pattern[bytes], meaning: Callable[[re.Match[bytes]], bytes]) -> View:
    data = bytearray()
    pieces: list[_Piece] = []
    done = 0
    for match in (*pattern.finditer(view.data), None):
        start = match.start() if match else len(view.data)
        if done < start:
            pieces.append(_Piece(len(data), done, start, plain=True))
            data += view.data[done:start]
        if match and (text := meaning(match)):
            pieces.append(_Piece(len(data), start, match.end(), plain=False))
            data += text
        done = match.end() if match else start

    def locate(start: int, end: int) -> tuple[int, int]:
        first, last = (
            pieces[bisect_right(pieces, place, key=lambda piece: piece.here) - 1]
            for place in (start, end - 1)
        )
        return view.locate(
            first.there + (start - first.here if first.plain else 0),
            last.there + end - last.here if last.plain else last.end,
        )

    return View(bytes(data), locate, view.exact)


class _Piece(NamedTuple):
    """A stretch of a reading that begins `here`, and `there` in what it was read from, up to `end`.

    A plain one is the same in both; the others are escapes.
    """

    here: int
    there: int
    end: int
    plain: bool


# Base64 and hexadecimal: several characters for several bytes.

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{8,}")
_STANDARD = bytes.maketrans(b"-_", b"+/")
_HEX = re.compile(rb"(?:[0-9A-Fa-f][:-]?){12,}")
_SEPARATORS = b":-"


def _from_base64(view: View) -> Iterator[View]:
    for run in _BASE64.finditer(view.data):
        digits = run[0].translate(_STANDARD)
        for phase in range(4):  # which digit begins a group of four is not known
            whole = digits[phase:]
            rest = len(whole) % 4
            decoded = binascii.a2b_base64(
                whole[:-1] if rest == 1 else whole + b"=" * (-rest % 4), strict_mode=False
            )
            yield View(decoded, _locating(view, run, b"", phase, 8, 6), exact=False)


def _from_hex(view: View) -> Iterator[View]:
    for run in _HEX.finditer(view.data):
        digits = run[0].translate(None, _SEPARATORS)
        for phase in range(2):
            pairs = (len(digits) - phase) // 2 * 2
            decoded = bytes.fromhex(digits[phase : phase + pairs].decode())
            yield View(decoded, _locating(view, run, _SEPARATORS, phase, 2, 1), exact=False)


def _locating(
    view: View, run: re.Match[bytes], skipped: bytes, phase: int, bits: int, per_digit: int
) -> Callable[[int, int], tuple[int, int]]:
    """Where the digits of some bytes stand: a byte has `bits` of which a digit carries `per_digit`."""

    def locate(start: int, end: int) -> tuple[int, int]:
        places = [place for place, byte in enumerate(run[0]) if byte not in skipped]
        first = phase + start * bits // per_digit
        last = phase + -(-end * bits // per_digit) - 1
        return view.locate(run.start() + places[first], run.start() + places[min(last, len(places) - 1)] + 1)

    return locate
