"""The stage ladders of an account's servers, written out as lines."""

from __future__ import annotations

from mailferry.model.cause import Stage
from mailferry.model.check import AccountCheck, ServerCheck, StageResult
from mailferry.ui.spans import EMPTY, Line, Span, said, width_of, wrapped

_QUICK = 0.001
"""Seconds below which a time says nothing."""


def result_lines(check: AccountCheck, when: str, width: int) -> list[Line]:
    """Both ladders of a finished test, then for each that failed what to do about it."""
    lines: list[Line] = []
    for server in check.servers:
        lines += _rungs(f"{server.protocol.upper()} ", _place(server), server.stages, width)
    failed = [server for server in check.servers if not server.ok]
    for server in failed:
        lines += [EMPTY, *_failure(server, width, named=len(check.servers) > 1)]
    ending = "passed" if check.ok else "failed"
    return [*lines, EMPTY, (Span(f"{ending} in {check.seconds:.1f} s, {when}", "dim"),)]


def _failure(server: ServerCheck, width: int, *, named: bool) -> list[Line]:
    """What failed in plain words, then the server's own words, made harmless."""
    protocol = server.protocol.upper()
    name = f"{protocol}: " if named else ""
    lines = wrapped(f"{name}{server.advice or server.cause or 'failed'}", width)
    if server.server_said:
        lines += wrapped(f"The server said: {server.server_said}", width, "dim")
    times = {0: "No password was sent", 1: "The password was sent once"}
    sent = times.get(server.attempts, f"The password was sent {server.attempts} times")
    return [*lines, *wrapped(f"Cause: {server.cause}.  {sent} to the {protocol} server.", width, "dim")]


def running_lines(name: str, stages: tuple[StageResult, ...], now: Stage | None, width: int) -> list[Line]:
    """One server's ladder while it is being climbed."""
    lines = _rungs(name, "", stages, width)
    if now is not None:
        lines.append((Span("  … ", "accent"), Span(now, "accent")))
    return lines


def _place(server: ServerCheck) -> str:
    if server.host is None:
        return "no server named"
    security = {"tls": "TLS", "starttls": "STARTTLS", "none": "unencrypted", None: ""}[server.security]
    return f"{server.host}:{server.port} {security}"


def _rungs(name: str, place: str, stages: tuple[StageResult, ...], width: int) -> list[Line]:
    lines: list[Line] = []
    current: list[Span] = [Span(name, "bold")]
    indent = len(name)
    for stage in stages:
        rung = _rung(stage)
        if width_of(current) > indent and width_of(current) + width_of(rung) > width:
            lines.append(tuple(current))
            current = [Span(" " * indent)]
        current.extend(rung)
    lines.append(tuple(current))
    if place:
        room = width - width_of(lines[-1])
        if len(place) + 1 <= room:
            lines[-1] = (*lines[-1], Span(" " * (room - len(place))), said(place, "dim"))
        else:
            lines.append((Span(" " * indent), said(place, "dim")))
    return lines


def _rung(stage: StageResult) -> tuple[Span, ...]:
    glyph = Span("✓ ", "good") if stage.ok else Span("✗ ", "bad")
    time = f" {stage.seconds * 1000:.0f} ms" if stage.seconds >= _QUICK else ""
    telling = stage.stage in ("tls", "mailbox") and stage.ok
    detail = f" {stage.detail}" if telling and stage.detail else ""
    return (glyph, Span(stage.stage), said(f"{time}{detail}  ", "dim"))
