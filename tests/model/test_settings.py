from __future__ import annotations

import msgspec
import pytest

from mailferry.model.account import Account, OwnIncoming, OwnOutgoing, PasswordSource
from mailferry.model.address import Address
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider
from mailferry.model.recommendation import Recommendation, fill_username, recommend
from mailferry.model.settings import SETTING_PATHS, effective_settings

PROVIDER = Provider(
    name="Harbour",
    incoming=(
        IncomingServer(
            protocol="imap", host="imap.harbour.example", port=993, security="tls", username="local-part"
        ),
        IncomingServer(protocol="pop3", host="pop.harbour.example", port=995, security="tls"),
    ),
    outgoing=(OutgoingServer(host="smtp.harbour.example", port=587, security="starttls"),),
)


def _recommendation(address: str = "joe@harbour.example") -> Recommendation:
    local, domain = address.split("@")
    return recommend(Address(local, domain), "harbour", PROVIDER, "domain")


def test_what_is_left_out_follows_the_recommendation() -> None:
    settings = effective_settings("joe", Account(address="joe@harbour.example"), _recommendation())
    assert (settings.incoming.host, settings.incoming.port) == ("imap.harbour.example", 993)
    assert settings.incoming.username == "joe"
    assert settings.outgoing.username == "joe@harbour.example"
    assert settings.outgoing.protocol == "smtp"
    assert settings.label == "joe@harbour.example"
    assert settings.own == frozenset()


def test_what_is_stated_wins() -> None:
    account = Account(
        address="joe@harbour.example",
        incoming=OwnIncoming(port=143, security="none"),
        outgoing=OwnOutgoing(auth="none"),
    )
    settings = effective_settings("joe", account, _recommendation())
    assert (settings.incoming.port, settings.incoming.security) == (143, "none")
    assert settings.outgoing.auth == "none"
    assert settings.own == {"incoming.port", "incoming.security", "outgoing.auth"}
    assert settings.value("incoming.port") == 143


def test_a_stated_protocol_takes_the_providers_first_server_of_it() -> None:
    account = Account(address="joe@harbour.example", incoming=OwnIncoming(protocol="pop3"))
    settings = effective_settings("joe", account, _recommendation())
    assert (settings.incoming.host, settings.incoming.port) == ("pop.harbour.example", 995)


def test_without_a_recommendation_nothing_is_invented() -> None:
    recommendation = Recommendation(address="joe@nowhere.example", how="none")
    settings = effective_settings("joe", Account(address="joe@nowhere.example"), recommendation)
    assert {settings.value(path) for path in SETTING_PATHS} == {None, "imap"}


def test_only_setting_paths_have_values() -> None:
    settings = effective_settings("joe", Account(address="joe@harbour.example"), _recommendation())
    with pytest.raises(KeyError):
        settings.value("incoming.colour")


def test_the_outgoing_password_is_the_incoming_one_unless_stated() -> None:
    command = PasswordSource(source="command", command=("pass", "x"))
    account = Account(address="joe@harbour.example", password=command)
    assert account.password_source("outgoing") == command
    account = Account(
        address="joe@harbour.example", password=command, outgoing=OwnOutgoing(password=PasswordSource())
    )
    assert account.password_source("outgoing").source == "keyring"


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("address", "joe@harbour.example"),
        ("local-part", "joe"),
        ("ask", None),
        ("{local}%{domain}", "joe%harbour.example"),
        ("x-{address}", "x-joe@harbour.example"),
    ],
)
def test_user_names_without_the_tag(form: str, name: str | None) -> None:
    assert fill_username(form, Address("joe+shop", "harbour.example")) == name


def test_a_tag_is_warned_of() -> None:
    assert "joe@harbour.example" in _recommendation("joe+shop@harbour.example").warnings[0]


def test_a_host_named_after_the_domain_is_filled_in_for_the_providers_own_domains_alone() -> None:
    many = Provider(
        name="Many",
        domains=("many.example", "many.example.org"),
        incoming=(IncomingServer(protocol="imap", host="mail.{domain}", port=993, security="tls"),),
        outgoing=(
            OutgoingServer(host="mail.{domain}", port=465, security="tls"),
            OutgoingServer(host="smtp.many.example", port=465, security="tls"),
        ),
    )
    own = recommend(Address("joe", "many.example.org"), "many", many, "domain")
    assert own.incoming[0].host == "mail.many.example.org"
    assert [server.host for server in own.outgoing] == ["mail.many.example.org", "smtp.many.example"]
    customer = recommend(Address("joe", "harbour.example"), "many", many, "mx")
    assert customer.incoming == ()
    assert [server.host for server in customer.outgoing] == ["smtp.many.example"]
    hoster = msgspec.structs.replace(many, domains=(), outgoing=many.outgoing[:1])
    by_hand = recommend(Address("joe", "harbour.example"), "hoster", hoster, "domain")
    assert [server.host for server in (*by_hand.incoming, *by_hand.outgoing)] == ["mail.harbour.example"] * 2
    by_exchanger = msgspec.structs.replace(hoster, mx=("mx.hoster.example",))
    assert recommend(Address("joe", "harbour.example"), "hoster", by_exchanger, "mx").incoming == ()
