"""Names in a server's words give no reason, and words that matter are never taken for names."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from mailferry.advice.blanking import blanked, known_names
from mailferry.advice.explain import explain
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing, Protocol
from mailferry.model.cause import Cause, Stage
from mailferry.model.recommendation import Recommendation
from tests.advice.test_failure_book import failed, shipped_book

SAMPLES = [
    (*sample, cause)
    for cause, samples in msgspec.convert(
        tomllib.loads(Path(__file__).with_name("echoed_names.toml").read_text("utf-8")),
        dict[Cause, list[tuple[Stage, Protocol, str, str]]],
    ).items()
    for sample in samples
]


@pytest.mark.parametrize(("stage", "protocol", "username", "said", "cause"), SAMPLES)
def test_a_name_is_no_reason(
    stage: Stage, protocol: Protocol, username: str, said: str, cause: Cause
) -> None:
    address = username if "@" in username else f"{username}@firm.example"
    account = Account(
        address=address, incoming=OwnIncoming(username=username), outgoing=OwnOutgoing(username=username)
    )
    nobody = Recommendation(address=address, how="none")
    assert explain(failed(stage, protocol, said), shipped_book(), nobody, account).cause == cause


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("no user joe@firm.example here", "no user _ here"),
        ("用户joe@firm.cn密码错误", "用户_密码错误"),
        ("müller@münchen.example: no", "_: no"),
        ("EX01.Firm.local and AM0PR10CA0101.PROD.OUTLOOK.COM", "_ and _"),
        ("https://status.firm.example/locked", "https://_"),
        ("write to support@firm.example", "write to support"),
        ("sign in at webmail.firm.example", "sign in at webmail"),
    ],
)
def test_addresses_and_hosts_are_blanked(said: str, read: str) -> None:
    assert blanked(said, ()) == read


@pytest.mark.parametrize(
    "said",
    [
        "listed at zen.spamhaus.org",
        "listed in dnsbl.firm.net",
        "ERR.LOGIN.REQCODE",
        "STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied",
        "Login failed.Please try again later.Thank you",
        "535 5.7.8 no (IMAP4rev1.2) OAuth2.0",
        "from 192.0.2.7",
        "\\xd3\\xfb\\xa7",
    ],
)
def test_what_is_no_name_stays(said: str) -> None:
    assert blanked(said, ()) == said


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("NO Server down for maintenance", "maintenance"),
        ("NO Your account is not enabled for imap", "imap"),
        ("NO Your account is locked", "locked"),
        ("NO [LIMIT] no", "limit"),
    ],
)
def test_a_name_that_is_a_word_too_stays_where_it_is_one(said: str, name: str) -> None:
    assert blanked(said, (name,)) == said


def test_the_users_name_is_echoed_only_once_it_was_told() -> None:
    nobody = Recommendation(address="greylist@firm.example", how="none")
    assert "greylist" not in known_names(failed("greeting", "smtp", "421"), nobody, None)
    assert "greylist" in known_names(failed("auth", "smtp", "535"), nobody, None)
