"""The demo's accounts: valid files, whose mistakes are the ones that they are there to show."""

from __future__ import annotations

import imaplib
import smtplib
import ssl
import tomllib
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from mailferry.model.account import Account, OwnIncoming
from mailferry.model.address import parse_address
from mailferry.model.provider import Provider
from mailferry.model.recommendation import recommend
from mailferry.model.settings import ServerSettings, Settings, effective_settings
from mailferry.sandbox.scene import DEMO_ACCOUNTS, DEMO_PASSWORDS, DEMO_PROVIDERS, SCENE
from mailferry.sandbox.server import Sandbox
from tests.sandbox.clients import Imap, Pop3, Smtp, connect, trusting

SHIPPED = Path(__file__).parents[2] / "profiles" / "providers"
PROVIDERS = {
    "mum": "centurylink",
    "mum-icloud": "icloud",
    "dad": "outlook",
    "dad-centurylink": "centurylink",
    "shop": "fastmail",
    "me": "icloud",
    "work": "harbour",
}


def provider(name: str) -> Provider:
    text = DEMO_PROVIDERS.get(name) or (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), Provider)


def account(stem: str) -> Account:
    return msgspec.convert(tomllib.loads(DEMO_ACCOUNTS[stem]), Account)


def recommended(stem: str) -> Settings:
    """The settings of an account that states nothing itself but its protocol."""
    bare = Account(
        address=account(stem).address, incoming=OwnIncoming(protocol=account(stem).incoming.protocol)
    )
    name = PROVIDERS[stem]
    return effective_settings(
        stem, bare, recommend(parse_address(bare.address), name, provider(name), "domain")
    )


def sign_in(sandbox: Sandbox, settings: ServerSettings, password: str) -> None:
    """As a client does that follows the settings to the letter."""
    assert settings.host
    assert settings.port
    assert settings.security
    assert settings.username
    if settings.protocol == "imap":
        with Imap(sandbox, settings.host, settings.port, settings.security) as imap:
            imap.login(settings.username, password)
            imap.select("INBOX", readonly=True)
    elif settings.protocol == "pop3":
        with closing(Pop3(sandbox, settings.host, settings.port, settings.security)) as pop:
            pop.user(settings.username)
            pop.pass_(password)
    else:
        with Smtp(sandbox, settings.host, settings.port, settings.security) as smtp:
            smtp.login(settings.username, password)


def test_every_account_has_a_provider_a_person_and_a_password() -> None:
    assert set(DEMO_ACCOUNTS) == set(PROVIDERS)
    assert {account(stem).address for stem in DEMO_ACCOUNTS} == set(DEMO_PASSWORDS)
    for stem, name in PROVIDERS.items():
        assert account(stem).person
        assert parse_address(account(stem).address).domain in provider(name).domains


def test_labels_are_unique() -> None:
    labels = [account(stem).label for stem in DEMO_ACCOUNTS]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("stem", ["mum", "mum-icloud", "dad-centurylink", "me"])
def test_the_recommended_settings_work(demo: Sandbox, stem: str) -> None:
    settings = recommended(stem)
    password = DEMO_PASSWORDS[settings.address]
    sign_in(demo, settings.incoming, password)
    sign_in(demo, settings.outgoing, password)


def test_port_143_does_not_speak_tls_from_the_start(demo: Sandbox) -> None:
    assert (account("mum").incoming.port, account("mum").incoming.security) == (143, "tls")
    with connect(demo, "mail.centurylink.net", 143) as plain, pytest.raises(ssl.SSLError) as refused:
        trusting(demo).wrap_socket(plain, server_hostname="mail.centurylink.net")
    assert refused.value.reason in ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE")  # OpenSSL 3.0; since 3.2


def test_the_host_with_a_slip_is_unknown(demo: Sandbox) -> None:
    assert account("mum-icloud").incoming.host == "imap.mail.me.co"
    assert "imap.mail.me.co" not in demo.known_hosts
    assert "imap.mail.me.com" in demo.known_hosts


def test_no_password_gets_into_msn(demo: Sandbox) -> None:
    settings = recommended("dad")
    with pytest.raises(imaplib.IMAP4.error, match=r"Basic authentication is disabled\."):
        sign_in(demo, settings.incoming, DEMO_PASSWORDS[settings.address])
    with pytest.raises(smtplib.SMTPAuthenticationError) as refused:
        sign_in(demo, settings.outgoing, DEMO_PASSWORDS[settings.address])
    assert refused.value.args == (
        535,
        b"5.7.139 Authentication unsuccessful, basic authentication is disabled.",
    )


def test_port_995_says_nothing_before_tls(demo: Sandbox) -> None:
    """The server waits for TLS: once the client's side is closed, it goes without having said a word."""
    stated = account("dad-centurylink").incoming
    assert (stated.protocol, stated.port, stated.security) == ("pop3", 995, "starttls")
    with connect(demo, "pop.centurylink.net", 995) as plain:
        plain.shutdown(1)
        assert plain.recv(100) == b""


def test_the_certificate_at_work_has_expired(demo: Sandbox) -> None:
    settings = recommended("work")
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        sign_in(demo, settings.incoming, DEMO_PASSWORDS[settings.address])
    assert refused.value.verify_code == 10
    sign_in(demo, settings.outgoing, DEMO_PASSWORDS[settings.address])


def test_the_shop_has_a_wrong_password(demo: Sandbox) -> None:
    settings = recommended("shop")
    with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
        sign_in(demo, settings.incoming, DEMO_PASSWORDS[settings.address])
    with pytest.raises(smtplib.SMTPAuthenticationError):
        sign_in(demo, settings.outgoing, DEMO_PASSWORDS[settings.address])
    right = next(mailbox.password for mailbox in SCENE.mailboxes if mailbox.address == settings.address)
    assert right in DEMO_ACCOUNTS["shop"]
    sign_in(demo, settings.incoming, right)
    sign_in(demo, settings.outgoing, right)


def test_no_account_file_holds_a_password_that_is_in_use() -> None:
    for text in (*DEMO_ACCOUNTS.values(), *DEMO_PROVIDERS.values()):
        assert not any(password in text for password in DEMO_PASSWORDS.values())


def test_every_inbox_can_be_read(demo: Sandbox) -> None:
    mum = recommended("mum")
    assert mum.incoming.username
    with Imap(demo, "mail.centurylink.net") as imap:
        imap.login(mum.incoming.username, DEMO_PASSWORDS[mum.address])
        assert imap.subjects() == ["Sunday lunch", "Photographs"]


def test_icloud_lets_in_by_both_names_for_imap_and_by_one_for_smtp(demo: Sandbox) -> None:
    password = DEMO_PASSWORDS["me@icloud.com"]
    for name in ("me", "me@icloud.com"):
        with Imap(demo, "imap.mail.me.com") as imap:
            imap.login(name, password)
    with Smtp(demo, "smtp.mail.me.com") as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login("me", password)
