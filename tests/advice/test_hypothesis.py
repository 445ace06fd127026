"""What comparing would say of values that were seen to work."""

from __future__ import annotations

import datetime
from typing import Any

import msgspec
import pytest

from mailferry.advice.hypothesis import compared, with_changes
from mailferry.model.account import Account, OwnIncoming
from mailferry.model.check import Repair, ServerCheck
from mailferry.model.finding import Verdict
from mailferry.model.provider import SignIn
from mailferry.model.recommendation import Recommendation, RecommendedServer

DAY = datetime.date(2026, 11, 20)
RECOMMENDED = Recommendation(
    address="joe@x.example",
    how="domain",
    name="Example Mail",
    provider="x",
    incoming=(
        RecommendedServer(
            protocol="imap",
            host="imap.x.example",
            port=993,
            security="tls",
            username="joe",
            auth=("password",),
        ),
        RecommendedServer(
            protocol="pop3",
            host="pop.x.example",
            port=995,
            security="tls",
            username="joe",
            auth=("password",),
        ),
    ),
)
NOBODY = Recommendation(address="joe@x.example", how="none")
ACCOUNT = Account(address="joe@x.example", incoming=OwnIncoming(port=143, security="tls"))
ODD = Account(address="joe@x.example", incoming=OwnIncoming(host="mail.firm.example", port=9993))


def repairs(
    account: Account,
    *changes: dict[str, str | int],
    recommendation: Recommendation = RECOMMENDED,
    **tested: Any,
) -> tuple[Repair, ...]:
    own = account.incoming
    values: dict[str, Any] = {"host": own.host or "imap.x.example", "port": own.port, "security": "tls"}
    check = ServerCheck(
        role="incoming",
        protocol="imap",
        ok=False,
        repairs=tuple(Repair(changes=each, seen=f"seen {place}") for place, each in enumerate(changes)),
        **(values | tested),
    )
    return compared(check, account, recommendation, today=DAY)


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({"incoming.port": 993}, "same", None),
        ({"incoming.security": "starttls"}, "differs", "not the port that is recommended"),
        ({"incoming.port": 993, "incoming.security": "none"}, "wrong", "wrong encryption for Example Mail"),
    ],
)
def test_the_hardest_verdict_on_the_server(
    changes: dict[str, str | int], verdict: Verdict, words: str | None
) -> None:
    (repair,) = repairs(ACCOUNT, changes)
    assert (repair.verdict, repair.compared) == (verdict, words)


def test_a_host_that_stays_counts_too() -> None:
    (repair,) = repairs(ODD, {"incoming.port": 993})
    assert (repair.verdict, repair.compared) == ("differs", "not the host that is recommended")
    known = compared(
        ServerCheck(
            role="incoming",
            protocol="imap",
            host="mail.firm.example",
            port=9993,
            security="tls",
            ok=False,
            repairs=(Repair(changes={"incoming.port": 993}, seen="it answers"),),
        ),
        ODD,
        RECOMMENDED,
        today=DAY,
        owner_of=lambda _host: "Firm Mail",
    )
    assert (known[0].verdict, known[0].compared) == ("wrong", "wrong host for Example Mail")


def test_a_recommended_server_comes_before_an_odd_host() -> None:
    found = repairs(ODD, {"incoming.port": 993}, {"incoming.host": "imap.x.example", "incoming.port": 993})
    assert [each.seen for each in found] == ["seen 1", "seen 0"]
    assert found[0].verdict == "same"


def test_whatever_else_is_odd_about_the_account() -> None:
    odd = msgspec.structs.replace(
        ODD, incoming=msgspec.structs.replace(ODD.incoming, username="somebody", fingerprint="sha256:00")
    )
    found = repairs(odd, {"incoming.port": 993}, {"incoming.host": "imap.x.example", "incoming.port": 993})
    assert [each.seen for each in found] == ["seen 1", "seen 0"]
    assert found[0].compared == "not the user name that is recommended"


def test_a_way_to_sign_in_that_cannot_work() -> None:
    tokens = msgspec.structs.replace(
        RECOMMENDED,
        incoming=(msgspec.structs.replace(RECOMMENDED.incoming[0], auth=("oauth2",)),),
        sign_in=SignIn(oauth2="required"),
    )
    account = msgspec.structs.replace(
        ACCOUNT, incoming=OwnIncoming(port=143, security="tls", auth="password")
    )
    (repair,) = repairs(account, {"incoming.port": 993}, recommendation=tokens)
    assert (repair.verdict, repair.compared) == ("blocked", "this way to sign in cannot work at Example Mail")


def test_where_nobody_recommends_anything_the_order_stays() -> None:
    found = repairs(ODD, {"incoming.port": 993}, {"incoming.host": "b.example"}, recommendation=NOBODY)
    assert [(each.seen, each.verdict, each.compared) for each in found] == [
        ("seen 0", "unknown", None),
        ("seen 1", "unknown", None),
    ]


def test_what_the_other_protocol_would_inherit_is_stated_as_it_was_seen() -> None:
    (repair,) = repairs(ACCOUNT, {"incoming.protocol": "pop3"})
    assert repair.changes == {"incoming.protocol": "pop3", "incoming.host": "imap.x.example"}
    stated = msgspec.structs.replace(ACCOUNT, incoming=OwnIncoming(host="pop.x.example", port=995))
    (repair,) = repairs(stated, {"incoming.protocol": "pop3"})
    assert (repair.changes, repair.verdict) == ({"incoming.protocol": "pop3"}, "alternative")


def test_only_what_is_named_is_changed() -> None:
    changed = with_changes(ACCOUNT, {"incoming.port": 993, "outgoing.host": "smtp.x.example"})
    assert (changed.incoming.port, changed.incoming.security, changed.outgoing.host) == (
        993,
        "tls",
        "smtp.x.example",
    )
    assert changed.address == ACCOUNT.address
