"""What answers online, for tests of look-ups from the interface."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mailferry.catalog.discovery.asking import Asking
from mailferry.catalog.discovery.question import Question
from mailferry.model.recommendation import SourceAnswer, SourceName
from tests.catalog.sources import says, silent
from tests.ui.stage import Stage

Ask = Callable[[Question], Awaitable[SourceAnswer]]

EVA = {"eva": 'schema = 1\naddress = "eva@firm.example"\nlabel = "Eva"\n'}


class Sources:
    """What answers online. `asked` are the hosts that were asked, in order."""

    def __init__(self) -> None:
        self.answers: dict[SourceName, Ask] = {}
        self.guess: Ask = says(silent("guess", "Nothing answers."))
        self.asked: list[str] = []

    def give(self, answer: SourceAnswer) -> None:
        """Let a source answer so, after asking a host named after it."""

        async def ask(question: Question) -> SourceAnswer:
            host = f"{answer.source}.firm.example"
            self.asked.append(host)
            question.web.announce(Asking(host=host, about="firm.example"))
            return await says(answer)(question)

        if answer.source == "guess":
            self.guess = ask
        else:
            self.answers[answer.source] = ask


async def look_up(stage: Stage) -> None:
    """Begin a look-up of the highlighted account and wait for its end."""
    await stage.press("L", "l")
    await stage.until("esc leave it")
