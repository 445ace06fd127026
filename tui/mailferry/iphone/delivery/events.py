"""What happens to a one-time link, in the form in which `deliver --json` prints it."""

from __future__ import annotations

from typing import Literal

import msgspec

Reason = Literal["delivered", "expired", "stopped"]
"""Why a link is dead."""


class Listening(msgspec.Struct, frozen=True, tag_field="event", tag="listening"):
    """The link works. `profile_url` is None where only instructions are delivered."""

    url: str
    profile_url: str | None


class Seen(msgspec.Struct, frozen=True, tag_field="event", tag="seen"):
    """Somebody opened the page. `sender` is an address, `agent` a device and program in plain words."""

    sender: str = msgspec.field(name="from")
    agent: str


class Interrupted(msgspec.Struct, frozen=True, tag_field="event", tag="interrupted"):
    """A download broke off before its end; the link still works."""

    sender: str = msgspec.field(name="from")
    agent: str


class Pestered(msgspec.Struct, frozen=True, tag_field="event", tag="pestered"):
    """An address asks for so many links that do not exist that it is put off; told once for each address."""

    sender: str = msgspec.field(name="from")


class Delivered(msgspec.Struct, frozen=True, tag_field="event", tag="delivered"):
    """The whole of it was fetched; nobody else gets it."""

    sender: str = msgspec.field(name="from")
    agent: str


class NotRecorded(msgspec.Struct, frozen=True, tag_field="event", tag="not-recorded"):
    """What was delivered could not be written down, `why` says the reason; the iPhone has it all the same."""

    why: str


class Closed(msgspec.Struct, frozen=True, tag_field="event", tag="closed"):
    """The link is dead, and nothing listens any more."""

    reason: Reason


Event = Listening | Seen | Interrupted | Pestered | Delivered | NotRecorded | Closed
