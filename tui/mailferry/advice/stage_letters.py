"""The letters that head the columns of a grid of tests, the same wherever one is shown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from mailferry.model.cause import Stage

LETTERS: Mapping[Stage, str] = {
    "dns": "d",
    "connect": "c",
    "tls": "t",
    "greeting": "g",
    "capability": "k",
    "starttls": "s",
    "auth": "a",
    "mailbox": "m",
    "send": "n",
    "deliver": "v",
}


def legend(stages: Iterable[Stage], width: int) -> list[str]:
    """What the letters stand for, in lines."""
    unbroken = (f"{LETTERS[stage]}\N{NO-BREAK SPACE}{stage}" for stage in dict.fromkeys(stages))
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in textwrap.wrap("  ".join(unbroken), width)]
