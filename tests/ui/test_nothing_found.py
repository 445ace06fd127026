"""Look-ups that find nothing: what is said then, and what is offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.catalog.discovery.mx import TakesNoMailError
from mailferry.catalog.discovery.question import Question
from mailferry.model.recommendation import SourceAnswer
from mailferry.store.home import Home
from mailferry.ui.screens.prompt import PromptScreen
from mailferry.ui.spans import text_of
from tests.catalog.sources import incoming, outgoing, said
from tests.ui.online import EVA, Sources, look_up
from tests.ui.stage import Stage, home_with, staged


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_with(tmp_path, EVA)


def words(stage: Stage) -> str:
    """What is shown, without frames and line ends."""
    return " ".join(stage.shown.replace("│", " ").split())


def compared(stage: Stage) -> str:
    """What the comparison says, in and out of view."""
    return " ".join(map(text_of, stage.board.comparison.build(60).lines))


async def test_a_guess_without_success_is_told_at_the_top(home: Home, sources: Sources) -> None:
    async with staged(home) as stage:
        await look_up(stage)
        await stage.press("g")
        await stage.finish_look_up()
        assert "Guessing found nothing either" in words(stage)
        assert "g asks further" not in words(stage)


async def test_after_a_look_up_nobody_is_said_not_to_have_been_asked(home: Home, sources: Sources) -> None:
    async with staged(home, (140, 40)) as stage:
        assert "Nobody else was asked" in compared(stage)
        await look_up(stage)
        await stage.press("escape")
        assert "Nobody else was asked" not in compared(stage)


async def test_what_was_found_and_left_is_remembered(home: Home, sources: Sources) -> None:
    sources.give(said("autoconfig", name="Firm"))
    async with staged(home, (140, 40)) as stage:
        await look_up(stage)
        await stage.press("escape")
        assert "found Firm, which is not followed" in compared(stage)


async def test_nothing_is_guessed_where_the_domain_says_that_it_has_no_mail(
    home: Home, sources: Sources
) -> None:
    async def null_mx(_question: Question) -> SourceAnswer:
        raise TakesNoMailError("firm.example takes no mail.")

    sources.answers["mx"] = null_mx
    async with staged(home) as stage:
        await look_up(stage)
        assert "g guess" not in stage.shown
        await stage.press("g")
        assert "guess.firm.example" not in sources.asked


async def test_the_password_prompt_names_the_host_and_what_is_doubted_of_it(
    home: Home, sources: Sources
) -> None:
    servers = (incoming("mail.hoster.example"), outgoing("mail.hoster.example"))
    sources.give(said("srv", *servers, outside=("mail.hoster.example",)))
    async with staged(home) as stage:
        await look_up(stage)
        await stage.press("enter", "p")
        await stage.type("type the password")
        await stage.press("enter")
        await stage.until("A test sends it")
        prompt = stage.app.screen
        assert isinstance(prompt, PromptScreen)
        said_there = " ".join(map(text_of, prompt.field.note.build(400).lines))
        assert "A test sends it to mail.hoster.example" in said_there
        assert said_there.count("mail.hoster.example lies outside firm.example") == 1
