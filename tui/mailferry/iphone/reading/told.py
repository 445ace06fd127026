"""Warnings as they are told: each sentence once, with the names of all that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mailferry.iphone.reading.quoting import shown
from mailferry.iphone.reading.report import ProfileReport
from mailferry.iphone.reading.warning import ReadWarning, WarningCode


def told(report: ProfileReport, warnings: Iterable[ReadWarning]) -> Iterator[tuple[WarningCode, str]]:
    """Codes and sentences, in the order of the warnings. A name stands before a sentence only where the
    profile holds several things and the sentence does not name it itself.
    """
    about = {account.payload: account.address for account in report.accounts if account.address}
    about |= {other.payload: other.what for other in report.other_payloads}
    several = len(report.accounts) + len(report.other_payloads) > 1
    whose: dict[tuple[WarningCode, str], dict[str, None]] = {}
    for warning in warnings:
        names = whose.setdefault((warning.code, warning.text), {})
        name = about.get(warning.payload) if several and warning.payload is not None else None
        if name is not None and name not in warning.text:
            names[shown(name)] = None
    for (code, text), names in whose.items():
        yield code, f"{', '.join(names)}: {text}" if names else text
