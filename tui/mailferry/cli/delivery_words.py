"""What happens to a one-time link, told in the terminal or as JSON Lines."""

from __future__ import annotations

import datetime

from mailferry.cli.output import data, data_json, paragraph, words
from mailferry.cli.qr_code import show_qr_code
from mailferry.iphone.delivery.events import (
    Closed,
    Delivered,
    Event,
    Interrupted,
    Listening,
    NotRecorded,
    Pestered,
    Seen,
)

_MINUTE = 60


class Teller:
    """Tells each event as it comes: what is data on standard output, the rest on standard error."""

    def __init__(self, *, expires: int, as_json: bool) -> None:
        self._expires = expires
        self._as_json = as_json
        self._profile = True

    def tell(self, event: Event) -> None:
        """Say one event."""
        if self._as_json:
            data_json(event)
        elif isinstance(event, Listening):
            self._open(event)
        else:
            words(self._said(event))

    def _open(self, event: Listening) -> None:
        self._profile = event.profile_url is not None
        without_code = show_qr_code(event.url)
        if without_code is not None:
            words(paragraph(without_code))
        data(event.url)
        words(f"Scan or open it on the iPhone. It works once, for {_time(self._expires)}; ctrl+c ends it.")

    def _said(self, event: Event) -> str:
        match event:
            case Seen(sender, agent):
                what = "the page is open" if self._profile else "looked at for a preview"
                return f"{_now()}  {what}: {agent} at {sender}"
            case Interrupted(sender, agent):
                return f"{_now()}  broken off, the link still works: {agent} at {sender}"
            case Pestered(sender):
                return f"{_now()}  {sender} asks for links that do not exist, and is put off"
            case Delivered(sender, agent):
                then = "; to be installed within 8 minutes" if self._profile else ""
                return f"{_now()}  delivered: {agent} at {sender}{then}"
            case NotRecorded(why):
                return paragraph(f"warning: what was delivered could not be noted: {why}")
            case Closed(reason):
                return {
                    "delivered": "The link has been used and is closed.",
                    "expired": "The time is up; nothing was delivered. The link is closed.",
                    "stopped": "Stopped; nothing was delivered. The link is closed.",
                }[reason]
            case Listening():
                return event.url


def _time(seconds: int) -> str:
    if seconds % _MINUTE or seconds < _MINUTE:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    minutes = seconds // _MINUTE
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _now() -> str:
    return f"{datetime.datetime.now().astimezone():%H:%M:%S}"
