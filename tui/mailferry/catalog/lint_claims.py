"""Whose a name is: two provider files that claim one domain, suffix or mail exchanger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Literal

from mailferry.catalog.catalogue import Catalogue
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.problem import MailferryError, Problem
from mailferry.model.provider import Provider

Kind = Literal["domains", "suffixes", "mx"]

_RIVALS: Mapping[Kind, tuple[Kind, ...]] = {
    "domains": ("domains", "suffixes"),
    "suffixes": ("suffixes", "domains"),
    "mx": ("mx",),
}


def claim_problems(provider_id: str, provider: Provider, catalogue: Catalogue) -> Iterator[Problem]:
    """Names that are none, are there twice, or are another file's as well.

    A user's own file may take what a shipped one has. One suffix below another is no clash: the longest wins,
    and a listed domain beats both.
    """
    for kind, rivals in _RIVALS.items():
        seen = set()
        for written in _names(provider, kind):
            try:
                name = domain_to_ascii(written)
            except AddressError as error:
                yield Problem(key=kind, message=str(error))
                continue
            if name in seen:
                yield Problem(key=kind, message=f"{name} is listed twice")
                continue
            seen.add(name)
            if kind != "domains" and "." not in name:
                yield Problem(key=kind, message=f"{name} is a whole top-level domain; nobody owns that alone")
            for rival in rivals:
                for other in _claims(catalogue).get((rival, name), ()):
                    if other != provider_id and not _one_over_the_other(catalogue, provider_id, other):
                        where = "" if rival == kind else f", under {rival},"
                        yield Problem(key=kind, message=f"{name} is listed by {other}.toml{where} as well")


@lru_cache(maxsize=1)  # a catalogue never changes: when files have, there is a new one
def _claims(catalogue: Catalogue) -> Mapping[tuple[Kind, str], tuple[str, ...]]:
    claims: dict[tuple[Kind, str], tuple[str, ...]] = {}
    for provider_id in catalogue.ids():
        try:
            provider = catalogue.get(provider_id)
        except MailferryError:
            continue  # a broken shipped file is reported as what it is
        if provider is None:
            continue
        for kind in _RIVALS:
            for name in {_ascii(name) for name in _names(provider, kind)}:
                claims[kind, name] = (*claims.get((kind, name), ()), provider_id)
    return claims


def _names(provider: Provider, kind: Kind) -> tuple[str, ...]:
    return {"domains": provider.domains, "suffixes": provider.suffixes, "mx": provider.mx}[kind]


def _ascii(name: str) -> str:
    try:
        return domain_to_ascii(name)
    except AddressError:
        return name  # reported where the file is looked at


def _one_over_the_other(catalogue: Catalogue, one: str, other: str) -> bool:
    """Whether one of two files is the user's own and the other is shipped; then the own one wins."""
    if one not in catalogue.ids():
        return False
    return (catalogue.origin(one) == "shipped") != (catalogue.origin(other) == "shipped")
