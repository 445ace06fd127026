"""What lies behind a result: what was said, what the servers are, a report."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from mailferry.checks.events import ConversationEnded
from mailferry.store.home import Home
from mailferry.ui.heard import Heard
from mailferry.ui.jobs import Happened, TestRun
from mailferry.ui.screens.details import DetailsScreen
from tests.ui.results import FAILED, PRINT, WELL, conversation
from tests.ui.screens.host import HARMLESS, HOSTILE, paste
from tests.ui.stage import MUM, Stage, staged
from tests.ui.test_testing import pretend


async def _said(stage: Stage, words: str) -> None:
    event = ConversationEnded("mum", conversation(words.encode()))
    stage.board.post_message(Happened(TestRun([]), event))
    await stage.settle()


async def test_what_was_said_is_shown_harmless_and_written_for_the_user_alone(
    home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "said.txt"
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await _said(stage, f"* OK {HOSTILE}")
        await stage.press("x")
        assert "What was said in the test of mum@centurylink.net" in stage.shown
        assert "imap.example.net:993" in stage.shown
        assert "< * OK [red]x[/] \\x1b[31m" in stage.shown
        await stage.press("w", "ctrl+u")
        await paste(stage.pilot, str(path))  # type: ignore[arg-type]  # an application of another result
        await stage.press("enter")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "\x1b" not in path.read_text(encoding="utf-8")
    assert "[greeting]" in path.read_text(encoding="utf-8")


async def test_what_was_said_is_shown_without_the_address_too(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await _said(stage, "* NO no mailbox for mum@centurylink.net")
        await stage.press("x")
        assert "no mailbox for mum@centurylink.net" in stage.shown
        assert "a without address" in stage.shown
        await stage.press("a")
        assert "no mailbox for joe@example.org" in stage.shown
        assert "a with the address" in stage.shown


async def test_where_nothing_was_said_in_this_session_it_says_how_to_get_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(home) as stage:
        await stage.press("x")
        assert "nothing was said yet" in stage.shown
        pretend(monkeypatch, stage, WELL)
        await stage.press("t")
        await stage.finish_test()
        await stage.press("x")
        assert "transcripts are not kept on disk" in stage.shown


async def test_another_test_forgets_what_was_said_in_the_last(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await _said(stage, "* OK")
        assert stage.desk.heard.of("mum")
        pretend(monkeypatch, stage, WELL)
        await stage.press("t")
        await stage.finish_test()
        assert stage.desk.heard.of("mum") == ()


def test_only_so_many_accounts_are_remembered() -> None:
    heard = Heard()
    for number in range(600):
        heard.add(f"a{number}", conversation(b"* OK"))
    assert heard.of("a0") == ()
    assert heard.of("a599")


async def test_details_show_all_that_a_test_learnt(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    async with staged(home, (100, 60)) as stage:
        hostile = replace(WELL, greeting=HOSTILE, capabilities=("IMAP4rev1", "IDLE", "\x1b[2J"))
        pretend(monkeypatch, stage, hostile)
        await stage.press("t")
        await stage.finish_test()
        await stage.press("I")
        for words in (
            "192.0.2.1, 23 ms",
            "2001:db8::1, no answer",
            "signed in by",
            "PLAIN",
            "imap.example.net, mail.example.net",
            "Honest Root, until",
            "61 days left",
            PRINT,
            HARMLESS,
            "New mail is announced",
            r"\x1b[2J",
        ):
            assert words in stage.shown
        assert "f fingerprint" in stage.shown
        assert "pin it" not in stage.shown
        await stage.press("p")
        assert isinstance(stage.app.screen, DetailsScreen)


async def test_details_need_a_test(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("I")
        assert "not tested with these settings yet; t tests" in stage.shown


async def test_a_certificate_of_ones_own_is_pinned_after_saying_what_that_means(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    self_signed = replace(
        FAILED,
        failed_stage="tls",
        cause="cert-self-signed",
        certificate=WELL.certificate,
        repairs=(),
        changed=(),
    )
    async with staged(home, (100, 40)) as stage:
        stage.board.accounts.select("mum")
        pretend(monkeypatch, stage, self_signed)
        await stage.press("t")
        await stage.finish_test()
        await stage.press("I")
        assert "p pin it" in stage.shown
        await stage.press("p")
        assert "Nobody vouches for this certificate" in stage.shown
        await stage.press("escape")
        assert stage.text("mum") == MUM
        await stage.press("p", "y")
        await stage.finish_verbs()
        assert f'fingerprint = "{PRINT}"' in stage.text("mum")
        assert "pinned, saved; u takes it back" in stage.shown
        await stage.press("u")
        assert stage.text("mum") == MUM


async def test_a_report_is_shown_with_and_without_the_address_and_written(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.md"
    async with staged(home, (100, 60)) as stage:
        stage.board.accounts.select("mum")
        pretend(monkeypatch, stage, FAILED)
        await stage.press("t")
        await stage.finish_test()
        await stage.press("R")
        assert "mum@centurylink.net" in stage.shown
        assert "connection-refused" in stage.shown
        await stage.press("a")
        assert "mum@centurylink.net" not in stage.shown
        assert "connection-refused" in stage.shown
        assert "a with the address" in stage.shown
        await stage.press("w", "ctrl+u")
        await paste(stage.pilot, str(path))  # type: ignore[arg-type]  # an application of another result
        await stage.press("enter")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "mum@" not in path.read_text(encoding="utf-8")


async def test_a_report_is_about_what_is_saved(home: Home) -> None:
    async with staged(home) as stage:
        stage.board.accounts.select("mum")
        await stage.press("v", "#", "escape", "R")
        assert "a report is about what is saved" in stage.shown
