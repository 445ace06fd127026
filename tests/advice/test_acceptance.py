"""Deviations that the user stands by, and hosts that look like a slip and are accepted by name."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec
import pytest

from mailferry.advice.acceptance import unconfirmed_slip
from mailferry.advice.compare import compare
from mailferry.model.account import Accepted, Account, OwnIncoming
from mailferry.model.finding import Verdict
from tests.advice import examples as at
from tests.advice.examples import NOBODY, TODAY, compared, finding, recommendation

MUM = "mum@centurylink.net"
ICLOUD = recommendation("joe@me.com", at.ICLOUD)


@pytest.mark.parametrize(
    ("until", "verdict", "words"),
    [
        (None, "accepted", "Accepted: the hotel blocks 993"),
        (TODAY, "accepted", "Accepted (until 20 Nov 2026): the hotel blocks 993"),
        (TODAY - datetime.timedelta(days=1), "wrong", "accepted this until 19 Nov 2026, which has passed"),
    ],
)
def test_acceptance_holds_through_its_last_day(
    until: datetime.date | None, verdict: Verdict, words: str
) -> None:
    account = accepting({"incoming.port": Accepted(reason="the hotel blocks 993", until=until)}, port=143)
    found = finding(account, at.CENTURYLINK, "incoming.port")
    assert (found.verdict, words in found.why, found.fix) == (verdict, True, verdict != "accepted")
    assert compared(account, at.CENTURYLINK).ok == (verdict == "accepted")


@pytest.mark.parametrize("stated", [{"port": 993}, {}])
def test_an_acceptance_of_nothing_is_said_to_be_idle(stated: dict[str, object]) -> None:
    account = accepting({"incoming.port": Accepted(reason="why not")}, **stated)
    found = finding(account, at.CENTURYLINK, "incoming.port")
    assert found.verdict == ("same" if stated else "inherited")
    assert "accepting it (“why not”) can be taken out" in found.why


def test_an_acceptance_of_a_value_is_for_that_value() -> None:
    account = accepting({"incoming.port": Accepted(reason="the hotel", value=143)}, port=143)
    assert finding(account, at.CENTURYLINK, "incoming.port").verdict == "accepted"
    account = accepting({"incoming.port": Accepted(reason="the hotel", value=143)}, port=110)
    found = finding(account, at.CENTURYLINK, "incoming.port")
    assert (found.verdict, "You had accepted port 143 here, not this" in found.why) == ("wrong", True)


@pytest.mark.parametrize("role", ["incoming", "outgoing"])
def test_where_no_mail_program_can_be_used_nothing_is_stood_by(role: str) -> None:
    account = Account(address="joe@hey.com", accepted={f"{role}.host": Accepted(reason="ours")})
    found = finding(account, at.HEY, f"{role}.host")
    assert (found.verdict, "Standing by it changes nothing" in found.why) == ("wrong", True)
    assert not compared(account, at.HEY).ok


def test_of_a_slip_accepted_by_name_it_is_not_said_that_it_gets_no_password() -> None:
    for host in ("imap.mail.me.co", "imap.mial.me.com", "imap.mail.me.de"):
        slip = accepting({}, host=host)
        assert "No password is sent there" in finding(slip, at.ICLOUD, "incoming.host").why
        by_name = {"incoming.host": Accepted(reason="our proxy", value=host)}
        found = finding(accepting(by_name, host=host), at.ICLOUD, "incoming.host")
        assert (found.verdict, "imap.mail.me.com" in found.why) == ("accepted", True)
        assert "assword is sent" not in found.why


def test_what_is_accepted_still_says_what_is_amiss() -> None:
    account = accepting({"incoming.auth": Accepted(reason="Our proxy signs in.")}, auth="password")
    found = finding(account, at.OUTLOOK, "incoming.auth")
    assert found.verdict == "accepted"
    assert found.why.startswith("Accepted: Our proxy signs in. Microsoft ended sign-in by password")
    assert compared(account, at.OUTLOOK).ok


def test_an_acceptance_of_what_nobody_knows_changes_nothing() -> None:
    account = accepting({"incoming.port": Accepted(reason="mine")}, port=993)
    found = finding(account, NOBODY, "incoming.port")
    assert (found.verdict, found.why) == ("unknown", "Nobody recommends a port here.")


def test_an_accepted_protocol_leaves_the_rest_without_comparison() -> None:
    account = accepting({"incoming.protocol": Accepted(reason="a test")}, protocol="pop3", port=995)
    assert finding(account, at.ICLOUD, "incoming.protocol").verdict == "accepted"
    assert finding(account, at.ICLOUD, "incoming.port").verdict == "unknown"


@pytest.mark.parametrize(
    ("accepted", "other"), [("port", "incoming.security"), ("security", "incoming.port")]
)
def test_no_fix_that_the_accepted_other_half_would_spoil(accepted: str, other: str) -> None:
    account = accepting({f"incoming.{accepted}": Accepted(reason="a test")}, port=143, security="none")
    found = finding(account, at.CENTURYLINK, other)
    assert (found.verdict in ("wrong", "insecure"), found.fix) == (True, False)


def accepting(accepted: Mapping[str, Accepted], **stated: object) -> Account:
    own = msgspec.convert(stated, OwnIncoming)
    return Account(address=MUM, incoming=own, accepted=accepted)


# Confirming a host that looks like a slip

SLIP = "imap.mail.me.co"


@pytest.mark.parametrize(
    ("accepted", "slip"),
    [
        (None, "imap.mail.me.com"),
        (Accepted(reason="so be it"), "imap.mail.me.com"),  # names no host, so it is for no slip
        (Accepted(reason="ours", value="imap.mail.me.cm"), "imap.mail.me.com"),
        (Accepted(reason="ours", value=993), "imap.mail.me.com"),
        (Accepted(reason="ours", value=SLIP), None),
        (Accepted(reason="ours", value="IMAP.mail.me.co."), None),
        (Accepted(reason="ours", value=SLIP, until=TODAY), None),
        (
            Accepted(reason="ours", value=SLIP, until=TODAY - datetime.timedelta(days=1)),
            "imap.mail.me.com",
        ),
    ],
)
def test_a_slip_is_confirmed_by_its_name_alone(accepted: Accepted | None, slip: str | None) -> None:
    account = Account(
        address="joe@me.com",
        incoming=OwnIncoming(host=SLIP),
        accepted={"incoming.host": accepted} if accepted else {},
    )
    assert unconfirmed_slip(account, ICLOUD, "incoming", TODAY) == slip
    assert unconfirmed_slip(account, ICLOUD, "outgoing", TODAY) is None
    found = next(
        each for each in compare("joe", account, ICLOUD, today=TODAY).findings if each.path == "incoming.host"
    )
    assert found.verdict == ("wrong" if slip else "accepted")


def test_no_host_of_ones_own_is_no_slip() -> None:
    assert unconfirmed_slip(Account(address="joe@me.com"), ICLOUD, "incoming", TODAY) is None
