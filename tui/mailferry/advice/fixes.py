"""Which values to write into an account: recommended ones, or what a test saw working."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import msgspec

from mailferry.model.check import AccountCheck, Repair, ServerCheck
from mailferry.model.finding import Comparison, Finding, Verdict
from mailferry.model.problem import MailferryError
from mailferry.model.settings import SETTING_PATHS

_NEVER_TAKEN: frozenset[Verdict | None] = frozenset({"wrong", "insecure", "blocked"})
"""Verdicts on what was seen to work that leave it to the user to write it: it works, and yet is not right."""

_PARTNER = {"port": "security", "security": "port"}


class Fix(msgspec.Struct, frozen=True):
    """One value to write."""

    path: str
    value: str | int


def chosen_fixes(comparison: Comparison, paths: Sequence[str] | None) -> tuple[Fix, ...]:
    """The fixes for the named settings, or with None for all that a recommended value mends.

    A port and its security are mended together when both need it: one without the other cannot work. A
    named setting that needs no fix gives none (`no_fix_reason` says why). Raises MailferryError for a path
    that no setting has.
    """
    check_paths(paths or ())
    wanted = None if paths is None else {each for path in paths for each in (path, _partner(path))}
    return tuple(
        Fix(finding.path, finding.recommended)
        for finding in comparison.findings
        if finding.fix and finding.recommended is not None and (wanted is None or finding.path in wanted)
    )


def fixes_seen(check: AccountCheck) -> tuple[Fix, ...]:
    """What a test saw working, of each server that failed what is to be taken; empty where nothing is."""
    return tuple(
        Fix(path, value)
        for server in check.servers
        if (repair := repair_to_take(server)) is not None
        for path, value in repair.changes.items()
    )


def repair_to_take(server: ServerCheck) -> Repair | None:
    """What is taken of all that was seen to work in place of a server: the first that is right as well.

    None where the server passed, or nothing was seen that comparing lets pass.
    """
    if server.ok:
        return None
    return next((each for each in server.repairs if each.verdict not in _NEVER_TAKEN), None)


def check_paths(paths: Iterable[str]) -> None:
    """Raise MailferryError, with the nearest setting, for a path that no setting has."""
    for path in paths:
        _known(path)


def no_fix_reason(comparison: Comparison, path: str) -> str | None:
    """Why a setting is not fixed, in a sentence; None when it is. Raises MailferryError for no such path."""
    _known(path)
    finding = next((each for each in comparison.findings if each.path == path), None)
    if finding is None:
        return f"{path} is not set, and nothing is recommended."
    return None if finding.fix else _reason(finding)


def _reason(finding: Finding) -> str:
    if finding.verdict in ("same", "inherited"):
        return f"{finding.path} is as recommended already."
    return f"{finding.path}: no value mends this. {finding.why}"


def _partner(path: str) -> str:
    role, field = path.split(".")
    return f"{role}.{_PARTNER.get(field, field)}"


def _known(path: str) -> None:
    if path in SETTING_PATHS:
        return
    near = get_close_matches(path, SETTING_PATHS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(SETTING_PATHS)}"
    raise MailferryError(f"there is no setting “{path}”; {hint}")
