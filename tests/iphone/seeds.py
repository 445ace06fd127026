"""The three accounts that mailferry was made for, built by hand."""

from __future__ import annotations

import datetime

from mailferry.iphone.account import PhoneAccount
from mailferry.model.account import Account
from mailferry.model.provider import Evidence, IPhone, SignIn
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.settings import effective_settings

CENTURYLINK = Recommendation(
    address="mum@centurylink.net",
    how="domain",
    provider="centurylink",
    name="CenturyLink",
    docs="https://www.centurylink.com/home/help/internet/email.html",
    incoming=(
        RecommendedServer(
            protocol="imap",
            host="mail.centurylink.net",
            port=993,
            security="tls",
            username="mum@centurylink.net",
            auth=("password",),
        ),
    ),
    outgoing=(
        RecommendedServer(
            protocol="smtp",
            host="smtp.centurylink.net",
            port=587,
            security="starttls",
            username="mum@centurylink.net",
            auth=("password",),
        ),
    ),
    sign_in=SignIn(
        app_password="with-2fa", app_password_url="https://centurylinkwebmail.example/App-Passwords"
    ),
    evidence=(Evidence(source="CenturyLink help", read=datetime.date(2026, 11, 20)),),
)

MSN = Recommendation(
    address="dad@msn.com",
    how="domain",
    provider="outlook",
    name="Outlook.com",
    incoming=(
        RecommendedServer(
            protocol="imap",
            host="outlook.office365.com",
            port=993,
            security="tls",
            username="dad@msn.com",
            auth=("oauth2",),
        ),
    ),
    outgoing=(
        RecommendedServer(
            protocol="smtp",
            host="smtp-mail.outlook.com",
            port=587,
            security="starttls",
            username="dad@msn.com",
            auth=("oauth2",),
        ),
    ),
    sign_in=SignIn(
        app_password="no",
        oauth2="required",
        before=("In Outlook.com: Settings > Mail > Forwarding and IMAP, switch on IMAP.",),
        note="Microsoft ended sign-in by password on 16 September 2024.",
    ),
    iphone=IPhone(add_account="Outlook.com", payload="none"),
)

ICLOUD = Recommendation(
    address="joe@me.com",
    how="domain",
    provider="icloud",
    name="iCloud",
    docs="https://support.apple.com/en-us/102525",
    incoming=(
        RecommendedServer(
            protocol="imap",
            host="imap.mail.me.com",
            port=993,
            security="tls",
            username="joe",
            auth=("password",),
            username_also=("joe@me.com",),
        ),
    ),
    outgoing=(
        RecommendedServer(
            protocol="smtp",
            host="smtp.mail.me.com",
            port=587,
            security="starttls",
            username="joe@me.com",
            auth=("password",),
        ),
    ),
    sign_in=SignIn(
        app_password="required",
        app_password_url="https://account.apple.com",
        before=("Turn on two-factor authentication for the Apple Account.",),
    ),
    iphone=IPhone(add_account="iCloud", payload="mail"),
)


def profile_account(account: Account, recommendation: Recommendation, stem: str = "test") -> PhoneAccount:
    """An account with what its provider recommends, as the workspace would hand it over."""
    return PhoneAccount(
        settings=effective_settings(stem, account, recommendation),
        recommendation=recommendation,
        pinned=account.iphone,
    )


SEEDS = {
    "centurylink": profile_account(
        Account(address="mum@centurylink.net", name="Mary Example", label="Mum"), CENTURYLINK
    ),
    "msn": profile_account(Account(address="dad@msn.com", name="Dan Example", label="Dad"), MSN),
    "icloud": profile_account(Account(address="joe@me.com", name="Joe Example", label="Mum iCloud"), ICLOUD),
}
