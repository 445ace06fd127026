"""The look-up: what the settings of an address should be. Asks nobody; reads the catalogue only."""

from __future__ import annotations

import difflib
from typing import Literal

import msgspec

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lookalike import look_alike
from mailferry.model.address import Address
from mailferry.model.provider import Evidence
from mailferry.model.recommendation import Recommendation, SourceAnswer, recommend
from mailferry.model.visible import visible


def look_up(catalogue: Catalogue, address: Address, provider: str | None = None) -> Recommendation:
    """The recommendation for an address, by the provider that is named or else by its domain.

    A provider that lists the domain comes before one that lists only what it ends in. `how` is "own" where a
    file of the user's own has a say, "domain" where it is the shipped file alone, and "none" where nothing is
    known: then there are no servers, and `warnings` says what can be done.
    """
    found = _covering(catalogue, address) if provider is None else provider
    warning = look_alike(address.domain, catalogue)
    warnings = (warning,) if warning else ()
    if found is None or (known := catalogue.get(found)) is None:
        unknown = _unknown_domain(address) if provider is None else _unknown_provider(catalogue, provider)
        return Recommendation(address=str(address), how="none", warnings=(*warnings, unknown))
    if catalogue.origin(found) == "shipped":
        recommended = recommend(address, found, known, "domain")
        sources: tuple[SourceAnswer, ...] = (_answer("domain", recommended),)
    else:
        own = Evidence(source=f"your own file providers/{found}.toml", about=catalogue.own_keys(found))
        kept = tuple(
            each for each in known.evidence if not set(each.about) <= set(own.about) or not each.about
        )
        recommended = recommend(address, found, msgspec.structs.replace(known, evidence=(own, *kept)), "own")
        sources = (_answer("own", recommended), *_shipped_beneath(catalogue.shipped_alone, address, found))
    return msgspec.structs.replace(recommended, sources=sources, warnings=(*warnings, *recommended.warnings))


def _covering(catalogue: Catalogue, address: Address) -> str | None:
    return catalogue.find_domain(address.domain) or catalogue.find_suffix(address.domain)


def _shipped_beneath(shipped: Catalogue, address: Address, provider_id: str) -> tuple[SourceAnswer, ...]:
    """What the shipped files alone say: the one that an own file lies over, or another for that domain."""
    found = provider_id if provider_id in shipped.ids() else _covering(shipped, address)
    known = shipped.get(found) if found is not None else None
    if found is None or known is None:
        return ()
    return (_answer("domain", recommend(address, found, known, "domain")),)


def _answer(source: Literal["own", "domain"], recommended: Recommendation) -> SourceAnswer:
    """What a provider file says, in the form in which other sources answer too."""
    read = [each.read for each in recommended.evidence if each.read is not None]
    return SourceAnswer(
        source=source,
        ok=True,
        provider=recommended.provider,
        name=recommended.name,
        docs=recommended.docs,
        incoming=recommended.incoming,
        outgoing=recommended.outgoing,
        read=max(read, default=None),
    )


def nearest_domain(catalogue: Catalogue, domain: str) -> str | None:
    """A listed domain that this one looks like a typing slip of; None when none does."""
    return None if catalogue.find_domain(domain) is not None else catalogue.domain_like(domain)


def _unknown_domain(address: Address) -> str:
    return (
        f"No provider file lists {address.domain}. Nobody else was asked: not the domain's own records and"
        f" files, nor the database of mail providers; `mailferry lookup {visible(str(address))}` asks them."
        ' Or name the provider in the account (provider = "…"; `mailferry providers` lists them),'
        f' or write a provider file of your own with domains = ["{address.domain}"].'
    )


def _unknown_provider(catalogue: Catalogue, wanted: str) -> str:
    if wanted in catalogue.ids():
        return f"The provider file {wanted}.toml is broken; mend it, or take its name out of the account."
    nearest = _nearest(catalogue, wanted.strip().lower())
    meant = f" Did you mean {' or '.join(nearest)}?" if nearest else ""
    return f"There is no provider “{visible(wanted)}”.{meant} `mailferry providers` lists them all."


def _nearest(catalogue: Catalogue, word: str) -> list[str]:
    """Up to three ids that are spelt much like the word, or whose name holds it (“msn”)."""
    ids = catalogue.ids()
    named = [
        provider_id
        for provider_id in ids
        if word and (provider := catalogue.get(provider_id)) and word in provider.name.lower()
    ]
    alike = difflib.get_close_matches(word, ids, n=3)
    return list(dict.fromkeys(alike + named))[:3]
