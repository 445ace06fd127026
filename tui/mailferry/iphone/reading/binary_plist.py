"""Binary property lists, read so that references in circles, shared ones and giant counts do no harm.

The form is that of Apple's CFBinaryPList.c: a header, objects, a table of their offsets, a trailer. The
standard library's reader multiplies what overlaps, and may take gigabytes for a few megabytes.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Sequence

from mailferry.iphone.reading.budget import Budget
from mailferry.iphone.reading.plist_value import Malformed, Plist, Value
from mailferry.iphone.reading.refused import RefusedProfileError

MAGIC = b"bplist00"
_TRAILER = struct.Struct(">6xBBQQQ")
_EPOCH = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)


def read_binary(data: bytes, budget: Budget) -> Plist:
    """The property list in a binary file. Raises RefusedProfileError."""
    if len(data) < len(MAGIC) + _TRAILER.size:
        raise _damaged()
    offset_size, ref_size, count, top, table = _TRAILER.unpack(data[-_TRAILER.size :])
    end = len(data) - _TRAILER.size
    if not (1 <= offset_size <= 8 and 1 <= ref_size <= 8 and count * offset_size <= end - table):
        raise _damaged()
    return Plist(_Objects(data[:end], table, offset_size, ref_size, count, budget).value(top, 0))


def _damaged() -> RefusedProfileError:
    return RefusedProfileError("it is a binary property list, but damaged or cut off")


class _Objects:
    """The objects of one file by their numbers. What is met again is read, and counted, again."""

    def __init__(
        self, data: bytes, table: int, offset_size: int, ref_size: int, count: int, budget: Budget
    ) -> None:
        self._data = data
        self._table = table
        self._offset_size = offset_size
        self._ref_size = ref_size
        self._count = count
        self._budget = budget

    def value(self, number: int, depth: int) -> Value:
        """An object with all that is in it."""
        if number >= self._count:
            raise _damaged()
        offset = self._number(self._table + number * self._offset_size, self._offset_size)
        marker = self._take(offset, 1)[0]
        kind, size, place = marker >> 4, marker & 0x0F, offset + 1
        if kind in (0x4, 0x5, 0x6, 0xA, 0xD) and size == 0x0F:
            size, place = self._size(place)
        self._budget.value(depth, size * {0x4: 1, 0x5: 1, 0x6: 2}.get(kind, self._ref_size))
        match kind:
            case 0x0:
                return {0x8: False, 0x9: True}.get(size, Malformed("value", "null"))
            case 0x1 if size <= 4:
                return _integer(self._take(place, 1 << size))
            case 0x2 if size in (2, 3):
                real: float = struct.unpack(">f" if size == 2 else ">d", self._take(place, 1 << size))[0]
                return real
            case 0x3 if size == 3:
                return _date(*struct.unpack(">d", self._take(place, 8)))
            case 0x4:
                return self._take(place, size)
            case 0x5:
                return _text(self._take(place, size), "ascii")
            case 0x6:
                return _text(self._take(place, 2 * size), "utf-16-be")
            case 0x8:
                return Malformed("value", "a reference of an archive")
            case 0xA:
                return [self.value(each, depth + 1) for each in self._references(place, size)]
            case 0xD:
                return self._dictionary(place, size, depth)
        raise _damaged()

    def _dictionary(self, place: int, size: int, depth: int) -> Value:
        keys = self._references(place, size)
        values = self._references(place + size * self._ref_size, size)
        found: dict[str, Value] = {}
        for key, each in zip(keys, values, strict=True):
            name = self.value(key, depth + 1)
            if not isinstance(name, str):
                raise RefusedProfileError("a dictionary in it has a key that is no text")
            found[name] = self.value(each, depth + 1)
        return found

    def _references(self, place: int, size: int) -> Sequence[int]:
        octets = self._take(place, size * self._ref_size)
        return [
            int.from_bytes(octets[start : start + self._ref_size], "big")
            for start in range(0, len(octets), self._ref_size)
        ]

    def _size(self, place: int) -> tuple[int, int]:
        """The size that stands in an integer of its own, and where it ends."""
        marker = self._take(place, 1)[0]
        if marker >> 4 != 0x1 or marker & 0x0F > 3:
            raise _damaged()
        width = 1 << (marker & 0x0F)
        return self._number(place + 1, width), place + 1 + width

    def _number(self, place: int, width: int) -> int:
        return int.from_bytes(self._take(place, width), "big")

    def _take(self, place: int, size: int) -> bytes:
        if place + size > len(self._data):
            raise _damaged()
        return self._data[place : place + size]


def _integer(octets: bytes) -> Value:
    number = int.from_bytes(octets, "big", signed=len(octets) >= 8)
    return number if -(1 << 63) <= number < 1 << 64 else Malformed("integer", "a giant number")


def _date(seconds: float) -> Value:
    try:
        return _EPOCH + datetime.timedelta(seconds=seconds)
    except (ValueError, OverflowError):  # not a number, or beyond the year 9999
        return Malformed("date", str(seconds))


def _text(octets: bytes, encoding: str) -> Value:
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError:
        return Malformed("text", octets[:40].decode("ascii", "replace"))
