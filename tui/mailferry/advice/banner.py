"""Greetings of servers: what in them says who answers, and what differs from one connection to the next."""

from __future__ import annotations

import re

_CODES = re.compile(r"\[[^\]]*\]|<[^>]*>|\([^)]*\d[^)]*\)")
"""Response codes, addresses in brackets, message-ids (APOP) and remarks with numbers in them."""

_STATUS = re.compile(r"^(?:\* (?:OK|PREAUTH|BYE) |\+OK |-ERR |\d{3}[ -])", re.IGNORECASE)
_ABILITIES = re.compile(r"\[CAPABILITY [^\]]*\] ?", re.IGNORECASE)
_VERSION = re.compile(r"v?\d{1,3}(?:\.\d{1,3}){1,2}(?:[-~+][\w.]+)?", re.IGNORECASE)
_CALENDAR = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|am|pm|[a-z]{2,4}t|utc|z)",
    re.IGNORECASE,
)
_EDGES = ",;:!()[]<>\"'"


def same_banner(one: str, other: str) -> bool:
    """Whether two greetings are of the same server, as far as they tell.

    Dates, counters, ids, addresses and the numbers of single machines of a farm do not count.
    """
    return _essence(one) == _essence(other)


def say_banner(greeting: str) -> str:
    """A greeting on one line, without the protocol's status words and the list of what it can do."""
    lines = (_ABILITIES.sub("", line).strip() for line in greeting.splitlines())
    return " ".join(_STATUS.sub("", line) for line in lines if line)


def _essence(greeting: str) -> tuple[str, ...]:
    text = _CODES.sub(" ", say_banner(greeting))
    words = (word.strip(_EDGES).rstrip(".") for word in text.split())
    return tuple(kept for word in words if (kept := _kept(word)))


def _kept(word: str) -> str:
    """What a word of a greeting says of the server; nothing for what differs each time."""
    if _VERSION.fullmatch(word):
        return word.lower()
    if _CALENDAR.fullmatch(word):
        return ""
    if not any(character.isdigit() for character in word):
        return word.lower()
    if word.count(".") >= 2 and not word.replace(".", "").isdigit():
        return _own_part(word)
    name = re.match(r"[^\W\d_]{3,}", word)  # IMAP4rev1, ESMTP5
    return name.group().lower() if name else ""


def _own_part(host: str) -> str:
    """The end of a host name: labels with digits in them, and what stands before, tell machines apart."""
    *machine, domain, top = host.lower().split(".")
    while any(character.isdigit() for label in machine for character in label):
        machine.pop(0)
    return ".".join((*machine, domain, top))
