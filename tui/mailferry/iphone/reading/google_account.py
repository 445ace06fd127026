"""A payload that sets up a mailbox at Google (Apple: com.apple.google-oauth)."""

from __future__ import annotations

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.report import ReadAccount
from mailferry.iphone.reading.warning import Notes


def read_google_account(keys: Keys, payload: int, notes: Notes) -> ReadAccount:
    """The account, with what is to be said of it."""
    notes.say(
        "supervised-only",
        "Apple lets only organisations that supervise the iPhone install Google’s payload. On any other"
        " iPhone, add the account with “Add Account > Google”.",
        payload,
    )
    return ReadAccount(
        type="google",
        payload=payload,
        address=keys.text("EmailAddress"),
        name=keys.text("AccountName"),
        label=keys.text("AccountDescription"),
        oauth=True,
    )
