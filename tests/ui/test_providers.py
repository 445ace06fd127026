"""Providers in the interface: browsed, published, read from a file, and mended across accounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.store.home import Home
from mailferry.ui.screens.prompt import PromptScreen
from tests.ui.stage import ACCOUNTS, MUM, Stage, home_with, staged

SISTERS = {
    **ACCOUNTS,
    "amy": MUM.replace("mum@", "amy@").replace('"Mum"', '"Amy"'),
    "zoe": MUM.replace("mum@", "zoe@").replace('"Mum"', '"Zoe"').replace("port = 143\n", ""),
}

OWN = {"eva": 'schema = 1\naddress = "eva@firm.example"\nlabel = "Eva"\n'}
FIRM = """\
schema = 1
name = "Firm"
domains = ["firm.example"]

[[incoming]]
protocol = "imap"
host = "imap.firm.example"
port = 993
security = "tls"

[[outgoing]]
host = "smtp.firm.example"
port = 465
security = "tls"
"""

XML = """\
<?xml version="1.0"?>
<clientConfig version="1.1">
  <emailProvider id="firm.example">
    <domain>firm.example</domain>
    <displayName>The Firm</displayName>
    <incomingServer type="imap">
      <hostname>imap.firm.example</hostname>
      <port>993</port>
      <socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </incomingServer>
    <outgoingServer type="smtp">
      <hostname>smtp.firm.example</hostname>
      <port>465</port>
      <socketType>SSL</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </outgoingServer>
  </emailProvider>
</clientConfig>
"""


async def on_mum(stage: Stage) -> None:
    """Go to Mum's account."""
    stage.board.accounts.select("mum")
    await stage.settle()


# One recommendation for all accounts of a provider


async def test_one_difference_is_shown_for_all_accounts_and_taken_back_in_one_step(tmp_path: Path) -> None:
    home = home_with(tmp_path, SISTERS)
    async with staged(home) as stage:
        await on_mum(stage)
        await stage.press("F")
        assert "What differs in 2 of 3 accounts of CenturyLink" in stage.shown
        assert "mum.toml" in stage.shown
        assert "amy.toml" in stage.shown
        assert "zoe.toml" not in stage.shown
        await stage.press("s")
        assert "in 2 accounts, saved" in stage.shown
        assert "143" not in stage.text("mum") + stage.text("amy")
        assert "# the hotel said so" in stage.text("mum")
        await stage.press("u")
        assert "port = 143" in stage.text("mum")
        assert "port = 143" in stage.text("amy")


async def test_taking_it_back_leaves_the_highlight_where_it_was(tmp_path: Path) -> None:
    async with staged(home_with(tmp_path, SISTERS)) as stage:
        await on_mum(stage)
        await stage.press("F", "s", "u")
        assert stage.board.entry is not None
        assert stage.board.entry.id == "mum"


async def test_a_highlighted_setting_is_taken_alone_or_with_the_rest(tmp_path: Path) -> None:
    more = {
        name: text + '\n[outgoing]\nport = 25\nsecurity = "none"\n' if "centurylink" in text else text
        for name, text in SISTERS.items()
    }
    async with staged(home_with(tmp_path, more)) as stage:
        await on_mum(stage)
        stage.board.focus_pane("settings")
        stage.board.form.select("incoming.port")
        await stage.press("F")
        assert "Incoming port in 2 of 3 accounts" in stage.shown
        assert "outgoing" not in stage.shown.partition("Incoming port in 2")[2].partition("save in")[0]
        await stage.press("e")
        assert "What differs in 3 of 3 accounts" in stage.shown
        await stage.press("n")
        assert stage.text("mum") == more["mum"]


async def test_unsaved_edits_are_not_written_over(tmp_path: Path) -> None:
    async with staged(home_with(tmp_path, SISTERS)) as stage:
        await on_mum(stage)
        await stage.press("v", "#", "escape", "F")
        assert "mum.toml has unsaved edits" in stage.shown
        assert stage.app.screen is stage.board


