"""The interface against an empty Textual program: how fast it stands, what it takes, how it follows a key."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, milliseconds, p95, ratio
from bench.homes import make_home
from bench.programs import BARE_APP, MAILFERRY, PYTHON, environment
from bench.terminal import Response, Start, Terminal

FEW, MANY = 200, 5000
_BARE = [PYTHON, BARE_APP]
_ROUNDS = 7
_PRESSES = 40
_DOWN = b"\x1b[B"


def measure_start(folder: Path) -> Iterator[Figure]:
    """The first screen with few and with many accounts: time, memory and bytes."""
    env = environment(folder)
    few = _open(make_home(folder / "few", FEW))
    many = _open(make_home(folder / "many", MANY))
    _start(few, "Accounts", env)
    cold = _start(many, "Accounts", env)
    bare: list[Start] = []
    starts: dict[int, list[Start]] = {FEW: [], MANY: []}
    _start(_BARE, "bare", env)
    for _ in range(_ROUNDS):
        bare.append(_start(_BARE, "bare", env))
        starts[FEW].append(_start(few, "Accounts", env))
        starts[MANY].append(_start(many, "Accounts", env))
    for accounts, budget in ((FEW, 1.7), (MANY, 2.2)):
        settled = [start.settled for start in starts[accounts]]
        yard = [start.settled for start in bare]
        yield Figure(
            f"start, {accounts} accounts, against bare",
            ratio(settled, yard),
            budget,
            note=f"{milliseconds(settled)}, bare {milliseconds(yard)}",
        )
    cold_ratio = cold.settled / statistics.median(start.settled for start in bare)
    yield Figure(
        f"  the very first with {MANY}: no cache yet", cold_ratio, note=f"{cold.settled * 1000:.0f} ms"
    )
    for accounts in (FEW, MANY):
        peak = ratio([start.peak for start in starts[accounts]], [start.peak for start in bare])
        mebibytes = statistics.median(start.peak for start in starts[accounts]) / 1024
        yield Figure(
            f"peak memory, {accounts} accounts, against bare", peak, 1.5, note=f"{mebibytes:.0f} MiB"
        )
    sent = ratio([start.sent for start in starts[FEW]], [start.sent for start in bare])
    yield Figure("bytes of the first screen, against bare", sent, 7, note=f"{starts[FEW][0].sent} bytes")


def measure_cursor(folder: Path) -> Iterator[Figure]:
    """The cursor down the accounts, all panes following; and silence when nothing is done."""
    env = environment(folder)
    with Terminal(_BARE, env) as bare:
        bare.start("bare")
        yardstick = _first_changes([bare.press(_DOWN) for _ in range(_PRESSES)])
    for accounts in (FEW, MANY):
        with Terminal(_open(make_home(folder / str(accounts), accounts)), env) as terminal:
            terminal.start("Accounts")
            terminal.idle(3)  # what the first screen left for later is done now
            presses = [terminal.press(_DOWN) for _ in range(_PRESSES)]
            idle = terminal.idle(3)
        changes = _first_changes(presses)
        yield Figure(
            f"cursor move, {accounts} accounts, p95",
            p95(changes) * 1000 if changes else None,
            20,
            "ms",
            f"median {milliseconds(changes)}, bare p95 {p95(yardstick) * 1000:.1f} ms"
            if changes
            else "no key changed the screen",
        )
        yield Figure(
            f"cursor move, {accounts} accounts, bytes, p95",
            p95([press.sent for press in presses]) / 1000,
            8,
            "kB",
            f"median {statistics.median(press.sent for press in presses) / 1000:.1f} kB",
        )
        yield Figure(f"idle, {accounts} accounts", idle / 3, 0, "B/s")


def _open(home: Path) -> list[str]:
    return [MAILFERRY, "--home", str(home)]


def _start(command: list[str], marker: str, env: dict[str, str]) -> Start:
    with Terminal(command, env) as terminal:
        return terminal.start(marker)


def _first_changes(presses: list[Response]) -> list[float]:
    return [press.first_change for press in presses if press.first_change is not None]
