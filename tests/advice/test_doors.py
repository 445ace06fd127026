"""Which other ways to a server may be tried: none that neither the user nor the recommendation names."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from mailferry.advice.doors import other_auth, other_doors
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing, Role
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.settings import ServerSettings, effective_settings

IMAP = RecommendedServer(
    protocol="imap", host="imap.x.example", port=993, security="tls", username="joe", auth=("password",)
)
RECOMMENDED = Recommendation(
    address="joe@x.example",
    how="domain",
    incoming=(
        IMAP,
        RecommendedServer(
            protocol="pop3", host="pop.x.example", port=995, security="tls", username="j", auth=("password",)
        ),
        RecommendedServer(
            protocol="imap", host="old.x.example", port=143, security="none", username="joe", auth=()
        ),
    ),
    outgoing=(
        RecommendedServer(
            protocol="smtp",
            host="smtp.x.example",
            port=587,
            security="starttls",
            username="joe",
            auth=("password",),
        ),
    ),
)


def doors(
    account: Account, role: Role, recommendation: Recommendation = RECOMMENDED
) -> tuple[ServerSettings, ...]:
    settings = effective_settings("joe", account, recommendation)
    return other_doors(settings.server(role), account, recommendation, role)


def places(found: tuple[ServerSettings, ...]) -> list[tuple[str | None, int | None, str | None]]:
    return [(door.host, door.port, door.security) for door in found]


def test_the_accounts_own_host_comes_first_and_none_comes_twice() -> None:
    account = Account(address="joe@x.example", incoming=OwnIncoming(host="IMAP.x.example", port=143))
    assert places(doors(account, "incoming")) == [
        ("IMAP.x.example", 993, "tls"),
        ("IMAP.x.example", 143, "starttls"),
        ("pop.x.example", 995, "tls"),
    ]


def test_a_recommended_port_comes_before_those_that_are_only_usual() -> None:
    account = Account(address="joe@x.example", outgoing=OwnOutgoing(port=26))
    assert places(doors(account, "outgoing")) == [
        ("smtp.x.example", 587, "starttls"),
        ("smtp.x.example", 465, "tls"),
    ]


def test_what_fails_itself_is_no_other_door() -> None:
    found = doors(Account(address="joe@x.example"), "incoming")
    assert places(found) == [("imap.x.example", 143, "starttls"), ("pop.x.example", 995, "tls")]


def test_each_protocol_has_its_own_ports() -> None:
    pop3 = Account(address="joe@x.example", incoming=OwnIncoming(protocol="pop3", host="h.example"))
    assert places(doors(pop3, "incoming"))[:2] == [
        ("h.example", 110, "starttls"),
        ("imap.x.example", 993, "tls"),
    ]


def test_port_25_only_where_the_account_names_it() -> None:
    named = Account(address="joe@x.example", outgoing=OwnOutgoing(port=25, security="tls"))
    assert ("smtp.x.example", 25, "starttls") in places(doors(named, "outgoing"))
    unnamed = Account(address="joe@x.example", outgoing=OwnOutgoing(port=26))
    assert not any(port == 25 for _, port, _ in places(doors(unnamed, "outgoing")))


def test_what_the_account_states_of_its_host_holds_for_that_host_alone() -> None:
    account = Account(
        address="joe@x.example",
        incoming=OwnIncoming(host="home.example", ca_file="ca.pem", fingerprint="sha256:00", username="me"),
    )
    own, other, _ = doors(account, "incoming")
    assert (own.host, own.ca_file, own.fingerprint) == ("home.example", "ca.pem", "sha256:00")
    assert (other.host, other.ca_file, other.fingerprint) == ("imap.x.example", None, None)
    assert own.username == other.username == "me"


@pytest.mark.parametrize(
    ("auth", "recommended", "others"),
    [
        ("cram-md5", ("password",), ("password",)),
        ("cram-md5", ("oauth2", "password"), ("oauth2", "password")),
        ("ntlm", (), ("password",)),
        ("none", ("none",), ("password",)),
        ("password", ("password",), ()),
        (None, ("oauth2",), ("oauth2",)),
    ],
)
def test_ways_to_sign_in_that_may_be_offered_instead(auth: Any, recommended: Any, others: Any) -> None:
    settings = ServerSettings(role="incoming", protocol="imap", auth=auth)
    server = msgspec.structs.replace(IMAP, auth=recommended)
    assert (
        other_auth(settings, msgspec.structs.replace(RECOMMENDED, incoming=(server,)), "incoming") == others
    )


def test_without_host_and_recommendation_there_is_no_door() -> None:
    nobody = Recommendation(address="joe@x.example", how="none")
    assert doors(Account(address="joe@x.example"), "incoming", nobody) == ()
