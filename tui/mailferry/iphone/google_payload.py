"""A mailbox at Google with sign-in on Google's page (Apple: com.apple.google-oauth, supervised iPhones)."""

from __future__ import annotations

from typing import Any

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.plain import plain
from mailferry.model.address import Address


def google_payload(account: PhoneAccount, address: Address) -> dict[str, Any]:
    """The keys of this kind of payload; what every payload has is not among them."""
    payload: dict[str, Any] = {
        "PayloadType": "com.apple.google-oauth",
        "AccountDescription": plain(account.settings.label) or plain(str(address)),
        "EmailAddress": plain(str(address)),
    }
    if name := plain(account.settings.name or ""):
        payload["AccountName"] = name
    return payload
