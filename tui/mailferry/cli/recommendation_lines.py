"""A recommendation in words for people."""

from __future__ import annotations

from collections.abc import Iterator

from mailferry.cli.output import SECURITY, data, paragraph, width, words
from mailferry.model.address import domain_for_people
from mailferry.model.recommendation import Recommendation, RecommendedServer

STATUS = {
    "moved": "moved to another provider",
    "retired": "no longer in service",
    "bridge-only": "only through a program of the provider's own",
    "no-mail-programs": "not for mail programs",
}


_NOT_ON_A_PHONE = frozenset({"retired", "bridge-only", "no-mail-programs"})
"""Where the iPhone's own Mail cannot be set up; the notice says what works instead."""


def show(found: Recommendation) -> None:
    """Print what a look-up recommends, first of all what everybody with such an address must know."""
    if found.how == "none":
        words(paragraph(f"Nothing is known for {_address(found)}."))
    else:
        for line in _lines(found):
            data(line)
    if found.sources:
        _show_sources(found)
    for doubt in found.doubts:
        data(paragraph(f"Doubt: {doubt}", hang=2))
    for warning in found.warnings:
        if warning != found.notice:
            words(paragraph(f"Note: {warning}", hang=2))


def _lines(found: Recommendation) -> Iterator[str]:
    status = f" ({STATUS[found.status]})" if found.status in STATUS else ""
    guess = " (a guess)" if found.how == "guess" else ""
    yield paragraph(f"{_address(found)}: {found.name}{status}{guess}")
    if found.notice:
        yield paragraph(found.notice)
    for server in (*found.incoming, *found.outgoing):
        yield from _server_lines(server)
    yield from _sign_in(found)
    if (found.incoming or found.outgoing) and found.status not in _NOT_ON_A_PHONE:
        yield f"On the iPhone: Add Account > {found.iphone.add_account}"
    for each in found.evidence:
        read = f" (read {each.read:%-d %b %Y})" if each.read else ""
        yield paragraph(f"Evidence: {each.source}{read}", hang=2)
        if each.url:
            yield f"  {each.url}"


def _address(found: Recommendation) -> str:
    local, _, domain = found.address.rpartition("@")
    return f"{local}@{domain_for_people(domain)}"


def _server_lines(server: RecommendedServer) -> Iterator[str]:
    where = f"  {server.protocol.upper():<5} {server.host}  port {server.port}  {SECURITY[server.security]}"
    who = f"user {server.username or '(ask the owner)'}  sign-in {' or '.join(server.auth)}"
    if len(where) + 2 + len(who) <= width():
        yield f"{where}  {who}"
    else:
        yield where
        yield paragraph(who, 8)


def _sign_in(found: Recommendation) -> Iterator[str]:
    sign_in = found.sign_in
    if sign_in.app_password in ("required", "with-2fa"):
        only = " when two-factor authentication is on" if sign_in.app_password == "with-2fa" else ""  # noqa: S105  a word of the file
        yield paragraph(f"Needs an app-specific password{only}:")
        yield f"  {sign_in.app_password_url or found.docs or '–'}"
    if sign_in.note:
        yield paragraph(sign_in.note)
    for number, step in enumerate(sign_in.before, 1):
        yield paragraph(f"{number}. {step}", 2, hang=3)


def _show_sources(found: Recommendation) -> None:
    from mailferry.cli.evidence_lines import evidence_lines, source_lines

    for line in evidence_lines(found):
        data(line)
    for line in source_lines(found):
        data(line)
    if found.choice:
        data(paragraph(f"Choice: {found.choice}", hang=2))
