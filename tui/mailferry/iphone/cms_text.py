"""CMS written as text: PEM (RFC 7468 section 9) and S/MIME (RFC 8551 section 3.2)."""

from __future__ import annotations

import binascii
import re

_PEM = re.compile(rb"\s*-----BEGIN (PKCS7|CMS|PKCS #7 SIGNED DATA)-----\s([^-]*)-----END ")
_SMIME_TYPE = re.compile(rb"^content-type:\s*application/(x-)?pkcs7-mime\b", re.IGNORECASE | re.MULTILINE)
_HEADER_FIELD = re.compile(rb"[A-Za-z-]{2,40}:")
_LONGEST_HEADER = 4000


def from_text(data: bytes) -> bytes | None:
    """The bytes that the text stands for, none at all where it is damaged; None for any other text."""
    if (pem := _PEM.match(data)) is not None:
        return _decoded(pem[2])
    if _HEADER_FIELD.match(data) is None:
        return None
    header, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    if len(header) > _LONGEST_HEADER or _SMIME_TYPE.search(header) is None:
        return None
    return _decoded(body)


def _decoded(text: bytes) -> bytes:
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        return b""
