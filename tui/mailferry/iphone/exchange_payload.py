"""A mailbox at Microsoft 365, by Exchange ActiveSync (Apple: com.apple.eas.account, OAuth from iOS 12 on)."""

from __future__ import annotations

from typing import Any

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.plain import plain
from mailferry.iphone.smime import SMIME_STAYS_THE_USERS_CHOICE
from mailferry.model.address import Address, domain_to_ascii

_A_MONTH = 31
"""MailNumberOfPastDaysToSync: left out it is a week, and older mail would seem to be lost."""

_SERVICES = ("Mail", "Contacts", "Calendars", "Reminders", "Notes")


def exchange_payload(account: PhoneAccount, address: Address) -> dict[str, Any]:
    """The keys of this kind of payload; what every payload has is not among them.

    Without OAuthSignInURL iOS finds the sign-in page, and the right server, from the address. There is no
    password in it and none is asked for.
    """
    server = account.settings.incoming
    payload: dict[str, Any] = {
        "PayloadType": "com.apple.eas.account",
        "EmailAddress": plain(str(address)),
        "SSL": True,
        "OAuth": True,
        "MailNumberOfPastDaysToSync": _A_MONTH,
        **{f"Enable{service}": True for service in _SERVICES},
        **{f"Enable{service}UserOverridable": True for service in _SERVICES},
        **SMIME_STAYS_THE_USERS_CHOICE,
    }
    if server.host:
        payload["Host"] = domain_to_ascii(server.host)
    if server.username:
        payload["UserName"] = server.username
    return payload
