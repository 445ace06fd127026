"""What a server can do that matters to people and phones, in plain sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from mailferry.advice.words import listed
from mailferry.model.byte_size import say_size
from mailferry.model.check import ServerCheck
from mailferry.model.visible import visible

_LONGEST = 60
_MOST_MECHANISMS = 12

_KNOWN = {
    "OAUTHBEARER": "OAUTHBEARER (sign-in on a web page)",
    "XOAUTH2": "XOAUTH2 (sign-in on a web page)",
}


def capability_report(check: ServerCheck) -> tuple[str, ...]:
    """Sentences about what a server said it can do, harmless for a terminal; none where it said nothing.

    What it does not offer is mostly left unsaid: many servers tell the rest after the sign-in only.
    """
    offered = _offered(check.capabilities)
    if not offered:
        return ()
    return tuple(_REPORTS[check.protocol](offered, check))


Offered = dict[str, tuple[str, ...]]
"""Capabilities with their arguments, both in capitals; `AUTH=PLAIN` counts as `AUTH` with `PLAIN`."""


def _offered(capabilities: tuple[str, ...]) -> Offered:
    found: Offered = {}
    for capability in capabilities:
        head, *arguments = re.split(r"[\s=]+", capability.strip().upper())
        found[head] = (*found.get(head, ()), *filter(None, arguments))
    return found


def _imap(offered: Offered, check: ServerCheck) -> Iterator[str]:
    yield from _sign_in(offered.get("AUTH", ()), None if "LOGINDISABLED" in offered else "LOGIN")
    if "LOGINDISABLED" in offered:
        yield "The plain LOGIN command is switched off."
    yield from _upgrade("STARTTLS" in offered, check)
    if "IDLE" in offered or "NOTIFY" in offered:
        yield "New mail is announced while a program is connected (IDLE)."
    if "XAPPLEPUSHSERVICE" in offered:
        yield "New mail is pushed to Mail on iPhones (XAPPLEPUSHSERVICE)."
    if "MOVE" in offered:
        yield "Messages are moved in one step (MOVE)."
    if "SPECIAL-USE" in offered or "XLIST" in offered:
        yield "It tells which folders are for drafts, sent mail, junk and deleted mail (SPECIAL-USE)."
    if "QUOTA" in offered:
        yield "It tells how full the mailbox is (QUOTA)."
    if "UIDPLUS" in offered or "IMAP4REV2" in offered:
        yield "One message can be deleted without touching others that are marked (UIDPLUS)."
    if "CONDSTORE" in offered or "QRESYNC" in offered:
        yield "Programs catch up with changes quickly (CONDSTORE)."
    if "APPENDLIMIT" in offered and (limit := _number(offered["APPENDLIMIT"])):
        yield f"Messages up to {say_size(limit)} can be put into folders (APPENDLIMIT)."
    yield from _beyond_ascii("UTF8" in offered or "IMAP4REV2" in offered)


def _pop3(offered: Offered, check: ServerCheck) -> Iterator[str]:
    yield from _sign_in(offered.get("SASL", ()), "USER" if "USER" in offered else None)
    yield from _upgrade("STLS" in offered, check)
    if "UIDL" in offered:
        yield "Messages keep their ids, so that programs can leave them on the server (UIDL)."
    if "TOP" in offered:
        yield "The head of a message can be read without the whole of it (TOP)."
    if "EXPIRE" in offered:
        days = _number(offered["EXPIRE"])
        if "NEVER" in offered["EXPIRE"]:
            yield "Messages are never deleted by the server itself (EXPIRE NEVER)."
        elif days == 0:
            yield "Messages may be deleted by the server as soon as they have been fetched (EXPIRE 0)."
        elif days:
            yield f"Messages may be deleted by the server after {_days(days)} (EXPIRE)."
    if seconds := _number(offered.get("LOGIN-DELAY", ())):
        yield f"It refuses whoever signs in again within {seconds} seconds (LOGIN-DELAY)."
    yield from _beyond_ascii("UTF8" in offered)


def _smtp(offered: Offered, check: ServerCheck) -> Iterator[str]:
    yield from _sign_in(offered.get("AUTH", ()), None)
    yield from _upgrade("STARTTLS" in offered, check)
    if limit := _number(offered.get("SIZE", ())):
        yield f"Messages up to {say_size(limit)} are taken (SIZE); attachments grow by a third when sent."
    if "DSN" in offered:
        yield "It can report that a message was delivered (DSN)."
    yield from _beyond_ascii("SMTPUTF8" in offered)


_REPORTS: dict[str, Callable[[Offered, ServerCheck], Iterator[str]]] = {
    "imap": _imap,
    "pop3": _pop3,
    "smtp": _smtp,
}


def _sign_in(mechanisms: tuple[str, ...], command: str | None) -> Iterator[str]:
    """The ways to sign in; those that nobody here knows are named as they are."""
    ways = list(dict.fromkeys((*mechanisms, *((command,) if command else ()))))
    hidden = len(ways) - _MOST_MECHANISMS
    shown = [_KNOWN.get(way, _harmless(way)) for way in ways[:_MOST_MECHANISMS]]
    if hidden > 0:
        shown.append(f"{hidden} more")
    if shown:
        yield f"Ways to sign in: {listed(shown)}."
    else:
        yield "No way to sign in is offered."


def _upgrade(offered: bool, check: ServerCheck) -> Iterator[str]:
    if offered and check.security != "tls":
        yield "The connection can be upgraded to TLS (STARTTLS)."


def _beyond_ascii(offered: bool) -> Iterator[str]:
    if offered:
        yield "Addresses with letters beyond ASCII are taken (UTF-8)."


def _number(arguments: tuple[str, ...]) -> int | None:
    """The first argument that is a number of a length that can be meant."""
    return next((int(each) for each in arguments if re.fullmatch(r"[0-9]{1,15}", each)), None)


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _harmless(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
