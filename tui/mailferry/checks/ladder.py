"""The record of one server's test, stage by stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from mailferry.checks.failure import StageFailure
from mailferry.model.cause import Cause, Stage
from mailferry.model.check import AddressCheck, Certificate, Repair, ServerCheck, StageResult
from mailferry.model.settings import ServerSettings

OnStage = Callable[[Stage | StageResult], None]
"""Told the name of each stage as it begins and its result as it ends."""


class Rung:
    """A stage under way: what it found, and since when its clock runs."""

    def __init__(self) -> None:
        self.detail = ""
        self.restart_clock()

    def restart_clock(self) -> None:
        """Leave out the time so far, which was not the server's."""
        self._started = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long the stage has taken."""
        return round(time.perf_counter() - self._started, 4)


class Ladder:
    """Collects what becomes a ServerCheck."""

    def __init__(self, on_stage: OnStage) -> None:
        self._on_stage = on_stage
        self._results: list[StageResult] = []
        self._kept: frozenset[Stage] = frozenset()
        self._failed_stage: Stage | None = None
        self._cause: Cause | None = None
        self._said: str | None = None
        self.certificate: Certificate | None = None
        self.capabilities: tuple[str, ...] = ()
        self.attempts = 0
        self.mechanism: str | None = None
        self.greeting: str | None = None
        self.addresses: tuple[AddressCheck, ...] = ()
        self.repairs: tuple[Repair, ...] = ()

    def keep(self, results: Sequence[StageResult]) -> None:
        """Take over stages that passed in an earlier test: they are told at once, and climbed in silence.

        One that fails now takes the place of its earlier result and of all above it.
        """
        for result in results:
            self._on_stage(result.stage)
            self._end(result)
        self._kept = frozenset(result.stage for result in results)

    @contextmanager
    def stage(self, name: Stage) -> Iterator[Rung]:
        """One stage. A StageFailure inside is recorded and goes on to end the climb."""
        kept = name in self._kept
        if not kept:
            self._on_stage(name)
        rung = Rung()
        try:
            yield rung
        except StageFailure as failure:
            if kept:
                self._forget_from(name)
            self._failed_stage, self._cause, self._said = name, failure.cause, failure.said
            self._end(StageResult(stage=name, ok=False, seconds=rung.seconds, detail=failure.detail))
            raise
        if not kept:
            self._end(StageResult(stage=name, ok=True, seconds=rung.seconds, detail=rung.detail))

    def remark(self, stage: Stage, words: str) -> None:
        """Add to what a stage that is over found, where it became known only later."""
        self._results = [
            msgspec.structs.replace(result, detail=f"{result.detail}; {words}")
            if result.stage == stage and words not in result.detail
            else result
            for result in self._results
        ]

    def _forget_from(self, name: Stage) -> None:
        place = [result.stage for result in self._results].index(name)
        del self._results[place:]
        self._on_stage(name)

    def _end(self, result: StageResult) -> None:
        self._results.append(result)
        self._on_stage(result)

    def check(self, settings: ServerSettings) -> ServerCheck:
        """The finished record."""
        return ServerCheck(
            role=settings.role,
            protocol=settings.protocol,
            host=settings.host,
            port=settings.port,
            security=settings.security,
            ok=self._cause is None,
            stages=tuple(self._results),
            failed_stage=self._failed_stage,
            cause=self._cause,
            server_said=self._said,
            attempts=self.attempts,
            certificate=self.certificate,
            capabilities=self.capabilities,
            mechanism=self.mechanism,
            greeting=self.greeting,
            addresses=self.addresses,
            repairs=self.repairs,
        )
