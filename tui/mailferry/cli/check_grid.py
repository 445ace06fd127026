"""Many accounts at a glance: one row each, a column for each stage of both servers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from mailferry.advice.stage_letters import LETTERS, legend
from mailferry.cli.output import columns, shortened
from mailferry.model.account import Role
from mailferry.model.cause import Stage
from mailferry.model.check import AccountCheck
from mailferry.model.spared import is_spared, mark
from mailferry.model.visible import visible

_COLUMNS: dict[Role, tuple[Stage, ...]] = {
    "incoming": ("dns", "connect", "tls", "greeting", "capability", "starttls", "auth", "mailbox"),
    "outgoing": ("dns", "connect", "tls", "greeting", "capability", "starttls", "auth", "send", "deliver"),
}
_SENDING = ("send", "deliver")
_WIDTH = 80
_LONGEST_NAME = 18


class Grid:
    """Rows that can be printed one by one, as accounts are done."""

    def __init__(self, accounts: Iterable[str], *, send: bool) -> None:
        self._stages = {
            role: [stage for stage in stages if send or stage not in _SENDING]
            for role, stages in _COLUMNS.items()
        }
        longest = max((columns(visible(name)) for name in accounts), default=0)
        self._name = min(max(longest, len("account")), _LONGEST_NAME)
        self._signs = _signs()

    def head(self) -> str:
        """What the columns are."""
        over = [f"{role:<{2 * len(stages) - 1}}" for role, stages in self._stages.items()]
        letters = [" ".join(LETTERS[stage] for stage in stages) for stages in self._stages.values()]
        blank = " " * self._name
        return "\n".join(
            (
                *legend((stage for stages in self._stages.values() for stage in stages), _WIDTH),
                f"{blank}  {'  '.join(over)}".rstrip(),
                f"{'account':<{self._name}}  {'  '.join(letters)}",
            )
        )

    def row(self, result: AccountCheck) -> str:
        """One account. What fails is said at the end, as far as the line reaches."""
        name = shortened(visible(result.account), self._name)
        marks = "  ".join(
            " ".join(self._mark(result, role, stage) for stage in stages)
            for role, stages in self._stages.items()
        )
        line = f"{name}{' ' * (self._name - columns(name))}  {marks}  "
        return (line + shortened(_words(result), _WIDTH - columns(line))).rstrip()

    def _mark(self, result: AccountCheck, role: Role, stage: Stage) -> str:
        for server in result.servers:
            for each in server.stages:
                if server.role == role and each.stage == stage:
                    return self._signs[mark(each)]
        return self._signs[""]


def _words(result: AccountCheck) -> str:
    causes = [
        "not tried" if is_spared(each) else each.cause or "fails" for each in result.servers if not each.ok
    ]
    if causes:
        return " / ".join(dict.fromkeys(causes))
    changed = dict.fromkeys(change.what for server in result.servers for change in server.changed)
    return f"ok, other {', '.join(changed)}" if changed else "ok"


def _signs() -> Mapping[str, str]:
    """Signs of stages, and of one that was not reached; ASCII where the output can hold nothing else."""
    signs = {"✓": "✓", "✗": "✗", "–": "–", "": "·"}
    try:
        "".join(signs.values()).encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return {"✓": "+", "✗": "x", "–": "o", "": "-"}
    return signs
