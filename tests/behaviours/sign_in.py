"""Sign-ins that cannot be tried, or only once too often."""

from __future__ import annotations

from tests.behaviours.scripted import behaviour, good_tls
from tests.checks import scripts
from tests.checks.fault_server import Peer


def _twice(peer: Peer) -> None:
    """Exchange's way: one NO for a sign-in, then BAD for what comes after."""
    peer.say(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
    tag = peer.hear().split(b" ")[0]
    peer.say(tag + b" NO [AUTHENTICATIONFAILED] Authentication failed.\r\n")
    peer.say(b"* BAD command SELECT illegal in state NONAUTH\r\n")
    peer.stall()


SIGN_IN = (
    behaviour(
        "a cascade",
        "Refuses the password and goes on to complain of later commands",
        "auth",
        "wrong-password",
        _twice,
        "imap",
        "tls",
        tls=good_tls,
    ),
    behaviour(
        "clear text refused",
        "Refuses the password after it came in clear",
        "auth",
        "tls-required",
        scripts.imap(
            login=b"* BAD [ALERT] Plaintext authentication not allowed without SSL/TLS,"
            b" but your client did it anyway.\r\n"
            b"%t NO [PRIVACYREQUIRED] Plaintext authentication disallowed on non-secure"
            b" (SSL/TLS) connections.\r\n"
        ),
    ),
    behaviour(
        "clear text refused, POP3",
        "Refuses the password in clear",
        "auth",
        "tls-required",
        scripts.pop3(
            pass_=b"-ERR [AUTH] Plaintext authentication disallowed on non-secure (SSL/TLS) connections.\r\n"
        ),
        "pop3",
    ),
    behaviour(
        "LOGINDISABLED",
        "Keeps sign-in shut until there is TLS",
        "auth",
        "login-disabled-without-tls",
        scripts.imap(b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"),
    ),
    behaviour(
        "no AUTH",
        "Offers no sign-in",
        "auth",
        "auth-not-offered",
        scripts.smtp(features=(b"SIZE 1000",)),
        "smtp",
        "tls",
        tls=good_tls,
    ),
    behaviour(
        "only GSSAPI",
        "Offers only GSSAPI",
        "auth",
        "auth-mechanism-unsupported",
        scripts.smtp(features=(b"AUTH GSSAPI",)),
        "smtp",
        "tls",
        tls=good_tls,
    ),
    behaviour(
        "only tokens",
        "Offers only sign-in by token",
        "auth",
        "oauth2-required",
        scripts.smtp(features=(b"AUTH XOAUTH2 OAUTHBEARER",)),
        "smtp",
        "tls",
        tls=good_tls,
    ),
    behaviour(
        "no tokens",
        "Offers no sign-in by token, and the account wants it",
        "auth",
        "auth-mechanism-unsupported",
        scripts.imap(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"),
        "imap",
        "tls",
        tls=good_tls,
        auth="oauth2",
    ),
)
