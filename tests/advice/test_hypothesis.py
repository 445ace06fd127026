"""What comparing would say of values that were seen to work."""

from __future__ import annotations

import datetime

import pytest

from mailferry.advice.hypothesis import verdict_with, with_changes
from mailferry.model.account import Account, OwnIncoming
from mailferry.model.finding import Verdict
from mailferry.model.recommendation import Recommendation, RecommendedServer

DAY = datetime.date(2026, 11, 20)
RECOMMENDED = Recommendation(
    address="joe@x.example",
    how="domain",
    incoming=(
        RecommendedServer(
            protocol="imap",
            host="imap.x.example",
            port=993,
            security="tls",
            username="joe",
            auth=("password",),
        ),
    ),
)
ACCOUNT = Account(address="joe@x.example", incoming=OwnIncoming(port=143, security="tls"))


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"incoming.port": 993}, "same"),
        ({"incoming.security": "starttls"}, "differs"),
        ({"incoming.port": 993, "incoming.security": "none"}, "wrong"),
        ({}, None),
    ],
)
def test_the_hardest_verdict_among_the_changes(
    changes: dict[str, str | int], verdict: Verdict | None
) -> None:
    assert verdict_with(ACCOUNT, changes, RECOMMENDED, today=DAY) == verdict


def test_only_what_is_named_is_changed() -> None:
    changed = with_changes(ACCOUNT, {"incoming.port": 993, "outgoing.host": "smtp.x.example"})
    assert (changed.incoming.port, changed.incoming.security, changed.outgoing.host) == (
        993,
        "tls",
        "smtp.x.example",
    )
    assert changed.address == ACCOUNT.address
