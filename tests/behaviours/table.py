"""All behaviours together, run at once, and the page that is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import get_args

from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck
from mailferry.model.visible import visible
from tests.behaviours.case import Behaviour
from tests.behaviours.certificates import CERTIFICATES
from tests.behaviours.conversation import CONVERSATION
from tests.behaviours.encryption import ENCRYPTION
from tests.behaviours.network import NETWORK
from tests.behaviours.real_cases import REAL_CASES
from tests.behaviours.recorded import RECORDED
from tests.behaviours.scripted import as_found, book, ca_file, good_tls
from tests.behaviours.sending import SENDING
from tests.behaviours.sign_in import SIGN_IN
from tests.behaviours.worded import WORDED
from tests.checks.certificates import root

PAGE = Path(__file__).parents[2] / "docs" / "diagnoses.md"

BEHAVIOURS: tuple[Behaviour, ...] = (
    *NETWORK,
    *CERTIFICATES,
    *ENCRYPTION,
    *CONVERSATION,
    *SIGN_IN,
    *WORDED,
    *SENDING,
    *RECORDED,
)

_STAGES: tuple[Stage | None, ...] = (None, *get_args(Stage))
_CAUSES: tuple[Cause, ...] = get_args(Cause)
_SECURITY = {"tls": "TLS", "starttls": "STARTTLS", "none": "in clear"}
_HEAD = """# What servers do, and what mailferry says

Each line is a server that really runs: one of the tests' own (script), a conversation played again
(recording), or a program from Debian (real). The tests run them all, and this page is made of what came
out: `make diagnoses`. By the same rules mailferry judges servers that are not here; what none of them fits
is `unknown`, with the server's own words.

| stage | cause | what the server does | protocol | what mailferry says first | kind |
|---|---|---|---|---|---|
"""


@cache
def outcomes() -> dict[str, Future[ServerCheck]]:
    """What came of each behaviour, by its name; all are done."""
    for made_once in (book, ca_file, good_tls, root):
        made_once()  # not by several threads at a time
    with ThreadPoolExecutor(8) as pool:
        return {each.name: pool.submit(each.run) for each in BEHAVIOURS}


def page() -> str:
    """docs/diagnoses.md, by stage, then cause."""
    rows = [(each, outcomes()[each.name].result()) for each in BEHAVIOURS]
    rows += real()
    lines = [_line(each, check) for each, check in sorted(rows, key=lambda row: _place(row[0]))]
    return _HEAD + "\n".join(lines) + "\n"


def real() -> Iterator[tuple[Behaviour, ServerCheck]]:
    """What programs from Debian do; tests/real runs them, here only the words about it are made."""
    for program, cases in REAL_CASES.items():
        for case in cases:
            found = as_found(case.protocol, case.security, case.stage, case.cause)
            name, does = f"{program}: {case.name}, {case.protocol}", f"{program} {case.does}"
            yield (
                Behaviour(
                    name, does, case.protocol, case.security, case.stage, case.cause, "real", _elsewhere
                ),
                found,
            )


def _elsewhere() -> ServerCheck:
    raise AssertionError("programs from Debian are run by tests/real")


def _place(each: Behaviour) -> tuple[int, int, str, str]:
    return _STAGES.index(each.stage), _CAUSES.index(each.cause), each.protocol, each.does


def _line(each: Behaviour, check: ServerCheck) -> str:
    said = _first_sentence(check.advice or "")
    spoken = f"{each.protocol.upper()}, {_SECURITY[each.security]}"
    cells = (each.stage or "–", f"`{each.cause}`", each.does, spoken, said, each.kind)
    return "| " + " | ".join(visible(cell).replace("|", "\\|") for cell in cells) + " |"


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].removesuffix(".") + "."
