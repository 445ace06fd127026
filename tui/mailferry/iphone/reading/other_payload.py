"""A payload that sets up no mailbox: what it is, where it leads, and what a stranger could do with it."""

from __future__ import annotations

from collections.abc import Iterator

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.known_types import DANGEROUS, KNOWN
from mailferry.iphone.reading.passwords import say_inside
from mailferry.iphone.reading.plist_value import Value
from mailferry.iphone.reading.quoting import quoted
from mailferry.iphone.reading.report import OtherPayload
from mailferry.iphone.reading.warning import Notes

_ACCOUNTS = {
    "com.apple.caldav.account": "CalDAV",
    "com.apple.carddav.account": "CardDAV",
    "com.apple.ldap.account": "LDAPAccount",
}
"""Accounts besides mail, and how the names of their keys begin."""
_NAMED_BY = ("UserDefinedName", "SSID_STR", "Label", "PayloadDisplayName")


def read_other_payload(keys: Keys, payload: int, notes: Notes, *, signed: bool) -> OtherPayload:
    """The payload, with what is to be said of it."""
    what = KNOWN.get(keys.type)
    if what is None:
        what = f"something of the type {quoted(keys.type)}" if keys.type else "something without a type"
    if any(_passwords(keys.values)):
        say_inside(payload, notes, signed=signed, whose=what)
    if keys.type in DANGEROUS:
        code, sentence = DANGEROUS[keys.type]
        notes.say(code, f"It also sets up {what}. {sentence}", payload)
    prefix = _ACCOUNTS.get(keys.type)
    if prefix and keys.switch(f"{prefix}UseSSL") is False:
        notes.say("tls-off", f"{prefix}UseSSL is false: the password may travel readable.", payload)
    return OtherPayload(
        type=keys.type,
        payload=payload,
        what=what,
        name=next((name for key in _NAMED_BY if (name := keys.text(key))), None),
        host=keys.text(f"{prefix}HostName") if prefix else None,
        username=(keys.text(f"{prefix}Username") or keys.text(f"{prefix}UserName")) if prefix else None,
    )


def _passwords(value: Value | Keys | object) -> Iterator[bool]:
    """True for every password somewhere in a payload."""
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, str):
                if each and key.lower().endswith(("password", "sharedsecret")):
                    yield True
            else:
                yield from _passwords(each)
    elif isinstance(value, list):
        for each in value:
            yield from _passwords(each)
