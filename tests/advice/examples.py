"""Providers and accounts for the tests, written out by hand and so independent of the shipped files."""

from __future__ import annotations

import datetime

import msgspec

from mailferry.advice.compare import compare
from mailferry.model.account import Account
from mailferry.model.address import parse_address
from mailferry.model.finding import Comparison, Finding
from mailferry.model.provider import (
    Evidence,
    IncomingServer,
    IPhone,
    OldHost,
    OutgoingServer,
    Provider,
    SignIn,
)
from mailferry.model.recommendation import How, Recommendation, recommend

TODAY = datetime.date(2026, 11, 20)

CENTURYLINK = Provider(
    name="CenturyLink",
    incoming=(
        IncomingServer(protocol="imap", host="mail.centurylink.net", port=993, security="tls"),
        IncomingServer(protocol="pop3", host="pop.centurylink.net", port=995, security="tls"),
    ),
    outgoing=(OutgoingServer(host="smtp.centurylink.net", port=587, security="starttls"),),
    evidence=(Evidence(source="CenturyLink's help page", read=datetime.date(2026, 11, 20)),),
    old_host=(
        OldHost(host="mail.q.com", use="mail.centurylink.net", why="The host of q.com addresses until 2019."),
    ),
)
QWESTOFFICE = Provider(
    name="Qwest Office",
    incoming=(IncomingServer(protocol="pop3", host="pop.qwestoffice.net", port=110, security="none"),),
    outgoing=(OutgoingServer(host="smtp.qwestoffice.net", port=465, security="tls"),),
)
GMAIL = Provider(
    name="Gmail",
    incoming=(
        IncomingServer(
            protocol="imap", host="imap.gmail.com", port=993, security="tls", auth=("password", "oauth2")
        ),
    ),
    outgoing=(
        OutgoingServer(host="smtp.gmail.com", port=465, security="tls", auth=("password", "oauth2")),
        OutgoingServer(host="smtp.gmail.com", port=587, security="starttls", auth=("password", "oauth2")),
    ),
    sign_in=SignIn(
        app_password="required",
        app_password_url="https://myaccount.google.com/apppasswords",
        oauth2="offered",
    ),
)
ICLOUD = Provider(
    name="iCloud",
    incoming=(
        IncomingServer(
            protocol="imap",
            host="imap.mail.me.com",
            port=993,
            security="tls",
            username="local-part",
            username_also=("address",),
        ),
    ),
    outgoing=(OutgoingServer(host="smtp.mail.me.com", port=587, security="starttls"),),
    sign_in=SignIn(app_password="required", app_password_url="https://account.apple.com"),
    evidence=(
        Evidence(source="Apple Support 102525", read=datetime.date(2026, 11, 20), about=("incoming",)),
    ),
)
ICLOUD_OWN_DOMAIN = msgspec.structs.replace(ICLOUD, own_domain_username="ask")
OUTLOOK = Provider(
    name="Outlook.com",
    incoming=(
        IncomingServer(
            protocol="imap", host="outlook.office365.com", port=993, security="tls", auth=("oauth2",)
        ),
    ),
    outgoing=(OutgoingServer(host="smtp-mail.outlook.com", port=587, security="starttls", auth=("oauth2",)),),
    sign_in=SignIn(
        app_password="no",
        oauth2="required",
        before=("Switch IMAP on at outlook.com.",),
        note="Microsoft ended sign-in by password on 16 September 2024.",
    ),
    iphone=IPhone(add_account="Outlook.com", payload="none"),
)
MICROSOFT365 = Provider(
    name="Microsoft 365",
    incoming=OUTLOOK.incoming,
    outgoing=(
        OutgoingServer(host="smtp.office365.com", port=587, security="starttls", auth=("oauth2", "password")),
    ),
    sign_in=SignIn(app_password="no", oauth2="required"),
)
YAHOO = Provider(
    name="Yahoo",
    incoming=(
        IncomingServer(
            protocol="imap", host="imap.mail.yahoo.com", port=993, security="tls", auth=("password", "oauth2")
        ),
    ),
    outgoing=(
        OutgoingServer(host="smtp.mail.yahoo.com", port=465, security="tls", auth=("password", "oauth2")),
    ),
    sign_in=SignIn(app_password="required"),
)
CHARTER = Provider(
    name="Spectrum",
    incoming=(IncomingServer(protocol="imap", host="mobile.charter.net", port=993, security="tls"),),
    outgoing=(OutgoingServer(host="mobile.charter.net", port=587, security="tls"),),
)
REDIFF = Provider(
    name="Rediffmail",
    incoming=(IncomingServer(protocol="pop3", host="pop.rediffmail.com", port=995, security="tls"),),
    outgoing=(
        OutgoingServer(host="smtp.rediffmail.com", port=586, security="tls"),
        OutgoingServer(host="smtp.rediffmail.com", port=465, security="tls"),
        OutgoingServer(host="smtp.rediffmail.com", port=587, security="none"),
    ),
)
PROTON = Provider(
    name="Proton Mail",
    status="bridge-only",
    notice="Proton Mail needs its Bridge, a program on the same computer.",
    incoming=(IncomingServer(protocol="imap", host="127.0.0.1", port=1143, security="starttls"),),
    outgoing=(OutgoingServer(host="127.0.0.1", port=1025, security="starttls"),),
)
GMX = Provider(
    name="GMX",
    incoming=(
        IncomingServer(protocol="imap", host="imap.gmx.net", port=993, security="tls"),
        IncomingServer(protocol="imap", host="imap.gmx.net", port=143, security="starttls"),
    ),
    outgoing=(OutgoingServer(host="mail.gmx.net", port=465, security="tls"),),
)
EARTHLINK = Provider(
    name="EarthLink",
    incoming=(
        IncomingServer(
            protocol="imap", host="imap.earthlink.net", port=993, security="tls", auth=("cram-md5",)
        ),
    ),
    outgoing=(OutgoingServer(host="smtpauth.earthlink.net", port=587, security="starttls"),),
)
VERIZON = Provider(
    name="Verizon",
    status="moved",
    notice="Verizon gave up mail in 2017; these addresses live at AOL.",
    incoming=(
        IncomingServer(protocol="imap", host="imap.aol.com", port=993, security="tls"),
        IncomingServer(protocol="pop3", host="pop.aol.com", port=995, security="tls"),
    ),
    outgoing=(OutgoingServer(host="smtp.aol.com", port=465, security="tls"),),
    sign_in=SignIn(app_password="required"),
    old_host=(OldHost(host="pop.verizon.net", use="pop.aol.com", why="Closed when mail moved to AOL."),),
)
HEY = Provider(name="HEY", status="no-mail-programs", notice="HEY opens only in its own apps.")
NOBODY = Recommendation(address="joe@nowhere.example", how="none")


def recommendation(address: str, provider: Provider, how: How = "domain") -> Recommendation:
    """What a look-up of the address would answer."""
    return recommend(parse_address(address), provider.name.lower(), provider, how)


def compared(account: Account, provider: Provider | Recommendation, how: How = "domain") -> Comparison:
    """The account against a provider."""
    advice = (
        provider if isinstance(provider, Recommendation) else recommendation(account.address, provider, how)
    )
    return compare("joe", account, advice, today=TODAY)


def finding(account: Account, provider: Provider | Recommendation, path: str, how: How = "domain") -> Finding:
    """One finding of the account against a provider."""
    return next(each for each in compared(account, provider, how).findings if each.path == path)
