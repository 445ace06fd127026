"""What is to be said of a profile as a whole."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.quoting import quoted
from mailferry.iphone.reading.report import ReadAccount
from mailferry.iphone.reading.warning import Notes

_IPHONES = (0, 1)
"""TargetDeviceType: any device, or iPhones and iPads."""
_DEVICES = {2: "a Watch", 3: "a HomePod", 4: "an Apple TV", 5: "a Mac", 6: "a Vision Pro"}


def look_at_whole(profile: Keys, notes: Notes, *, now: datetime.datetime) -> None:
    """Note removal, expiry, and for which device the profile is."""
    version = profile.number("PayloadVersion")
    if version not in (None, 1):
        notes.say(
            "wrong-version",
            f"PayloadVersion is {version}. It is the version of the form, always 1, and counts nothing.",
        )
    if profile.switch("PayloadRemovalDisallowed"):
        notes.say(
            "removal-disallowed",
            "It says that its owner cannot remove it (PayloadRemovalDisallowed); that holds on iPhones that"
            " an organisation supervises.",
        )
    if profile.switch("HasRemovalPasscode"):
        notes.say("removal-disallowed", "It can be removed only with a passcode (HasRemovalPasscode).")
    removal, expiry = profile.date("RemovalDate"), profile.date("PayloadExpirationDate")
    if removal is not None and removal <= now:
        notes.say(
            "removal-date-passed",
            f"It was to vanish from the iPhone on {_day(removal)}, which has passed.",
        )
    if expiry is not None and expiry <= now:
        notes.say("profile-expired", f"It expired on {_day(expiry)}: an iPhone shows an Update button.")
    device = profile.number("TargetDeviceType") or 0
    if device not in _IPHONES:
        notes.say("other-device", f"It is meant for {_DEVICES.get(device, 'another kind of device')}.")


def look_at_names(profile: Keys, accounts: Sequence[ReadAccount], notes: Notes) -> None:
    """Note accounts that an iPhone may take for one another."""
    seen: set[tuple[str, str, str]] = set()
    for account in accounts:
        server = account.incoming
        if server is None or server.host is None or server.username is None:
            continue
        login = (server.protocol, server.host.casefold(), server.username)
        if login in seen:
            notes.say(
                "same-login-twice",
                f"{quoted(server.username)} at {quoted(server.host)} is set up twice. The iPhone may take one"
                " account for the other when it removes or replaces them.",
                account.payload,
            )
        seen.add(login)
    name = profile.text("PayloadDisplayName") or ""
    if len(accounts) != 1 or accounts[0].type != "mail" or accounts[0].address is None:
        return
    if accounts[0].address.casefold() not in name.casefold():
        notes.say(
            "address-not-in-name",
            "The profile’s name (PayloadDisplayName) does not hold the address. The iPhone tells accounts"
            " apart by it, so that two profiles of that name with one login get in each other’s way.",
        )


def _day(when: datetime.datetime) -> str:
    return f"{when.day} {when:%B %Y}"
