"""Evidence that proves nothing: none at all, undated, too old, or about what the file does not say."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from urllib.parse import urlsplit

from mailferry.catalog.catalogue import Catalogue
from mailferry.model.problem import Problem
from mailferry.model.provider import Evidence, IncomingServer, IPhone, Provider, SignIn

_STALE_YEARS = 3
_INSIDE = {
    "incoming": IncomingServer.__struct_fields__,
    "outgoing": IncomingServer.__struct_fields__,
    "sign_in": SignIn.__struct_fields__,
    "iphone": IPhone.__struct_fields__,
}


def evidence_problems(
    provider_id: str, provider: Provider, catalogue: Catalogue, today: datetime.date
) -> Iterator[Problem]:
    """All that is doubtful about the evidence and the links of a file. Asks no host."""
    # Who writes a file for oneself need not prove anything; who shares one must.
    for_oneself = provider_id in catalogue.ids() and catalogue.origin(provider_id) == "own"
    if not provider.evidence and not for_oneself:
        yield Problem(key="evidence", message="missing; say where the values come from")
    for index, evidence in enumerate(provider.evidence):
        at = f"evidence.{index}"
        if evidence.url is None and evidence.read is None:
            yield Problem(
                key=f"{at}.source",
                message=f"“{evidence.source}” has neither an address nor a date; nobody can look it up",
            )
        yield from _date(evidence, today, at)
        for about in evidence.about:
            yield from _about(provider, about, at)
    for key, url in links(provider):
        if page_host(url) is None:
            yield Problem(key=key, message=f"{url} is no address of a web page")


def links(provider: Provider) -> tuple[tuple[str, str], ...]:
    """The web pages that a file names, each with its key; one that is named twice, once."""
    named = [
        ("docs", provider.docs),
        ("sign_in.app_password_url", provider.sign_in.app_password_url),
        *((f"evidence.{index}.url", evidence.url) for index, evidence in enumerate(provider.evidence)),
        *((f"failure.{index}.url", rule.url) for index, rule in enumerate(provider.failure)),
    ]
    found: dict[str, str] = {}
    for key, url in named:
        if url is not None:
            found.setdefault(url, key)
    return tuple((key, url) for url, key in found.items())


def page_host(url: str) -> str | None:
    """The host of a web page's address; None for what is none."""
    try:
        parts = urlsplit(url)
        return parts.hostname if parts.scheme in ("https", "http") and parts.port != 0 else None
    except ValueError:  # brackets that do not match, a port beyond 65535
        return None


def _date(evidence: Evidence, today: datetime.date, at: str) -> Iterator[Problem]:
    if evidence.read is None:
        return
    if evidence.read > today:
        yield Problem(key=f"{at}.read", message=f"{evidence.read} is still to come")
    elif (today - evidence.read).days > _STALE_YEARS * 365:
        yield Problem(
            key=f"{at}.read",
            message=f"“{evidence.source}” was read on {evidence.read}, over {_STALE_YEARS} years ago;"
            " read it again",
        )


def _about(provider: Provider, about: str, at: str) -> Iterator[Problem]:
    table, dot, field = about.partition(".")
    if table not in Provider.__struct_fields__ or (dot and field not in _INSIDE.get(table, ())):
        yield Problem(key=f"{at}.about", message=f"“{about}” is no part of a provider file")
    elif getattr(provider, table) in ((), None):
        yield Problem(key=f"{at}.about", message=f"“{about}”, and this file has no {table}")
