"""Property lists in XML, read without entities, in one pass, and with what is malformed kept in its place.

Apple: “Property List Programming Guide”; the DTD at https://www.apple.com/DTDs/PropertyList-1.0.dtd.
The standard library's reader ends at the first malformed value and says neither where nor which.
"""

from __future__ import annotations

import binascii
import datetime
import re
from collections.abc import Mapping
from xml.parsers import expat

from mailferry.iphone.reading.budget import Budget
from mailferry.iphone.reading.plist_value import Malformed, Plist, Value
from mailferry.iphone.reading.refused import RefusedProfileError
from mailferry.model.visible import visible

_SCALARS = frozenset({"string", "integer", "real", "true", "false", "date", "data"})
_INTEGER = re.compile(r"\s*([+-]?)(?:0[xX]([0-9A-Fa-f]{1,16})|([0-9]{1,20}))\s*")
_REAL = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\s*")
_DATE = re.compile(r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})Z\s*")
_SHOWN = 40
"""Characters of a malformed value that are kept, and doubled keys of a file."""


def read_xml(data: bytes, budget: Budget) -> Plist:
    """The property list in an XML file. Raises RefusedProfileError."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    reading = _Reading(parser, budget)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.EntityDeclHandler = _refuse_entities
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise RefusedProfileError(_what_is_wrong(error)) from None
    except (ValueError, LookupError, UnicodeError):  # an encoding that nobody knows, or a file that breaks it
        raise RefusedProfileError(
            "it is written in an encoding that cannot be read; profiles are UTF-8"
        ) from None
    return reading.result()


def _refuse_entities(*_declaration: object) -> None:
    raise RefusedProfileError(
        "it declares XML entities, which property lists do not have and which are used for attacks"
    )


def _what_is_wrong(error: expat.ExpatError) -> str:
    said = expat.errors.messages[error.code]
    words = str(said)
    where = f"line {error.lineno}: "
    if words in ("no element found", "unclosed token", "unclosed CDATA section"):
        return f"{where}the file breaks off here; it was not stored or sent as a whole"
    if words == "not well-formed (invalid token)":
        return (
            f"{where}this is not XML; an “&” or “<” in a text or password that is not written as “&amp;” or"
            " “&lt;” does that, and an iPhone refuses such a file too"
        )
    if "declaration not at start" in words:
        return f"{where}something stands before the XML declaration, which must come first"
    return f"{where}this is not XML ({words})"


class _Reading:
    """The stack of containers that are open while expat goes through the file."""

    def __init__(self, parser: expat.XMLParserType, budget: Budget) -> None:
        self._parser = parser
        self._budget = budget
        self._open: list[list[Value] | dict[str, Value]] = []
        self._keys: list[str | None] = []
        self._inside: str | None = None
        self._text: list[str] = []
        self._doubled: dict[str, None] = {}
        self._root: list[Value] = []
        self._begun = False

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if self._inside is not None:
            raise self._fault(f"<{visible(name[:_SHOWN])}> stands inside <{self._inside}>")
        if name == "plist" and not self._begun:
            self._begun = True
            return
        self._begun = True
        if name in ("dict", "array"):
            container: list[Value] | dict[str, Value] = {} if name == "dict" else []
            self._budget.value(len(self._open))
            self._add(container)
            self._open.append(container)
            self._keys.append(None)
        elif name == "key" or name in _SCALARS:
            self._inside = name
            self._text = []
        else:
            raise self._fault(f"<{visible(name[:_SHOWN])}> is nothing that a property list has")

    def end(self, name: str) -> None:
        if name in ("dict", "array"):
            if self._keys.pop() is not None:
                raise self._fault("a key has no value")
            self._open.pop()
        elif self._inside is not None:
            self._inside, text = None, "".join(self._text)
            self._budget.value(len(self._open), len(text))
            if name == "key":
                self._key(text)
            else:
                self._add(_scalar(name, text))

    def text(self, data: str) -> None:
        if self._inside is not None:
            self._text.append(data)
        elif not data.isspace():
            raise self._fault("text stands where only values can")

    def result(self) -> Plist:
        if not self._root:
            raise RefusedProfileError("it is a property list with nothing in it")
        return Plist(self._root[0], tuple(self._doubled))

    def _key(self, text: str) -> None:
        if not self._open or not isinstance(self._open[-1], dict) or self._keys[-1] is not None:
            raise self._fault("a key stands where a value should")
        if text in self._open[-1] and len(self._doubled) < _SHOWN:
            self._doubled[text] = None
        self._keys[-1] = text

    def _add(self, value: Value) -> None:
        if not self._open:
            if self._root:
                raise self._fault("a second value stands beside the first")
            self._root.append(value)
            return
        container = self._open[-1]
        if isinstance(container, list):
            container.append(value)
            return
        key, self._keys[-1] = self._keys[-1], None
        if key is None:
            raise self._fault("a value has no key")
        container[key] = value

    def _fault(self, words: str) -> RefusedProfileError:
        return RefusedProfileError(f"line {self._parser.CurrentLineNumber}: {words}")


def _scalar(kind: str, text: str) -> Value:
    match kind:
        case "string":
            return text
        case "true":
            return True
        case "false":
            return False
        case "integer":
            value: Value | None = _integer(text)
        case "real":
            value = float(text) if len(text) < 64 and _REAL.fullmatch(text) else None
        case "date":
            value = _date(text)
        case _:
            value = _data(text)
    return Malformed(kind, text[:_SHOWN]) if value is None else value


def _integer(text: str) -> int | None:
    found = _INTEGER.fullmatch(text[:64])
    if found is None or len(text) > 64:
        return None
    number = int(found[2], 16) if found[2] else int(found[3])
    number = -number if found[1] == "-" else number
    return number if -(1 << 63) <= number < 1 << 64 else None


def _date(text: str) -> datetime.datetime | None:
    found = _DATE.fullmatch(text[:64])
    try:
        return datetime.datetime.fromisoformat(f"{found[1]}+00:00") if found else None
    except ValueError:  # the 31st of February
        return None


def _data(text: str) -> bytes | None:
    try:
        return binascii.a2b_base64(text)
    except ValueError:
        return None
