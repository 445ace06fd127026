"""A server's words as rules read them: in every charset and form in which they may have been meant."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mailferry.advice.charset import ESCAPED, sent_bytes

WORDS_READ = 2_000
"""Characters of a server's words that rules are held against."""

_CHARSETS = ("gb18030", "cp1252", "cp1251", "koi8-r")
"""What servers write that do not write UTF-8: Chinese ones, western European and Russian ones."""

_COLOUR = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*\x07?)")
_SMTP_LINE = re.compile(r"^[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}\s)?", re.MULTILINE)
_NEWS = re.compile(r"^\* OK\b.*\n?", re.MULTILINE | re.IGNORECASE)
_HIDDEN = frozenset({"Cc", "Cf", "Cs"})


@lru_cache(maxsize=256)
def readings(said: str) -> tuple[str, ...]:
    """The words themselves, then other readings of them, each of `WORDS_READ` characters at most.

    Bytes that were no UTF-8 stand in the words as `\\xNN`; they are read in the charsets that such
    servers write. An SMTP answer of several lines is also read as one, for a sentence may go over
    them. News between the lines (`* OK`, RFC 3501 section 7.1.1) say nothing of the failure and are left
    out, as are control characters, colours and odd blanks. What is shown to people is never this.
    """
    words = said[:WORDS_READ]
    words = _NEWS.sub("", words) or words
    read = [_plain(words)]
    if ESCAPED.search(words):
        read += [_plain(_in_charset(words, charset)) for charset in _CHARSETS]
    code = _SMTP_LINE.match(words)
    if code is not None and "\n" in words.rstrip("\n"):
        read.append(_plain(code[0].replace("-", " ", 1) + _SMTP_LINE.sub("", words).replace("\n", " ")))
    return tuple(dict.fromkeys(text[:WORDS_READ] for text in read if text.strip()))


def _in_charset(words: str, charset: str) -> str:
    """The words with their bytes as the server sent them, read in another charset."""
    return sent_bytes(words).decode(charset, "replace")


def _plain(words: str) -> str:
    text = unicodedata.normalize("NFKC", _COLOUR.sub("", words)).replace("’", "'")
    kept = (
        " " if letter == "\t" else letter
        for letter in text
        if letter in "\n\t" or unicodedata.category(letter) not in _HIDDEN
    )
    return re.sub(r" {2,}", " ", "".join(kept))
