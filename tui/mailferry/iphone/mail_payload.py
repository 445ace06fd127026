"""A mailbox by IMAP or POP, with its SMTP server (Apple: com.apple.mail.managed)."""

from __future__ import annotations

from typing import Any

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.passwords import one_password, password_inside
from mailferry.iphone.plain import plain
from mailferry.iphone.smime import SMIME_STAYS_THE_USERS_CHOICE
from mailferry.model.account import AuthMethod
from mailferry.model.address import Address, domain_to_ascii
from mailferry.model.settings import ServerSettings

_AUTHENTICATION: dict[AuthMethod, str] = {
    "password": "EmailAuthPassword",
    "cram-md5": "EmailAuthCRAMMD5",
    "ntlm": "EmailAuthNTLM",
    "none": "EmailAuthNone",
}


def mail_payload(account: PhoneAccount, address: Address) -> dict[str, Any]:
    """The keys of this kind of payload; what every payload has is not among them."""
    settings = account.settings
    same = one_password(account)
    payload: dict[str, Any] = {
        "PayloadType": "com.apple.mail.managed",
        "EmailAccountType": "EmailTypePOP" if settings.incoming.protocol == "pop3" else "EmailTypeIMAP",
        "EmailAccountDescription": plain(settings.label) or plain(str(address)),
        "EmailAddress": plain(str(address)),
        "OutgoingPasswordSameAsIncomingPassword": same,
        **SMIME_STAYS_THE_USERS_CHOICE,
        **_server_keys("Incoming", settings.incoming),
        **_server_keys("Outgoing", settings.outgoing),
    }
    # An empty string would count as absent, so what is not known is left out and the iPhone asks for it.
    if name := plain(settings.name or ""):
        payload["EmailAccountName"] = name
    if password := password_inside(account, "incoming"):
        payload["IncomingPassword"] = password
    if not same and (password := password_inside(account, "outgoing")):
        payload["OutgoingPassword"] = password
    return payload


def _server_keys(which: str, server: ServerSettings) -> dict[str, Any]:
    # What lacks these has been refused; the type checker cannot know.
    assert server.host is not None
    assert server.auth is not None
    keys: dict[str, Any] = {
        f"{which}MailServerHostName": domain_to_ascii(server.host),
        f"{which}MailServerPortNumber": server.port,
        # There is no key for the kind of TLS: true demands it, and the port decides between
        # TLS from the start and STARTTLS.
        f"{which}MailServerUseSSL": server.security in ("tls", "starttls"),
        f"{which}MailServerAuthentication": _AUTHENTICATION[server.auth],
    }
    if server.username:
        keys[f"{which}MailServerUsername"] = server.username
    return keys
