"""A look-up that runs beside the interface: a worker does it and only posts messages."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from textual.message import Message
from textual.widget import Widget

from mailferry.discovering import discover
from mailferry.model.problem import MailferryError
from mailferry.model.recommendation import Recommendation, SourceAnswer, SourceName

if TYPE_CHECKING:
    from mailferry.catalog.discovery.asking import Asking
    from mailferry.workspace import Workspace

_ALWAYS: tuple[SourceName, ...] = ("mx", "srv", "autoconfig", "pacc", "ispdb", "autodiscover")


@dataclass
class LookUp:
    """One look-up and what has happened in it. `guess`: usual names are tried if nobody names any."""

    address: str
    provider: str | None = None
    guess: bool = False
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    asked: dict[str, str] = field(default_factory=dict)  # hosts, and what each was told first
    answers: dict[SourceName, SourceAnswer] = field(default_factory=dict)
    found: Recommendation | None = None
    problem: MailferryError | None = None

    @property
    def running(self) -> bool:
        """Whether answers can still come."""
        return self.found is None and self.problem is None

    @property
    def may_guess(self) -> bool:
        """Whether trying usual names could still find something: not where the domain says it has no mail."""
        nothing = self.found is not None and self.found.how == "none"
        return nothing and not self.guess and not any(each.no_mail for each in self.answers.values())

    @property
    def sources(self) -> Sequence[SourceName]:
        """The sources that are asked, in order of rank."""
        return (*_ALWAYS, "guess") if self.guess else _ALWAYS


class HostAsked(Message):
    """A host is about to be asked."""

    def __init__(self, look_up: LookUp, asking: Asking) -> None:
        super().__init__()
        self.look_up = look_up
        self.asking = asking


class SourceAnswered(Message):
    """A source has answered, or cannot."""

    def __init__(self, look_up: LookUp, answer: SourceAnswer) -> None:
        super().__init__()
        self.look_up = look_up
        self.answer = answer


class LookUpEnded(Message):
    """All sources have answered or were stopped; `problem` says why nobody could be asked."""

    def __init__(
        self, look_up: LookUp, found: Recommendation | None, problem: MailferryError | None = None
    ) -> None:
        super().__init__()
        self.look_up = look_up
        self.found = found
        self.problem = problem


async def run_look_up(target: Widget, workspace: Workspace, look_up: LookUp) -> None:
    """Ask all sources; meant for a worker, which is cancelled with its screen, so it only posts messages."""
    try:
        found = await discover(
            workspace,
            look_up.address,
            provider=look_up.provider,
            guess=look_up.guess,
            stop=look_up.stop,
            announce=lambda asking: _post(target, HostAsked(look_up, asking)),
            answered=lambda answer: _post(target, SourceAnswered(look_up, answer)),
        )
    except MailferryError as error:
        target.post_message(LookUpEnded(look_up, None, error))
    else:
        target.post_message(LookUpEnded(look_up, found))


def _post(target: Widget, message: Message) -> None:
    target.post_message(message)
