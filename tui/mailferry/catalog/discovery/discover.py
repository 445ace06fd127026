"""All sources asked at once, each with a deadline of its own and each failing alone."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace

import msgspec

from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.choose import choose
from mailferry.catalog.discovery.dns import DnsUnavailableError, NameServerError, NoSuchDomainError
from mailferry.catalog.discovery.mx import TakesNoMailError
from mailferry.catalog.discovery.question import Question
from mailferry.model.recommendation import Recommendation, SourceAnswer, SourceName

Ask = Callable[[Question], Awaitable[SourceAnswer]]
"""One source. It raises SourceError when it has no answer, and may be cancelled at any moment."""

_GUESS = 10.0  # seconds; it ends its own attempts before, so that what has answered counts

Answered = Callable[[SourceAnswer], None]


def all_sources() -> Mapping[SourceName, Ask]:
    """The sources that are always asked. Imports what they need: DNS and HTTPS."""
    from mailferry.catalog.discovery.autoconfig import ask_autoconfig
    from mailferry.catalog.discovery.autodiscover import ask_autodiscover
    from mailferry.catalog.discovery.ispdb import ask_ispdb
    from mailferry.catalog.discovery.mx import ask_mx
    from mailferry.catalog.discovery.pacc import ask_pacc
    from mailferry.catalog.discovery.srv import ask_srv

    return {
        "mx": ask_mx,
        "srv": ask_srv,
        "autoconfig": ask_autoconfig,
        "pacc": ask_pacc,
        "ispdb": ask_ispdb,
        "autodiscover": ask_autodiscover,
    }


async def discover(
    question: Question,
    *,
    listed: Recommendation,
    sources: Mapping[SourceName, Ask],
    guess: Ask | None = None,
    known: Iterable[SourceAnswer] = (),
    timeout: float,
    answered: Answered,
    stop: asyncio.Event | None = None,
) -> Recommendation:
    """The recommendation for an address after asking all `sources` at once, as long as the slowest takes.

    `listed` is what the catalogue says, `known` what else is known without asking. Each source has
    `timeout` seconds; one that fails, breaks or takes too long leaves the others alone, and its answer says
    why. `guess` is asked last, only if nothing else names servers and the domain takes mail. `answered` is
    called with each answer as it comes. Once `stop` is set, what has not answered yet is given up and what
    has is chosen from.
    """
    stop = stop or asyncio.Event()
    answers = await _ask_all(sources, question, timeout, answered, stop)
    listed_servers = listed.incoming or listed.outgoing or listed.status != "active"
    nothing = not listed_servers and not any(_names_servers(answer) for answer in answers)
    refused = any(answer.no_mail for answer in answers)
    if guess is not None and nothing and not refused and not stop.is_set():
        answers += await _ask_all({"guess": guess}, question, _GUESS, answered, stop)
    today = datetime.date.today()  # noqa: DTZ011  the day on the reader's own calendar
    return choose(question.address, listed, (*answers, *known), question.catalogue, today=today)


def _names_servers(answer: SourceAnswer) -> bool:
    # A listed provider that takes no mail programs is an answer too; guessing would only mislead.
    listed_provider = answer.source == "mx" and answer.provider is not None
    return answer.ok and bool(answer.incoming or answer.outgoing or listed_provider)


async def _ask_all(
    sources: Mapping[SourceName, Ask],
    question: Question,
    seconds: float,
    answered: Answered,
    stop: asyncio.Event,
) -> list[SourceAnswer]:
    answers = []
    asking = [asyncio.create_task(_ask(name, ask, question, seconds, stop)) for name, ask in sources.items()]
    stopping = asyncio.create_task(stop.wait())
    try:
        while asking:
            await asyncio.wait([*asking, stopping], return_when=asyncio.FIRST_COMPLETED)
            if stopping.done():
                for task in asking:
                    task.cancel()
                await asyncio.wait(asking)
            done = [task for task in asking if task.done()]
            asking = [task for task in asking if task not in done]
            for task in done:
                answers.append(task.result())
                answered(answers[-1])
    finally:
        for left in (*asking, stopping):
            left.cancel()
        await asyncio.gather(*asking, stopping, return_exceptions=True)
    return answers


async def _ask(
    name: SourceName, ask: Ask, question: Question, seconds: float, stop: asyncio.Event
) -> SourceAnswer:
    """One source's answer, or why there is none. Raises nothing but CancelledError, and not when stopped."""
    asked: dict[str, None] = {}
    clock = asyncio.get_running_loop().time
    began = clock()
    question = _recorded(question, asked)
    try:
        async with asyncio.timeout(seconds) as deadline:
            answer = await ask(question)
    except SourceError as error:
        answer = _failed(name, error)
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
        answer = SourceAnswer(source=name, ok=False, error="Stopped before an answer came.")
    except Exception as error:  # noqa: BLE001  a defect in one source must not cost the others' answers
        if isinstance(error, TimeoutError) and deadline.expired():
            answer = _failed(name, _late(question, seconds))
        else:
            answer = SourceAnswer(source=name, ok=False, error=_defect(error))
    return msgspec.structs.replace(answer, asked=tuple(asked), seconds=clock() - began)


def _failed(name: SourceName, error: SourceError) -> SourceAnswer:
    return SourceAnswer(
        source=name,
        ok=False,
        error=str(error),
        remarks=_advice(name, error),
        no_mail=isinstance(error, TakesNoMailError),
    )


def _late(question: Question, seconds: float) -> SourceError:
    """Who kept a source waiting: often not its own host, but the name server."""
    server = question.resolver.silent()
    if server is None:
        return SourceError(f"No answer within {seconds:g} s.")
    return NameServerError(f"{server[0].upper()}{server[1:]} gave no answer within {seconds:g} s.")


def _advice(name: SourceName, error: SourceError) -> tuple[str, ...]:
    """What to do about a failure; only the exchanger's, which is what people are told if nothing is found."""
    if name == "mx" and isinstance(error, DnsUnavailableError):
        return (
            "Try again when the network is there, or name another name server in config.toml ([lookup]).",
        )
    if name == "mx" and isinstance(error, NoSuchDomainError):
        return ("Look for a typing slip in the address.",)
    return ()


def _defect(error: Exception) -> str:
    # The type alone: what else the exception says may hold anything that came over the network.
    return f"mailferry itself failed here ({type(error).__name__}). That is a defect; please report it."


def _recorded(question: Question, asked: dict[str, None]) -> Question:
    """The question with means that note whom they ask, and say it on to whoever is listening."""
    announce = question.resolver.announce

    def noted(asking: Asking) -> None:
        asked.setdefault(asking.host)
        announce(asking)

    resolver = replace(question.resolver, announce=noted)
    return replace(question, resolver=resolver, web=replace(question.web, announce=noted, resolver=resolver))
