"""Which measurements there are, and how their figures are printed."""

from __future__ import annotations

import argparse
import dataclasses
import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.checks import measure_check, measure_many
from bench.commands import measure_commands
from bench.exports import measure_exports
from bench.figures import Figure, UnmeasurableError
from bench.interface import measure_cursor, measure_start
from bench.lookups import measure_lookup

MEASUREMENTS: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "start": measure_start,
    "cursor": measure_cursor,
    "commands": measure_commands,
    "check": measure_check,
    "many": measure_many,
    "lookup": measure_lookup,
    "export": measure_exports,
}


def report(arguments: list[str]) -> None:
    """Measure what was asked for and print each figure as soon as it is known."""
    parser = argparse.ArgumentParser(prog="bench/run.py", description="Print mailferry's speed as ratios.")
    parser.add_argument(
        "--only", action="append", metavar="NAME", choices=MEASUREMENTS, help=", ".join(MEASUREMENTS)
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object per figure and line")
    options = parser.parse_args(arguments)
    for name in options.only or MEASUREMENTS:
        with tempfile.TemporaryDirectory(prefix="mailferry-bench-") as folder:
            for figure in _measure(name, Path(folder)):
                print(_as_json(figure) if options.json else str(figure), flush=True)


def _measure(name: str, folder: Path) -> Iterator[Figure]:
    try:
        yield from MEASUREMENTS[name](folder)
    except UnmeasurableError as error:
        yield Figure(name, None, note=str(error))


def _as_json(figure: Figure) -> str:
    return json.dumps(dataclasses.asdict(figure) | {"within": figure.within}, ensure_ascii=False)
