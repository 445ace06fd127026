"""A host that is another listed provider's server."""

from __future__ import annotations

import pytest

from mailferry.advice.compare import compare
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.finding import Finding, Verdict
from mailferry.model.provider import Provider
from mailferry.model.recommendation import How, Recommendation
from tests.advice import examples as at
from tests.advice.examples import NOBODY, TODAY, recommendation

OWNERS = {
    "imap.gmail.com": "Gmail",
    "smtp.office365.com": "Microsoft 365",
    "imap.mail.me.co": "Stranger",
    "imap.xn--mller-kva.example": "Müller",
}


def judged(
    host: str,
    provider: Provider | Recommendation = at.ICLOUD,
    how: How = "domain",
    role: str = "incoming",
    asked: list[str] | None = None,
) -> Finding:
    def owner_of(name: str) -> str | None:
        if asked is not None:
            asked.append(name)
        return OWNERS.get(name)

    account = (
        Account(address="uncle@me.com", incoming=OwnIncoming(host=host))
        if role == "incoming"
        else Account(address="uncle@me.com", outgoing=OwnOutgoing(host=host))
    )
    advice = (
        provider if isinstance(provider, Recommendation) else recommendation(account.address, provider, how)
    )
    compared = compare("uncle", account, advice, today=TODAY, owner_of=owner_of)
    return next(each for each in compared.findings if each.path == f"{role}.host")


@pytest.mark.parametrize(
    ("host", "owner"),
    [("imap.gmail.com", "Gmail"), ("IMAP.Gmail.com.", "Gmail"), ("imap.müller.example", "Müller")],
)
def test_it_is_wrong_and_whose_it_is_is_said(host: str, owner: str) -> None:
    found = judged(host)
    assert (found.verdict, found.fix, found.recommended) == ("wrong", True, "imap.mail.me.com")
    assert found.why.startswith(f"This is a server of {owner}, not of iCloud. ")


@pytest.mark.parametrize(
    ("provider", "how", "role", "host", "verdict"),
    [
        (at.ICLOUD, "own", "incoming", "imap.gmail.com", "wrong"),
        (at.ICLOUD, "domain", "outgoing", "imap.gmail.com", "wrong"),
        (at.ICLOUD, "mx", "incoming", "imap.gmail.com", "differs"),  # the mailbox may lie elsewhere
        (at.ICLOUD, "srv", "incoming", "imap.gmail.com", "differs"),
        (at.ICLOUD, "guess", "incoming", "imap.gmail.com", "differs"),
        (at.OUTLOOK, "domain", "outgoing", "smtp.office365.com", "differs"),  # both in office365.com
    ],
)
def test_how_hard_the_verdict_is(
    provider: Provider, how: How, role: str, host: str, verdict: Verdict
) -> None:
    assert judged(host, provider, how, role).verdict == verdict


def test_where_nobody_recommends_a_server_it_is_told_all_the_same() -> None:
    found = judged("imap.gmail.com", NOBODY)
    assert (found.verdict, found.why) == (
        "unknown",
        "This is a server of Gmail. Nobody recommends one here.",
    )


def test_a_slip_stays_a_slip() -> None:
    assert "No password is sent there" in judged("imap.mail.me.co").why


@pytest.mark.parametrize("host", ["imap.mail.me.com", "smtp.mail.me.com", "127.0.0.1", "no host"])
def test_of_a_host_that_is_known_nobody_is_asked(host: str) -> None:
    asked: list[str] = []
    judged(host, asked=asked)
    assert asked == []
