"""What the owner of an account can no longer choose, because a profile decided it."""

from __future__ import annotations

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.warning import Notes
from mailferry.iphone.smime import SMIME_STAYS_THE_USERS_CHOICE


def look_at_locks(keys: Keys, payload: int, notes: Notes) -> None:
    """Note locked S/MIME, messages that stay where they are, and other apps that may not send."""
    locked = [key for key in SMIME_STAYS_THE_USERS_CHOICE if not keys.switch(key)]
    if locked:
        which = "" if len(locked) == len(SMIME_STAYS_THE_USERS_CHOICE) else f" ({', '.join(locked)})"
        notes.say(
            "smime-locked",
            f"Signing and encrypting messages (S/MIME) cannot be chosen on the iPhone{which}.",
            payload,
        )
    if keys.switch("PreventMove"):
        notes.say(
            "move-prevented",
            "Messages cannot be moved to another account, nor answered from one (PreventMove).",
            payload,
        )
    if keys.switch("PreventAppSheet"):
        notes.say(
            "apps-prevented",
            "Only the Mail app may send with this account: sharing by mail out of other apps does not work"
            " (PreventAppSheet).",
            payload,
        )
