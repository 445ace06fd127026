"""A payload that sets up a mailbox by IMAP or POP (Apple: com.apple.mail.managed)."""

from __future__ import annotations

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.locks import look_at_locks
from mailferry.iphone.reading.passwords import passwords_of, say_inside
from mailferry.iphone.reading.quoting import quoted
from mailferry.iphone.reading.report import ReadAccount
from mailferry.iphone.reading.server import read_server
from mailferry.iphone.reading.warning import Notes
from mailferry.model.account import Protocol


def read_mail_account(keys: Keys, payload: int, notes: Notes, *, signed: bool) -> ReadAccount:
    """The account, with what is to be said of it."""
    protocol: Protocol = "pop3" if keys.text("EmailAccountType") == "EmailTypePOP" else "imap"
    same = keys.switch("OutgoingPasswordSameAsIncomingPassword") or False
    passwords = passwords_of(keys, "IncomingPassword", None if same else "OutgoingPassword")
    account = ReadAccount(
        type="mail",
        payload=payload,
        address=_one_address(keys, notes),
        name=keys.text("EmailAccountName"),
        label=keys.text("EmailAccountDescription"),
        incoming=read_server(keys, "Incoming", protocol, notes),
        outgoing=read_server(keys, "Outgoing", "smtp", notes),
        passwords=passwords,
    )
    if account.address is None:
        notes.say("no-address", "There is no address: the iPhone asks for it.", payload)
    if passwords:
        say_inside(payload, notes, signed=signed)
    if same and keys.text("OutgoingPassword"):
        notes.say(
            "password-ignored",
            "There is a password for sending, but the one for reading is to be used for both, so it does not"
            " count.",
            payload,
        )
    look_at_locks(keys, payload, notes)
    return account


def _one_address(keys: Keys, notes: Notes) -> str | None:
    """The address. Some generators write several with commas between, which Apple does not describe."""
    written = keys.text("EmailAddress")
    if written is None or "," not in written:
        return written
    first = written.split(",")[0].strip()
    notes.say(
        "several-addresses",
        f"There are several addresses in one ({quoted(written)}). Apple does not describe that; it seems to"
        " work, and the first one is the account’s.",
        keys.payload,
    )
    return first or None