async def test_where_nothing_differs_it_is_said(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("me")
        await stage.press("F")
        assert "nothing to accept in the 1 account of iCloud" in stage.shown


async def test_an_account_without_provider_has_no_sisters_and_nothing_to_publish(tmp_path: Path) -> None:
    async with staged(home_with(tmp_path, OWN)) as stage:
        await stage.press("F")
        assert "follows no provider" in stage.shown
        await stage.press("O")
        assert "follows no provider" in stage.shown


# Publishing


@pytest.mark.parametrize(
    ("chosen", "shown", "file_name"),
    [
        ("Autoconfig", "<clientConfig", "config-v1.1.xml"),
        ("DNS", "_imaps._tcp.firm.example", "firm.zone"),
        ("PACC", '"protocols"', "user-agent-configuration.json"),
    ],
)
async def test_what_is_to_be_published_is_shown_copied_and_written_to_the_byte(
    tmp_path: Path, chosen: str, shown: str, file_name: str
) -> None:
    home = home_with(tmp_path / "home", OWN)
    (home.providers / "firm.toml").write_text(FIRM)
    target = tmp_path / "out"
    async with staged(home, (100, 50)) as stage:
        await stage.press("O")
        await stage.type(chosen)
        await stage.press("enter")
        assert shown in stage.shown
        await stage.press("c")
        assert "copied, if the terminal allows it" in stage.shown
        await stage.press("w")
        assert file_name in stage.shown
        await stage.press("ctrl+u")
        await stage.type(str(target))
        await stage.press("enter")
        await stage.until("written to")
    assert shown in target.read_text()
    assert stage.app.clipboard == target.read_text()


async def test_what_cannot_be_published_is_said(tmp_path: Path) -> None:
    account = {"me": 'address = "me@proton.me"\n'}
    async with staged(home_with(tmp_path, account)) as stage:
        await stage.press("O", "enter")
        assert "user's own computer" in " ".join(stage.shown.split())


# Reading what another has published


async def begin_to_read(stage: Stage, path: str) -> None:
    """Name an autoconfig file to be read."""
    await stage.press("colon")
    await stage.type("read autoconfig")
    await stage.press("enter", "ctrl+u")
    await stage.type(path)
    await stage.press("enter")


async def test_an_autoconfig_file_becomes_an_own_provider_that_is_opened(tmp_path: Path) -> None:
    home = home_with(tmp_path / "home", OWN)
    (tmp_path / "Firm 1.xml").write_text(XML)
    async with staged(home) as stage:
        await begin_to_read(stage, str(tmp_path / "Firm 1.xml"))
        assert "firm-1" in stage.shown
        await stage.press("enter")
        assert "The Firm" in (home.providers / "firm-1.toml").read_text()
        assert "providers/firm-1.toml" in stage.shown
        await stage.press("f2", "u")
        assert not (home.providers / "firm-1.toml").exists()


async def test_a_provider_that_is_there_is_replaced_only_after_asking(tmp_path: Path) -> None:
    home = home_with(tmp_path / "home", OWN)
    (home.providers / "firm.toml").write_text(FIRM)
    (tmp_path / "firm.xml").write_text(XML)
    async with staged(home) as stage:
        await begin_to_read(stage, str(tmp_path / "firm.xml"))
        await stage.press("enter")
        assert "There is an own file of firm already" in " ".join(stage.shown.split())
        await stage.press("k")
        assert (home.providers / "firm.toml").read_text() == FIRM
        await begin_to_read(stage, str(tmp_path / "firm.xml"))
        await stage.press("enter", "r")
        assert "The Firm" in (home.providers / "firm.toml").read_text()


async def test_what_is_no_autoconfig_file_is_named_and_makes_nothing(tmp_path: Path) -> None:
    home = home_with(tmp_path / "home", OWN)
    (tmp_path / "no.xml").write_text("<html>[red]</html>")
    async with staged(home) as stage:
        await begin_to_read(stage, str(tmp_path / "no.xml"))
        await stage.press("enter")
        assert "no.xml" in stage.shown
        await stage.press("escape")
        await begin_to_read(stage, str(tmp_path / "absent.xml"))
        assert "absent.xml" in stage.shown
        assert list(home.providers.iterdir()) == []


# Browsing


async def test_a_wrong_file_name_is_told_in_its_box_and_can_be_mended(tmp_path: Path) -> None:
    (tmp_path / "some.xml").write_text("<html/>")
    async with staged(home_with(tmp_path / "home")) as stage:
        await begin_to_read(stage, str(tmp_path / "none.xml"))
        assert "Read an autoconfig file" in stage.shown
        assert "no such file" in stage.shown
        prompt = stage.app.screen
        assert isinstance(prompt, PromptScreen)
        assert prompt.field.value == str(tmp_path / "none.xml")
        prompt.field.value = str(tmp_path / "some.xml")
        await stage.press("enter")
        assert "Read an autoconfig file" in stage.shown
        assert "no such file" not in stage.shown


async def test_an_invalid_provider_file_is_not_saved_and_stays_open_with_the_reason(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("me")
        await stage.press("o")
        await stage.type("bad bad")
        await stage.press("ctrl+s")
        assert stage.app.screen is stage.board
        assert "icloud.toml is not saved" in stage.shown
        assert "line " in stage.shown


async def test_any_provider_is_found_by_a_domain_of_it_and_its_file_read(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("b")
        await stage.type("me.com icloud")
        await stage.press("enter")
        assert "iCloud, shipped file" in stage.shown
        assert 'name = "iCloud"' in stage.shown


async def test_a_provider_that_is_no_longer_active_says_so_above_its_file(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("b")
        await stage.type("moved")
        await stage.press("enter")
        assert "Status: moved." in stage.shown


# Lint


async def test_what_is_wrong_in_any_file_is_listed(home: Home) -> None:
    (home.providers / "firm.toml").write_text(FIRM.replace("port = 993", "port = 587"))
    async with staged(home) as stage:
        await stage.press("colon")
        await stage.type("Look through all files")
        await stage.press("enter")
        await stage.finish_verbs()
        assert "firm.toml" in stage.shown
