"""The demo's accounts and the servers they meet: real providers' names, and mistakes that people make.

The names of hosts are those that the shipped provider files recommend; certificates for them come from the
sandbox's own authority, and connections are led to this machine. Nothing here reaches a real provider.
"""

# ruff: noqa: S106  these passwords are made up, for servers that run on this machine only
from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mailferry.sandbox.cast import SandboxMailbox, SandboxServer, Scene

DEMO_ACCOUNTS: Final[Mapping[str, str]] = {
    "mum": """\
schema = 1
address = "mum@centurylink.net"
name = "Mary Example"
label = "Mum"
person = "Mum"

# 143 is for STARTTLS: there the server speaks plain text first. TLS from the start belongs to 993.
[incoming]
port = 143
security = "tls"
""",
    "mum-icloud": """\
schema = 1
address = "mary.example@icloud.com"
name = "Mary Example"
label = "Mum iCloud"
person = "Mum"

# One letter is missing. A host that looks like a slip of a known one is never given a password.
[incoming]
host = "imap.mail.me.co"
""",
    "dad": """\
schema = 1
address = "dad@msn.com"
name = "David Example"
label = "Dad"
person = "Dad"

# Every setting is right, and still no password gets in: Microsoft signs in by web page only.
[incoming]
auth = "password"

[outgoing]
auth = "password"
""",
    "dad-centurylink": """\
schema = 1
address = "dad@q.com"
name = "David Example"
label = "Dad q.com"
person = "Dad"

# Dad fetches his mail by POP3. The port of TLS with the habit of STARTTLS: both sides wait for the other
# to begin.
[incoming]
protocol = "pop3"
port = 995
security = "starttls"
""",
    "work": """\
schema = 1
address = "kim@harbour.example"
name = "Kim Example"
label = "Work"
person = "Me"
tags = ["work"]

# Nothing is stated here: all of it follows the file providers/harbour.toml of this folder.
# The server's certificate has expired, which only the people who run it can mend.
""",
    "shop": """\
schema = 1
address = "shop@fastmail.com"
name = "Kim's Shop"
label = "Shop"
person = "Me"

# All settings are right. The app password is not: it was made anew, and nobody told mailferry.
# Press p and type sandbox-shop to mend that.
""",
    "me": """\
schema = 1
address = "me@icloud.com"
name = "Kim Example"
label = "Me"
person = "Me"

# An address is enough where a provider is known. iCloud's IMAP wants the name before the @, its SMTP
# the whole address, and both an app-specific password: see what is inherited.
""",
}
"""Account files by stem."""

DEMO_PROVIDERS: Final[Mapping[str, str]] = {
    "harbour": """\
schema = 1
name = "Harbour Boats"
domains = ["harbour.example"]

# An own provider file: one of these serves everybody with an address of this domain.
[[incoming]]
protocol = "imap"
host = "imap.harbour.example"
port = 993
security = "tls"
username = "address"
auth = ["password"]

[[outgoing]]
host = "smtp.harbour.example"
port = 587
security = "starttls"
username = "address"
auth = ["password"]

[sign_in]
app_password = "no"

[[evidence]]
source = "The note on the office fridge"
""",
}
"""Own provider files by stem."""

DEMO_PASSWORDS: Final[Mapping[str, str]] = {
    "mum@centurylink.net": "sandbox-mum",
    "mary.example@icloud.com": "sandbox-mum-icloud",
    "dad@msn.com": "sandbox-dad",
    "dad@q.com": "sandbox-dad-centurylink",
    "kim@harbour.example": "sandbox-work",
    "shop@fastmail.com": "sandbox-shop-last-year",
    "me@icloud.com": "sandbox-me",
}
"""What the demo's owner believes the passwords to be, by address; the shop's is not what its server knows."""


def _letter(sender: str, to: str, subject: str, text: str) -> str:
    """A message as it lies in an inbox."""
    return "\r\n".join(
        (
            f"From: {sender}",
            f"To: {to}",
            f"Subject: {subject}",
            "Date: Fri, 20 Nov 2026 09:30:00 +0000",
            f"Message-ID: <{'-'.join(subject.lower().split())}@harbour.example>",
            "Content-Type: text/plain; charset=utf-8",
            "",
            text,
            "",
        )
    )


SCENE: Final = Scene(
    servers=(
        SandboxServer(host="mail.centurylink.net", port=993, protocol="imap", security="tls"),
        SandboxServer(host="mail.centurylink.net", port=143, protocol="imap", security="starttls"),
        SandboxServer(host="pop.centurylink.net", port=995, protocol="pop3", security="tls"),
        SandboxServer(host="smtp.centurylink.net", port=587, protocol="smtp", security="starttls"),
        SandboxServer(
            host="outlook.office365.com",
            port=993,
            protocol="imap",
            security="tls",
            refuse="Basic authentication is disabled.",
        ),
        SandboxServer(
            host="smtp-mail.outlook.com",
            port=587,
            protocol="smtp",
            security="starttls",
            refuse="535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
        ),
        SandboxServer(host="imap.mail.me.com", port=993, protocol="imap", security="tls"),
        SandboxServer(host="smtp.mail.me.com", port=587, protocol="smtp", security="starttls"),
        SandboxServer(host="imap.fastmail.com", port=993, protocol="imap", security="tls"),
        SandboxServer(host="smtp.fastmail.com", port=465, protocol="smtp", security="tls"),
        SandboxServer(host="imap.harbour.example", port=993, protocol="imap", security="tls", expired=True),
        SandboxServer(host="smtp.harbour.example", port=587, protocol="smtp", security="starttls"),
    ),
    mailboxes=(
        SandboxMailbox(
            address="mum@centurylink.net",
            password="sandbox-mum",
            messages=(
                _letter("dad@q.com", "mum@centurylink.net", "Sunday lunch", "At one, as ever?"),
                _letter(
                    "kim@harbour.example", "mum@centurylink.net", "Photographs", "They are on their way."
                ),
            ),
        ),
        SandboxMailbox(
            address="mary.example@icloud.com",
            password="sandbox-mum-icloud",
            incoming_usernames=("mary.example",),
            messages=(
                _letter("me@icloud.com", "mary.example@icloud.com", "Your new phone", "It is charged."),
            ),
        ),
        SandboxMailbox(address="dad@msn.com", password="sandbox-dad"),
        SandboxMailbox(
            address="dad@q.com",
            password="sandbox-dad-centurylink",
            messages=(_letter("mum@centurylink.net", "dad@q.com", "Bread", "Two, please."),),
        ),
        SandboxMailbox(address="kim@harbour.example", password="sandbox-work"),
        SandboxMailbox(address="shop@fastmail.com", password="sandbox-shop"),
        SandboxMailbox(
            address="me@icloud.com",
            password="sandbox-me",
            incoming_usernames=("me",),
            messages=(_letter("mum@centurylink.net", "me@icloud.com", "Thank you", "It works now."),),
        ),
    ),
)
"""What the demo needs. `imap.mail.me.co`, where one account is sent by a slip, is no host of it."""
