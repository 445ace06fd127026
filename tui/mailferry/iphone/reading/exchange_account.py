"""A payload that sets up a mailbox by Exchange ActiveSync (Apple: com.apple.eas.account)."""

from __future__ import annotations

from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.locks import look_at_locks
from mailferry.iphone.reading.passwords import passwords_of, say_inside
from mailferry.iphone.reading.report import ReadAccount
from mailferry.iphone.reading.warning import Notes


def read_exchange_account(keys: Keys, payload: int, notes: Notes, *, signed: bool) -> ReadAccount:
    """The account, with what is to be said of it."""
    oauth = keys.switch("OAuth") or False
    passwords = passwords_of(keys, "Password", None)
    account = ReadAccount(
        type="exchange",
        payload=payload,
        address=keys.text("EmailAddress"),
        label=keys.text("PayloadDisplayName"),  # the payload has no other name for the account
        host=keys.text("Host"),
        username=keys.text("UserName"),
        oauth=oauth,
        passwords=passwords,
    )
    if account.address is None:
        notes.say("no-address", "There is no address: the iPhone asks for it.", payload)
    if account.username is None and not oauth:
        notes.say("username-missing", "There is no user name: the iPhone asks for it.", payload)
    ssl = keys.switch("SSL")
    if ssl is None:
        notes.say("tls-not-stated", "SSL is missing, which means false: TLS is not demanded.", payload)
    elif not ssl:
        notes.say("tls-off", "SSL is false: the password may travel readable.", payload)
    if passwords:
        say_inside(payload, notes, signed=signed)
    if keys.text("CertificatePassword"):
        say_inside(payload, notes, signed=signed, whose="the account’s certificate")
    if keys.data("Certificate") is not None:
        notes.say("identity-inside", "A certificate with its private key stands in the file.", payload)
    look_at_locks(keys, payload, notes)
    return account
