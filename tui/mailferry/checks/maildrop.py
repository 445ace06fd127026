"""What is in a POP3 inbox, and whether programs can work with it. Nothing is fetched or deleted."""

from __future__ import annotations

import poplib
import re

from mailferry.checks.pop3_connection import Pop3Connection, Refused
from mailferry.model.byte_size import say_size

_STATUS = re.compile(rb"\+OK +(\d{1,15}) +(\d{1,15})(?!\d)")
_LISTED = 5000
"""Messages up to which a listing is read; it takes some 80 bytes for each (RFC 1939 section 7)."""


def look_into_maildrop(connection: Pop3Connection, *, top: bool) -> str:
    """Count the messages and say what a program will stumble over. `top`: whether TOP is offered.

    Raises Refused for an inbox that is not shown, poplib.error_proto for an answer that is none.
    """
    status = _STATUS.match(connection.command(b"STAT"))
    if status is None:
        raise poplib.error_proto
    count, size = int(status[1]), int(status[2])
    found = [f"1 message, {say_size(size)}" if count == 1 else f"{count} messages, {say_size(size)}"]
    listed = _listed(connection, b"UIDL", count)
    if listed is None:
        found.append(
            "UIDL is not supported, so a program that leaves mail on the server would fetch it again"
            " each time"
        )
        listed = _listed(connection, b"LIST", count)
    if listed not in (None, count):
        found.append(f"{listed} of them listed")
    if not top:
        found.append("TOP is not offered, so a program can show messages only once it has fetched them whole")
    return "; ".join(found)


def _listed(connection: Pop3Connection, command: bytes, count: int) -> int | None:
    """How many messages a listing (RFC 1939 sections 5 and 7) names; None: it is refused.

    Of a very full inbox one line is enough, and stands for all.
    """
    try:
        if count > _LISTED:
            connection.command(command + b" 1")
            return count
        return len(connection.listing(command))
    except Refused:
        return None
