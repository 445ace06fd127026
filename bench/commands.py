"""Commands of the command line against a Python that does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.figures import Figure, alternate, milliseconds, ratio
from bench.homes import make_home
from bench.programs import MAILFERRY, PYTHON, environment, seconds_of

_ACCOUNTS = 200


def measure_commands(folder: Path) -> Iterator[Figure]:
    """`lookup --offline` and `list`, from the start of the process to its end."""
    env = environment(folder)
    home = make_home(folder / "home", _ACCOUNTS)
    mailferry = [MAILFERRY, "--home", str(home)]
    commands = {
        "python -c pass": [PYTHON, "-c", "pass"],
        "lookup --offline": [*mailferry, "lookup", "joe@me.com", "--offline"],
        f"list, {_ACCOUNTS} accounts": [*mailferry, "list"],
    }
    runs = alternate({name: partial(seconds_of, command, env) for name, command in commands.items()}, 15)
    yardstick = runs.pop("python -c pass")
    for name, seconds in runs.items():
        note = f"{milliseconds(seconds)}, python {milliseconds(yardstick)}"
        yield Figure(f"{name}, against python", ratio(seconds, yardstick), 10, note=note)
