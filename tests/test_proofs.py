"""When the settings of an account count as tested."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mailferry.model.spared import SPARED
from mailferry.proofs import proof_of, untested
from tests.phone_homes import MUM, WHEN, PhoneHome

DAY = datetime.timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> PhoneHome:
    home = PhoneHome(tmp_path)
    home.write("accounts/mum.toml", MUM)
    return home


def day(home: PhoneHome) -> datetime.date | None:
    proof = proof_of(home.workspace, "mum", home.account("mum"))
    return proof.day if proof is not None else None


def said_of(home: PhoneHome) -> str | None:
    return untested(home.workspace, home.entry("mum"))


def pin(home: PhoneHome, tested: datetime.date, digest: str | None = None) -> None:
    digest = digest or home.workspace.digest("mum", home.account("mum"))
    home.write("accounts/mum.toml", f'{MUM}[iphone]\ntested = {tested}\ntested_as = "{digest}"\n')


def test_without_a_test_there_is_no_proof(home: PhoneHome) -> None:
    assert day(home) is None
    assert said_of(home) is not None
    assert str(said_of(home)).startswith("Not tested")


def test_a_test_that_passed_is_proof_of_the_servers_that_it_was_of(home: PhoneHome) -> None:
    home.test("mum")
    proof = proof_of(home.workspace, "mum", home.account("mum"))
    assert proof is not None
    assert (proof.day, proof.hosts) == (WHEN.date(), ("mail.centurylink.net", "smtp.centurylink.net"))
    assert said_of(home) is None


def test_other_settings_were_not_tested(home: PhoneHome) -> None:
    home.test("mum")
    home.write("accounts/mum.toml", f"{MUM}[incoming]\nport = 143\n")
    assert day(home) is None
    home.write("accounts/mum.toml", MUM)
    assert day(home) == WHEN.date()


def test_a_failed_test_is_no_proof_and_takes_an_earlier_one_away(home: PhoneHome) -> None:
    home.test("mum")
    home.test("mum", ok=False, when=WHEN + DAY)
    assert day(home) is None
    assert "The last test failed (IMAP: wrong-password)" in str(said_of(home))


def test_what_the_file_says_counts_where_nothing_else_is_known(home: PhoneHome) -> None:
    pin(home, WHEN.date())
    assert day(home) == WHEN.date()
    assert said_of(home) is None
    pin(home, WHEN.date(), digest="0123456789abcdef")
    assert day(home) is None


@pytest.mark.parametrize(("pinned", "newest"), [(WHEN - DAY, WHEN), (WHEN, WHEN), (WHEN + DAY, WHEN + DAY)])
def test_the_newer_test_wins(home: PhoneHome, pinned: datetime.datetime, newest: datetime.datetime) -> None:
    pin(home, pinned.date())
    home.test("mum")
    assert day(home) == newest.date()


@pytest.mark.parametrize(("failed", "proven"), [(WHEN - DAY, WHEN.date()), (WHEN, None), (WHEN + DAY, None)])
def test_a_failure_takes_away_what_the_file_says_unless_it_was_before(
    home: PhoneHome, failed: datetime.datetime, proven: datetime.date | None
) -> None:
    pin(home, WHEN.date())
    home.test("mum", ok=False, when=failed)
    assert day(home) == proven
    assert (said_of(home) is None) is (proven is not None)


def test_a_server_that_was_left_alone_proves_nothing_either_way(home: PhoneHome) -> None:
    home.test("mum", ok=False, detail=f"refused 3 times: {SPARED}")
    assert day(home) is None
    assert str(said_of(home)).startswith("Not tested")
    home.test("mum")
    home.test("mum", ok=False, when=WHEN + DAY, detail=f"refused 3 times: {SPARED}")
    assert day(home) == WHEN.date()


def test_the_day_is_the_same_wherever_the_files_are(home: PhoneHome) -> None:
    late = datetime.datetime(2026, 11, 20, 23, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=-5)))
    home.test("mum", when=late)
    assert day(home) == datetime.date(2026, 11, 21)


def test_a_broken_file_is_not_tested(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", "nonsense")
    assert str(said_of(home)).startswith("Not tested")
