"""Passwords that stand in a profile. They are never shown, nor is their length."""

from __future__ import annotations

from collections.abc import Mapping

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.warning import Notes
from mailferry.model.account import Role
from mailferry.model.secret import Secret


def passwords_of(keys: Keys, incoming: str, outgoing: str | None) -> Mapping[Role, Secret]:
    """The passwords at two keys; the outgoing one only where it is another than the incoming one."""
    found: dict[Role, Secret] = {}
    first = keys.text(incoming)
    if first is not None:
        found["incoming"] = Secret(first)
    second = keys.text(outgoing) if outgoing is not None else None
    if second is not None and second != first:
        found["outgoing"] = Secret(second)
    return found


def say_inside(payload: int, notes: Notes, *, signed: bool, whose: str = "the account") -> None:
    """Warn of a password that everybody can read who has the file."""
    hides = " Signing hides nothing." if signed else ""
    notes.say(
        "password-inside",
        f"The password for {whose} stands in the file, readable for everybody who has it.{hides}",
        payload,
    )
