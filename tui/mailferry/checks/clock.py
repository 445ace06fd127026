"""What a server's greeting tells of the time, for certificates that are out of theirs."""

from __future__ import annotations

import datetime
import email.utils
import re

_DATE = re.compile(r"\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|GMT|UTC?)")
_APOP = re.compile(r"<\d+\.(\d{9,10})(?:\.\d+)?@")
_WITHIN = datetime.timedelta(days=1)


def server_time(greeting: str | None) -> datetime.datetime | None:
    """The date and time that a greeting holds: SMTP's often do (RFC 5322 section 3.3), POP3's sometimes.

    POP3's stands in the timestamp for APOP as seconds since 1970 (RFC 1939 section 7).
    """
    date = _DATE.search(greeting or "")
    if date is not None:
        try:
            return email.utils.parsedate_to_datetime(date[0]).astimezone(datetime.UTC)
        except (ValueError, OverflowError):
            return None
    stamp = _APOP.search(greeting or "")
    return datetime.datetime.fromtimestamp(int(stamp[1]), datetime.UTC) if stamp is not None else None


def compare_clocks(greeting: str | None) -> str:
    """This computer's date, and what the server's clock says of it where it says anything."""
    here = datetime.datetime.now(datetime.UTC)
    there = server_time(greeting)
    ours = f"today is {here:%Y-%m-%d} by this computer's clock"
    if there is None:
        return ours
    if abs(there - here) < _WITHIN:
        return f"{ours} and the server's"
    return f"{ours}, but {there:%Y-%m-%d} by the server's: one of the two is wrong"
