"""A file's bytes as a property list, or a plain word on what it is instead."""

from __future__ import annotations

import codecs

from mailferry.iphone.reading.binary_plist import MAGIC, read_binary
from mailferry.iphone.reading.budget import MOST_BYTES, Budget
from mailferry.iphone.reading.plist_value import Plist
from mailferry.iphone.reading.refused import RefusedProfileError
from mailferry.iphone.reading.xml_plist import read_xml

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_KNOWN = (
    (b"PK\x03\x04", "it is a ZIP archive; unpack it first (an iPhone does not do that either)"),
    (b"\x1f\x8b", "it is packed with gzip; unpack it first"),
    (b"%PDF", "it is a PDF document"),
    (b"\x89PNG", "it is a picture"),
    (b"bplist", "it is a binary property list of a kind that iPhones do not use"),
    (b"-----BEGIN", "it is a certificate or a key, or another thing in PEM form"),
)


def parse_plist(data: bytes) -> Plist:
    """The property list that a file holds, XML or binary. Raises RefusedProfileError for all else."""
    refuse_giant(data)
    if data.startswith(MAGIC):
        return read_binary(data, Budget())
    head = _head(data)
    if head.startswith(("<?xml", "<plist", "<!doctype plist", "<dict")) and "<html" not in head:
        return read_xml(data, Budget())
    raise RefusedProfileError(what_else(data))


def refuse_giant(data: bytes) -> None:
    """Raise RefusedProfileError for more bytes than a profile has."""
    if len(data) > MOST_BYTES:
        raise RefusedProfileError(f"it is larger than {MOST_BYTES >> 20} MiB; no profile is")


def what_else(data: bytes) -> str:
    """What a file is that is no property list, as far as its first bytes tell."""
    if not data.strip():
        return "it is empty"
    for start, words in _KNOWN:
        if data.startswith(start):
            return words
    head = _head(data)
    if head.startswith(("<!doctype html", "<html", "<head", "<body")) or "<html" in head:
        return "it is a web page, perhaps one that asks to sign in: download the profile again"
    if head.startswith(("{", "[")):
        return "it is JSON, or another text with braces, and no property list"
    if "content-type:" in head or head.startswith(("mime-version:", "received:", "from ", "return-path:")):
        return "it is a mail message; save the profile that is attached to it, and read that"
    if data[:1] == b"\x30":
        return "it is a certificate, a key or another thing in DER form"
    return "it is no property list, XML or binary"


def _head(data: bytes) -> str:
    """The beginning of a text in small letters, without a mark of its encoding and blanks before it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) : 2048].decode(encoding, "replace").lstrip().lower()
    wide = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be" if data[:1] == b"\0" else "latin-1"
    return data[:2048].decode(wide, "replace").lstrip().lower()
