"""The stage ladder of one server, written out as lines: climbed, or being climbed."""

from __future__ import annotations

from mailferry.advice.earlier import say_time
from mailferry.model.cause import Stage
from mailferry.model.check import ServerCheck, StageResult
from mailferry.model.spared import is_left_out, mark
from mailferry.ui.spans import Line, Span, Tone, said, width_of

_QUICK = 0.001
"""Seconds below which a time says nothing."""

_NOTICED = 1
"""Seconds from which a wait is told."""

SOON = 14
"""Days before the end of a certificate from which it is warned of."""


def ladder_lines(server: ServerCheck, width: int) -> list[Line]:
    """The ladder of a finished test."""
    name = f"{server.protocol.upper()} "
    if not server.stages:
        return [(Span(name, "bold"), Span("nothing was tried", "dim"))]
    return _rungs(name, [_rung(stage, server) for stage in server.stages], width)


def running_lines(
    name: str, stages: tuple[StageResult, ...], now: Stage | None, waited: int, width: int
) -> list[Line]:
    """One server's ladder while it is being climbed. `waited` is how many seconds the stage has taken."""
    rungs = [_rung(stage) for stage in stages]
    if now is not None:
        time = f" {waited} s" if waited >= _NOTICED else ""
        rungs.append((Span("… ", "accent"), Span(now, "accent"), Span(f"{time}  ", "dim")))
    return _rungs(name, rungs, width)


def _rungs(name: str, rungs: list[Line], width: int) -> list[Line]:
    lines: list[Line] = []
    current: list[Span] = [Span(name, "bold")]
    indent = len(name)
    for rung in rungs:
        if width_of(current) > indent and width_of(current) + width_of(rung) - 2 > width:
            lines.append(tuple(current))
            current = [Span(" " * indent)]
        current.extend(rung)
    return [*lines, tuple(current)]


def _rung(stage: StageResult, server: ServerCheck | None = None) -> Line:
    if stage.earlier is not None:
        return (Span(f"{mark(stage)} {stage.stage} {say_time(stage.earlier)}  ", "dim"),)
    bad: Tone = "warn" if is_left_out(stage) else "bad"
    glyph = Span(f"{mark(stage)} ", "good" if stage.ok else bad)
    time = f" {stage.seconds * 1000:.0f} ms" if stage.seconds >= _QUICK else ""
    if stage.seconds >= _NOTICED:
        time = f" {stage.seconds:.1f} s"
    left = server.certificate.days_left if server is not None and server.certificate else SOON
    if stage.stage == "tls" and stage.ok and left < SOON:
        days = "1 day left" if left == 1 else f"{left} days left"
        return (glyph, Span(stage.stage), said(f"{time} ", "dim"), Span(f"! {days}  ", "warn"))
    tone: Tone = "plain" if stage.ok else bad
    return (glyph, Span(stage.stage, tone), said(f"{time}  ", "dim"))
