"""`deliver` at a terminal: which address, and what is drawn."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click
import pytest

from mailferry.cli import address_choice
from mailferry.cli.deliver_ways import say_beforehand
from mailferry.cli.qr_code import show_qr_code
from mailferry.consignment import Consignment, consign
from mailferry.iphone.delivery.addresses import LocalAddress
from mailferry.iphone.qr import qr_lines
from mailferry.store.home import Home
from mailferry.workspace import Workspace

HOME = LocalAddress("192.168.178.20", "wlan0", "network")
VPN = LocalAddress("10.8.0.2", "wg0", "vpn")
DOCKER = LocalAddress("172.17.0.1", "docker0", "container")
LOOPBACK = LocalAddress("127.0.0.1", "lo", "computer")
URL = "http://192.168.178.20:43817/abcdefghijklmnopqrstuv/"


class Terminal(io.TextIOWrapper):
    """Standard input or output that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def terminal(text: str = "", encoding: str = "utf-8") -> Terminal:
    return Terminal(io.BytesIO(text.encode()), encoding=encoding)


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> list[LocalAddress]:
    """What this computer has; a test fills it."""
    known: list[LocalAddress] = []
    monkeypatch.setattr(address_choice, "local_addresses", lambda _ssh: tuple(known))
    return known


@pytest.mark.parametrize(("typed", "chosen"), [("\n", HOME), ("2\n", VPN), ("9\n1\n", HOME), ("3\n", DOCKER)])
def test_the_user_chooses_the_address(
    addresses: list[LocalAddress],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    typed: str,
    chosen: LocalAddress,
) -> None:
    addresses += [HOME, VPN, DOCKER]
    monkeypatch.setattr(sys, "stdin", terminal(typed))
    assert address_choice.choose_address(ask=True) == chosen.address
    out, err = capsys.readouterr()
    assert out == ""
    assert "home or office network" in err
    assert "containers and virtual machines: no iPhone" in err


def test_where_nobody_is_asked_the_best_is_taken_and_said(
    addresses: list[LocalAddress], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    addresses += [HOME, VPN, LOOPBACK]
    monkeypatch.setattr(sys, "stdin", terminal("2\n"))
    assert address_choice.choose_address(ask=False) == HOME.address
    said = capsys.readouterr().err
    assert "192.168.178.20 (home or office network)" in said
    assert "10.8.0.2" in said
    assert "127.0.0.1" not in said


def test_one_address_is_no_question(addresses: list[LocalAddress], monkeypatch: pytest.MonkeyPatch) -> None:
    addresses += [HOME, DOCKER, LOOPBACK]
    monkeypatch.setattr(sys, "stdin", terminal(""))
    assert address_choice.choose_address(ask=True) == HOME.address


def test_an_address_that_leads_nowhere_is_said_to(
    addresses: list[LocalAddress], capsys: pytest.CaptureFixture[str]
) -> None:
    addresses += [LOOPBACK]
    assert address_choice.choose_address(ask=True) == LOOPBACK.address
    assert "no iPhone reaches" in capsys.readouterr().err


# What is not known to work


@pytest.fixture
def untested(tmp_path: Path) -> Consignment:
    """Two accounts that have not been tested."""
    home = tmp_path / "home"
    (home / "accounts").mkdir(parents=True, mode=0o700)
    for name in ("mum", "shop"):
        (home / "accounts" / f"{name}.toml").write_text(
            f'address = "{name}@centurylink.net"\nname = "Mary"\nlabel = "{name.title()}"\nperson = "Mum"\n'
        )
    workspace = Workspace(Home(home, home / "state"))
    return consign(workspace, workspace.accounts(), person="Mum")


def test_the_question_names_what_is_not_known_to_work(
    untested: Consignment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", terminal("n\n"))
    with pytest.raises(click.Abort):
        say_beforehand(untested, ask=True)
    said = " ".join(capsys.readouterr().err.split())
    question = said.partition("Not known to work:")[2]
    assert "Not tested with these settings" in question
    assert question.endswith("Deliver it all the same? [y/N]:")
    assert said.count("Not tested with these settings") == len(untested.notes.unproven)


@pytest.mark.parametrize(("ask", "typed"), [(True, "y\n"), (False, "")])
def test_yes_is_typed_or_said_beforehand(
    untested: Consignment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    ask: bool,
    typed: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", terminal(typed))
    say_beforehand(untested, ask=ask)
    said = capsys.readouterr().err
    assert "Not tested with these settings" in said
    assert ("[y/N]" in said) is ask


# The code


@pytest.fixture
def size(monkeypatch: pytest.MonkeyPatch) -> None:
    """80 by 24, with colours."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.delenv("NO_COLOR", raising=False)


def code(monkeypatch: pytest.MonkeyPatch, text: str = URL, encoding: str = "utf-8") -> tuple[str, list[str]]:
    """What is said, and what is drawn, on a terminal."""
    shown = terminal(encoding=encoding)
    with monkeypatch.context() as patched:  # not in a fixture: pytest has standard output for itself then
        patched.setattr(sys, "stdout", shown)
        said = show_qr_code(text)
    return said or "", drawn(shown)


def drawn(shown: Terminal) -> list[str]:
    shown.flush()
    shown.seek(0)
    return shown.read().splitlines()


def test_it_is_dark_on_light_in_colours_that_no_theme_changes(
    size: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, lines = code(monkeypatch)
    assert said == ""
    assert 0 < len(lines) <= 20
    assert all(line.startswith("\x1b[38;5;231;48;5;16m") and line.endswith("\x1b[0m") for line in lines)


def test_without_colours_it_is_the_bare_code(size: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert code(monkeypatch) == ("", list(qr_lines(URL, height=20)))


@pytest.mark.parametrize(("columns", "lines"), [("30", "24"), ("80", "12")])
def test_a_window_that_is_too_small_is_told_what_it_takes(
    size: None, monkeypatch: pytest.MonkeyPatch, columns: str, lines: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("LINES", lines)
    said, shown = code(monkeypatch)
    assert "too small" in said
    assert shown == []


def test_a_terminal_without_half_blocks_gets_no_code(size: None, monkeypatch: pytest.MonkeyPatch) -> None:
    said, shown = code(monkeypatch, encoding="latin-1")
    assert "no half blocks" in said
    assert shown == []


def test_an_address_too_long_for_a_code_is_no_failure(size: None, monkeypatch: pytest.MonkeyPatch) -> None:
    said, shown = code(monkeypatch, "https://a.example/" + "x" * 4000)
    assert "too long" in said
    assert shown == []


def test_where_there_is_no_terminal_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_qr_code(URL) is None
    assert capsys.readouterr().out == ""
