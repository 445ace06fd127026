"""All that a test learnt about a server: addresses, certificate, greeting, what it can do."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from mailferry.model.check import Certificate, ServerCheck
from mailferry.ui.panes.ladder_lines import SOON
from mailferry.ui.spans import EMPTY, Line, Span, Tone, hanging, marked, said, wrapped

_LABEL = 13
"""Cells before a value."""

_FAMILIES = {"ipv4": "IPv4", "ipv6": "IPv6"}


def detail_lines(server: ServerCheck, abilities: Sequence[str], width: int) -> list[Line]:
    """One server. `abilities` says in sentences what it can do."""
    lines: list[Line] = [(said(f"{server.protocol.upper()}  {_where(server)}", "accent"),)]
    lines += _rows(_connection(server), width)
    if server.certificate is not None:
        lines += [EMPTY, (Span("Certificate", "bold"),), *_certificate(server.certificate, width)]
    if server.greeting:
        lines += [EMPTY, (Span("Greeting", "bold"),), *wrapped(server.greeting, width)]
    if abilities:
        lines += [EMPTY, (Span("What it can do", "bold"),)]
        lines += [line for each in abilities for line in marked(each, width)]
    if server.capabilities:
        lines += [EMPTY, (Span("Capabilities, as it says them", "bold"),)]
        lines += wrapped("  ".join(server.capabilities), width, "dim")
    return lines


def _where(server: ServerCheck) -> str:
    if server.host is None:
        return "no server named"
    return f"{server.host}:{server.port}" if server.port is not None else server.host


def _connection(server: ServerCheck) -> Iterable[tuple[str, str, Tone]]:
    for each in server.addresses:
        words = (
            f"{each.address}, {each.seconds * 1000:.0f} ms" if each.ok else f"{each.address}, {each.detail}"
        )
        yield _FAMILIES[each.family], words, "plain" if each.ok else "warn"
    for stage in server.stages:
        if stage.detail and stage.stage != "tls":
            yield stage.stage, stage.detail, "plain" if stage.ok else "bad"
    if server.mechanism is not None:
        yield "signed in by" if server.ok else "sign-in by", server.mechanism, "plain"


def _certificate(certificate: Certificate, width: int) -> list[Line]:
    days = certificate.days_left
    left = f"{days} days left" if days >= 0 else "expired"
    tone: Tone = "warn" if days < SOON else "plain"
    rows: list[tuple[str, str, Tone]] = [
        ("for", certificate.subject, "plain"),
        ("names", ", ".join(certificate.names) or "none", "plain"),
        ("issued by", certificate.issuer, "plain"),
        ("valid from", _day(certificate.not_before), "plain"),
        ("valid until", f"{_day(certificate.not_after)}, {left}", tone),
        ("fingerprint", certificate.fingerprint, "plain"),
        ("encryption", certificate.tls_version or "", "plain"),
    ]
    for place, link in enumerate(certificate.chain):
        words = f"{link.subject}, until {_day(link.not_after)}"
        if link.issuer != link.subject:
            words += f", issued by {link.issuer}"
        rows.append(("verified with" if place == 0 else "", words, "plain"))
    return _rows(rows, width)


def _rows(rows: Iterable[tuple[str, str, Tone]], width: int) -> list[Line]:
    return [
        line
        for label, words, tone in rows
        if words
        for line in hanging(Span(f"  {label}", "dim"), said(words, tone), width, indent=_LABEL + 3)
    ]


def _day(when: datetime.datetime) -> str:
    return f"{when:%-d %b %Y}"
