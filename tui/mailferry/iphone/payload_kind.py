"""Which payload carries an account: one account is one payload."""

from __future__ import annotations

from typing import Literal

from mailferry.iphone.account import PhoneAccount

PayloadKind = Literal["mail", "exchange", "google"]


def payload_kind(account: PhoneAccount) -> PayloadKind:
    """The payload that fits the account's provider and its way to sign in.

    A mail payload cannot say OAuth 2 (Apple: com.apple.mail.managed), the other two say nothing else.
    With an app-specific password a mailbox at Google or Microsoft is an ordinary mail account.
    """
    iphone = account.recommendation.iphone
    if signs_in_by_web(account):
        if iphone.payload == "exchange":
            return "exchange"
        if iphone.payload == "google" or iphone.add_account == "Google":
            return "google"
    return "mail"


def signs_in_by_web(account: PhoneAccount) -> bool:
    """Whether the account signs in on a web page (OAuth 2), by choice or because its provider insists."""
    settings = account.settings
    return account.recommendation.sign_in.oauth2 == "required" or "oauth2" in (
        settings.incoming.auth,
        settings.outgoing.auth,
    )
