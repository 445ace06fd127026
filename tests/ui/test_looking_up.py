"""Looking addresses up online from the interface: who is asked, what is shown, what is followed."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path

import pytest
from textual.widgets import Input

from mailferry.catalog.discovery.asking import Asking
from mailferry.catalog.discovery.question import Question
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.model.recommendation import SourceAnswer
from mailferry.model.settings import Settings
from mailferry.secrets import keyring_store, store_state
from mailferry.store.home import Home
from mailferry.store.results import StoredCheck
from mailferry.workspace import Workspace
from tests.catalog.sources import incoming, outgoing, said
from tests.ui.online import EVA, Sources, look_up
from tests.ui.stage import home_with, staged


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_with(tmp_path, EVA)


def keep_sign_in(workspace: Workspace, account_id: str, settings: Settings) -> None:
    """Keep a test in which the incoming server took the password."""
    server = settings.incoming
    check = ServerCheck(
        role="incoming",
        protocol=server.protocol,
        host=server.host,
        port=server.port,
        security=server.security,
        ok=True,
        stages=(StageResult(stage="auth", ok=True, seconds=0.1, detail=""),),
    )
    account = workspace.find(account_id).value
    assert account is not None
    result = AccountCheck(account=account_id, address=settings.address, ok=True, seconds=1, servers=(check,))
    may = datetime.datetime(2026, 5, 3, 12, tzinfo=datetime.UTC)
    digest = workspace.digest(account_id, account)
    workspace.results.keep(StoredCheck(when=may, settings=digest, check=result))


async def test_who_is_asked_is_said_before_and_nobody_is_asked_unless_agreed(
    home: Home, sources: Sources
) -> None:
    (home.config_file).write_text('schema = 1\n[lookup]\nispdb = "https://database.example/v1/"\n')
    async with staged(home) as stage:
        await stage.press("L")
        for host in ("name server", "autoconfig.firm.example", "ua-auto-config.firm.example"):
            assert host in stage.shown
        assert "eva@firm.example" in stage.shown
        assert "No password is sent" in stage.shown
        assert "database.example" in stage.shown
        await stage.press("n")
        await stage.press("L", "escape")
        assert sources.asked == []


async def test_what_was_found_is_followed_and_taken_back_in_one_step(home: Home, sources: Sources) -> None:
    sources.give(said("autoconfig", name="Firm", url="https://autoconfig.firm.example/mail/config-v1.1.xml"))
    sources.give(said("ispdb", incoming("old.firm.example"), outgoing()))
    async with staged(home) as stage:
        await look_up(stage)
        assert "Found: Firm" in stage.shown
        assert "imap.firm.example port 993" in stage.shown
        await stage.press("G")
        assert "autoconfig.firm.example, told firm.example" in stage.shown
        await stage.press("enter")
        file = home.providers / "firm-example.toml"
        assert 'host = "imap.firm.example"' in file.read_text()
        assert "u takes it back" in stage.shown
        assert "imap.firm.example" in stage.shown
        await stage.press("u")
        assert not file.exists()
        assert "look it up online" in stage.shown


async def test_conflicts_are_marked_by_sign_and_word_there_and_in_what_is_known(
    home: Home, sources: Sources
) -> None:
    sources.give(said("autoconfig"))
    sources.give(said("ispdb", incoming("old.firm.example"), outgoing(port=587, security="starttls")))
    async with staged(home, (100, 60)) as stage:
        await look_up(stage)
        lines = stage.shown.splitlines()
        assert any("✗ old.firm.example" in line and "ISPDB · contradicts" in line for line in lines)
        assert any("✓ imap.firm.example" in line and "autoconfig" in line for line in lines)
        await stage.press("enter", "i")
        assert "ISPDB · contradicts" in stage.shown
        assert "own file" in stage.shown
        assert "publishes an autoconfig file" in stage.shown


async def test_a_new_account_of_a_listed_provider_found_by_its_exchanger_names_it(
    home: Home, sources: Sources
) -> None:
    sources.give(said("mx", provider="fastmail", name="Fastmail"))
    async with staged(home) as stage:
        await stage.press("n")
        await stage.type("joe@shop.example")
        await stage.press("enter", "l")
        await stage.until("Found: Fastmail")
        assert not (home.accounts / "joe.toml").exists()
        await stage.press("enter")
        assert 'provider = "fastmail"' in stage.text("joe")
        assert "follows Fastmail" in stage.shown


async def test_an_account_with_unsaved_edits_follows_unsaved(home: Home, sources: Sources) -> None:
    sources.give(said("mx", provider="fastmail", name="Fastmail"))
    async with staged(home) as stage:
        await stage.press("v", "#", "escape", "L", "l")
        await stage.until("esc leave it")
        await stage.press("enter")
        assert 'provider = "fastmail"' in stage.desk.unsaved[0].text
        assert "fastmail" not in stage.text("eva")


async def test_a_new_account_whose_look_up_is_left_stays_as_typed(home: Home, sources: Sources) -> None:
    sources.give(said("autoconfig"))
    async with staged(home) as stage:
        await stage.press("n")
        await stage.type("joe@firm.example")
        await stage.press("enter", "l")
        await stage.until("esc leave it")
        await stage.press("escape")
        assert "joe@firm.example" in stage.text("joe")
        assert list(home.providers.iterdir()) == []
        assert "no provider known" in stage.shown


async def test_escape_where_it_asks_whether_to_look_up_leaves_no_account(
    home: Home, sources: Sources
) -> None:
    async with staged(home) as stage:
        for leaving, files in (("escape", 0), ("n", 1)):
            await stage.press("n")
            await stage.type("joe@firm.example")
            await stage.press("enter", leaving)
            assert len(list(home.accounts.glob("joe*"))) == files
        assert sources.asked == []


async def test_guessing_is_offered_only_where_nothing_was_found_and_is_called_a_guess(
    home: Home, sources: Sources
) -> None:
    sources.give(said("guess", name="firm.example (a guess)"))
    async with staged(home) as stage:
        await look_up(stage)
        assert "Nothing was found" in stage.shown
        assert "g guess" in stage.shown
        assert "guess.firm.example" not in sources.asked
        await stage.press("enter")
        assert stage.app.screen is stage.board
        await look_up(stage)
        await stage.press("g")
        await stage.until("take the guess")
        assert "A guess, and no more" in stage.shown
        await stage.press("g")
        assert sources.asked.count("guess.firm.example") == 1
        await stage.press("enter")
        assert "A guess" in (home.providers / "firm-example.toml").read_text()


async def test_escape_stops_the_asking_and_keeps_what_has_answered(home: Home, sources: Sources) -> None:
    never = asyncio.Event()

    async def silence(question: Question) -> SourceAnswer:
        question.web.announce(Asking(host="slow.firm.example", about="firm.example"))
        await never.wait()
        raise AssertionError

    sources.give(said("autoconfig"))
    sources.answers["ispdb"] = silence
    async with staged(home) as stage:
        await stage.press("L", "l")
        await stage.until("slow.firm.example")
        await stage.until("names servers")
        assert "… ISPDB" in stage.shown
        await stage.press("escape")
        await stage.until("esc leave it")
        assert "imap.firm.example port 993" in stage.shown
        await stage.press("G")
        assert "Stopped before an answer came" in stage.shown


async def test_leaving_the_program_while_a_look_up_runs_ends_it(home: Home, sources: Sources) -> None:
    ended = asyncio.Event()

    async def silence(_question: Question) -> SourceAnswer:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    sources.answers["ispdb"] = silence
    async with staged(home) as stage:
        await stage.press("L", "l")
        await stage.until("… ISPDB")
        await stage.press("ctrl+q")
    assert ended.is_set()
    assert stage.app.return_code == 0


async def test_a_listed_account_shows_who_contradicts_and_has_nothing_to_take(
    tmp_path: Path, sources: Sources
) -> None:
    home = home_with(tmp_path)
    sources.give(said("ispdb", incoming("imap.old.example"), outgoing("smtp.old.example")))
    async with staged(home, (100, 60)) as stage:
        stage.board.accounts.select("me")
        await stage.settle()
        await look_up(stage)
        assert "take it" not in stage.shown
        assert "imap.old.example" in stage.shown
        assert "contradicts" in stage.shown
        await stage.press("enter")
        assert stage.text("me") == 'schema = 1\naddress = "me@icloud.com"\nlabel = "Me"\nperson = "Me"\n'


async def test_a_name_server_that_is_none_is_told(home: Home, sources: Sources) -> None:
    home.config_file.write_text('schema = 1\n[lookup]\nresolver = "not an address"\n')
    async with staged(home) as stage:
        await stage.press("L", "l")
        await stage.until("esc leave it")
        assert "not an address" in stage.shown
        await stage.press("enter")
        assert stage.app.screen is stage.board


async def test_nothing_of_the_demo_leaves_the_computer(home: Home, sources: Sources) -> None:
    async with staged(home, demo=True) as stage:
        await stage.press("L")
        assert "nobody is asked" in stage.shown
        await stage.press("n")
        await stage.type("joe@firm.example")
        await stage.press("enter")
        assert "joe@firm.example" in stage.text("joe")
        assert sources.asked == []


async def test_what_strangers_write_is_neither_markup_nor_an_escape(home: Home, sources: Sources) -> None:
    sources.give(said("autoconfig", name="[red]Firm[/] \x1b[31m", remarks=("See [link=x]y[/] \x07.",)))
    async with staged(home) as stage:
        await look_up(stage)
        assert "[red]Firm[/]" in stage.shown
        assert "\x1b" not in stage.shown
        await stage.press("G")
        assert "[link=x]y[/]" in " ".join(stage.shown.split())


@pytest.mark.parametrize("size", [(100, 30), (80, 24), (60, 20)])
async def test_everything_can_be_reached_at_every_size(
    home: Home, sources: Sources, size: tuple[int, int]
) -> None:
    sources.give(said("autoconfig"))
    sources.give(said("ispdb", incoming("a-rather-long-name-of-a-server.somewhere.firm.example"), outgoing()))
    async with staged(home, size) as stage:
        await stage.press("L")
        assert "look it up" in stage.shown
        await stage.press("l")
        await stage.until("esc leave it")
        seen = stage.shown
        for _ in range(12):
            await stage.press("pagedown")
            seen += stage.shown
        for words in ("Found:", "Why these", "Who says what", "ISPDB · contradicts", "Asked"):
            assert words in seen, words


async def test_a_look_alike_of_a_listed_domain_is_warned_of_when_it_is_added(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("n")
        stage.app.screen.query_one(Input).value = "joe@gm\u0430il.com"  # a Cyrillic letter
        await stage.press("enter")
        assert "only looks like gmail.com" in " ".join(stage.shown.split())
        await stage.press("k")
        assert stage.app.screen is stage.board
        assert len(stage.desk.entries) == 1


async def test_a_sign_in_tested_here_stands_among_what_is_known(tmp_path: Path) -> None:
    async with staged(home_with(tmp_path), (100, 60)) as stage:
        stage.board.accounts.select("me")
        subject = stage.board.subject
        assert subject is not None
        assert subject.known is not None
        keep_sign_in(stage.desk.workspace, "me", subject.known.settings)
        await stage.press("i")
        assert "tested here" in stage.shown
        assert "signed in here on 3 May 2026 as me" in " ".join(stage.shown.split())


async def test_the_first_start_looks_an_unlisted_domain_up_and_goes_on(
    tmp_path: Path, sources: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring_store, "probe", lambda _seconds: store_state.absent())
    sources.give(said("autoconfig", name="Firm"))
    home = home_with(tmp_path, {})
    async with staged(home) as stage:
        await stage.type("eva@firm.example")
        await stage.press("enter", "l")
        await stage.until("Found: Firm")
        await stage.press("enter")
        assert stage.app.screen is not stage.board
        assert "Password" in stage.shown
        await stage.press("escape")
        assert (home.providers / "firm-example.toml").exists()
        await stage.press("u")
        assert not (home.providers / "firm-example.toml").exists()
        assert stage.desk.entries == ()
