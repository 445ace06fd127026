"""Asking all sources at once: none waits for another, none ends another, all can be stopped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.discover import discover
from mailferry.catalog.discovery.dns import DnsUnavailableError, NoSuchDomainError, Resolver
from mailferry.catalog.discovery.mx import TakesNoMailError
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.lookup import look_up
from mailferry.model.recommendation import Recommendation, SourceAnswer
from tests.catalog.sources import incoming, outgoing, question, said, says, silent

Discover = Callable[..., "asyncio.Task[Recommendation]"]


@pytest.fixture
def started() -> Discover:
    """Starts a look-up of an unlisted domain; what is not said is usual."""

    def start(**parts: object) -> asyncio.Task[Recommendation]:
        asked = parts.pop("question", None) or question()
        assert isinstance(asked, Question)
        options = {
            "listed": look_up(asked.catalogue, asked.address),
            "timeout": 10.0,
            "answered": lambda _: None,
            **parts,
        }
        return asyncio.create_task(discover(asked, **options))  # type: ignore[arg-type]  # as the test says

    return start


async def _never(_: Question) -> SourceAnswer:
    await asyncio.Event().wait()
    raise AssertionError


async def test_all_are_under_way_before_any_has_answered(started: Discover) -> None:
    under_way = asyncio.Barrier(3)

    def waiting(answer: SourceAnswer) -> Callable[[Question], object]:
        async def ask(_: Question) -> SourceAnswer:
            await under_way.wait()  # only passed when all three are here at the same time
            return answer

        return ask

    found = await started(
        sources={
            "srv": waiting(said("srv")),
            "autoconfig": waiting(said("autoconfig")),
            "ispdb": waiting(said("ispdb")),
        }
    )
    assert [answer.source for answer in found.sources] == ["srv", "autoconfig", "ispdb"]


async def test_each_answer_is_told_when_it_comes(started: Discover) -> None:
    told: list[str] = []
    first = asyncio.Event()

    async def slow(_: Question) -> SourceAnswer:
        await first.wait()
        assert told == ["ispdb"]
        return said("srv")

    def answered(answer: SourceAnswer) -> None:
        told.append(answer.source)
        first.set()

    found = await started(sources={"srv": slow, "ispdb": says(said("ispdb"))}, answered=answered)
    assert told == ["ispdb", "srv"]
    assert found.how == "srv"


async def test_one_that_never_answers_ends_at_its_deadline(started: Discover) -> None:
    found = await started(sources={"autoconfig": _never, "ispdb": says(said("ispdb"))}, timeout=0.01)
    late, database = found.sources
    assert (late.ok, late.error) == (False, "No answer within 0.01 s.")
    assert late.seconds >= 0.01
    assert (database.ok, found.how) == (True, "ispdb")


async def test_one_without_an_answer_says_why_and_whom_it_asked(started: Discover) -> None:
    announced: list[Asking] = []
    found = await started(
        question=question(announce=announced.append),
        sources={
            "autoconfig": says(
                silent("autoconfig", "Nothing is there."), "autoconfig.firm.example", "firm.example"
            ),
            "ispdb": says(said("ispdb"), "ispdb.example", "ispdb.example"),
        },
    )
    by_source = {answer.source: answer for answer in found.sources}
    assert by_source["autoconfig"].error == "Nothing is there."
    assert by_source["autoconfig"].asked == ("autoconfig.firm.example", "firm.example")
    assert by_source["ispdb"].asked == ("ispdb.example",)
    assert {asking.host for asking in announced} == {
        "autoconfig.firm.example",
        "firm.example",
        "ispdb.example",
    }


async def test_a_name_server_that_a_source_asks_is_noted_as_well(started: Discover) -> None:
    async def ask(asked: Question) -> SourceAnswer:
        asked.resolver.announce(Asking(host="name server 192.0.2.1", about="firm.example"))
        asked.web.resolver.announce(Asking(host="name server 192.0.2.2", about="firm.example"))
        return said("srv")

    (answer,) = (await started(sources={"srv": ask})).sources
    assert answer.asked == ("name server 192.0.2.1", "name server 192.0.2.2")


async def test_a_defect_in_one_is_said_and_leaves_the_others(started: Discover) -> None:
    async def broken(_: Question) -> SourceAnswer:
        raise ZeroDivisionError("hunter2")

    found = await started(sources={"autoconfig": broken, "ispdb": says(said("ispdb"))})
    error = found.sources[0].error or ""
    assert "ZeroDivisionError" in error
    assert "hunter2" not in error  # whatever the exception holds may be anybody's words
    assert found.how == "ispdb"


async def test_a_time_limit_of_the_source_itself_is_not_ours(started: Discover) -> None:
    async def impatient(_: Question) -> SourceAnswer:
        raise TimeoutError

    (answer,) = (await started(sources={"srv": impatient})).sources
    assert "TimeoutError" in (answer.error or "")


async def test_stopping_keeps_what_has_answered(started: Discover) -> None:
    stop = asyncio.Event()
    told: list[str | None] = []

    def answered(answer: SourceAnswer) -> None:
        told.append(answer.error)
        stop.set()

    found = await started(
        sources={"srv": _never, "ispdb": says(said("ispdb"))}, answered=answered, stop=stop, guess=_never
    )
    assert told == [None, "Stopped before an answer came."]
    assert (found.how, found.sources[0].error) == ("ispdb", "Stopped before an answer came.")


async def test_stopped_before_it_began(started: Discover) -> None:
    stop = asyncio.Event()
    stop.set()
    found = await started(sources={"srv": _never, "mx": _never}, stop=stop, guess=_never)
    assert found.how == "none"
    assert {answer.error for answer in found.sources} == {"Stopped before an answer came."}


async def test_ended_from_outside_leaves_nothing_running(started: Discover) -> None:
    ended = asyncio.Event()
    running = asyncio.Event()

    async def ask(_: Question) -> SourceAnswer:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    task = started(sources={"srv": ask})
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_listener_that_fails_ends_it_without_leftovers(started: Discover) -> None:
    def answered(_: SourceAnswer) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        await started(sources={"srv": _never, "ispdb": says(said("ispdb"))}, answered=answered)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_guessing_comes_last_and_only_if_nothing_else_helps(started: Discover) -> None:
    asked: list[str] = []

    async def guess(_: Question) -> SourceAnswer:
        asked.append("guess")
        return said("guess", incoming("mail.firm.example"))

    found = await started(sources={"ispdb": says(silent("ispdb"))}, guess=guess)
    assert (found.how, asked) == ("guess", ["guess"])
    assert [answer.source for answer in found.sources] == ["ispdb", "guess"]
    for answer in (said("ispdb"), said("srv", outgoing())):
        found = await started(sources={answer.source: says(answer)}, guess=guess)
        assert found.how == answer.source
    found = await started(sources={}, guess=guess, question=question("joe@hey.com"))
    assert (found.how, found.incoming) == ("domain", ())
    assert asked == ["guess"]
    found = await started(sources={}, guess=guess, question=question("joe@kolst.com"))
    assert (found.how, found.provider, found.incoming[0].host) == ("domain", "kolst-com", "mail.firm.example")
    assert asked == ["guess", "guess"]


async def test_no_guess_where_the_listed_provider_takes_no_mail_programs(started: Discover) -> None:
    def no_servers(question: Question) -> SourceAnswer:
        return SourceAnswer(source="mx", ok=True, provider="hey", name="HEY")

    async def ask_mx(question: Question) -> SourceAnswer:
        return no_servers(question)

    found = await started(sources={"mx": ask_mx}, guess=_never)
    assert (found.how, found.provider, found.incoming, found.outgoing) == ("mx", "hey", (), ())
    assert found.notice in found.warnings


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DnsUnavailableError("Name server 192.0.2.1 cannot be reached."), "Try again"),
        (NoSuchDomainError("The domain firm.example does not exist."), "slip"),
        (SourceError("Mail for firm.example goes to x.example."), "x.example"),
    ],
)
async def test_nothing_found_says_which_way(started: Discover, error: SourceError, words: str) -> None:
    async def ask_mx(_: Question) -> SourceAnswer:
        raise error

    found = await started(sources={"mx": ask_mx, "srv": says(silent("srv"))})
    assert (found.how, found.incoming, found.outgoing, found.provider) == ("none", (), (), None)
    assert found.warnings[0].startswith(str(error))
    assert words in found.warnings[0]
    assert "Ask who runs firm.example" in found.warnings[-1]


async def test_no_guess_where_the_domain_takes_no_mail(started: Discover) -> None:
    async def ask_mx(_: Question) -> SourceAnswer:
        raise TakesNoMailError("firm.example takes no mail; it says so in DNS (null MX).")

    found = await started(sources={"mx": ask_mx}, guess=says(said("guess")))
    assert (found.how, found.takes_no_mail) == ("none", True)
    (warning,) = found.warnings
    assert "look at the address again" in warning
    assert "Ask who runs" not in warning


async def test_a_silent_name_server_is_named_and_not_who_waits_for_it(started: Discover) -> None:
    async def ask(asked: Question) -> SourceAnswer:
        await asked.resolver.addresses("ispdb.example")
        raise AssertionError

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
    server = "127.0.0.1:{1}".format(*transport.get_extra_info("sockname"))
    resolver = Resolver(nameserver=server, announce=lambda _: None)
    asked = replace(question(), resolver=resolver)
    try:
        found = await started(
            question=asked, sources={"mx": ask, "ispdb": ask, "autoconfig": _never}, timeout=0.05
        )
    finally:
        transport.close()
    errors = {answer.source: answer.error for answer in found.sources}
    silence = f"Name server {server} gave no answer within 0.05 s."
    assert errors == {"mx": silence, "ispdb": silence, "autoconfig": "No answer within 0.05 s."}
    assert found.warnings[0].startswith(f"{silence} Try again")


async def test_what_is_known_without_asking_stands_in_the_table(started: Discover) -> None:
    found = await started(
        sources={"mx": says(silent("mx"))}, question=question("joe@posteo.de"), known=(said("tested"),)
    )
    assert [answer.source for answer in found.sources] == ["domain", "mx", "tested"]
    assert (found.how, found.provider) == ("domain", "posteo")
