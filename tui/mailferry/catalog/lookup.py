"""The look-up: what the settings of an address should be. Asks nobody; reads the catalogue only."""

from __future__ import annotations

import difflib

import msgspec

from mailferry.catalog.catalogue import Catalogue
from mailferry.model.address import Address
from mailferry.model.provider import Evidence
from mailferry.model.recommendation import Recommendation, recommend
from mailferry.model.visible import visible


def look_up(catalogue: Catalogue, address: Address, provider: str | None = None) -> Recommendation:
    """The recommendation for an address, by the provider that is named or else by its domain.

    `how` is "own" where a file of the user's own has a say, "domain" where it is the shipped file alone, and
    "none" where nothing is known: then there are no servers, and `warnings` says what can be done.
    """
    found = catalogue.find_domain(address.domain) if provider is None else provider
    if found is not None and (known := catalogue.get(found)) is not None:
        if catalogue.origin(found) == "shipped":
            return recommend(address, found, known, "domain")
        own = Evidence(source=f"your own file providers/{found}.toml", about=catalogue.own_keys(found))
        kept = tuple(
            each for each in known.evidence if not set(each.about) <= set(own.about) or not each.about
        )
        return recommend(address, found, msgspec.structs.replace(known, evidence=(own, *kept)), "own")
    warning = _unknown_domain(address) if provider is None else _unknown_provider(catalogue, provider)
    return Recommendation(address=str(address), how="none", warnings=(warning,))


def nearest_domain(catalogue: Catalogue, domain: str) -> str | None:
    """A listed domain that this one looks like a typing slip of; None when none does."""
    listed = [
        each
        for provider_id in catalogue.ids()
        if (provider := catalogue.get(provider_id)) is not None
        for each in provider.domains
    ]
    if domain in listed:
        return None
    return next(iter(difflib.get_close_matches(domain, listed, n=1, cutoff=0.85)), None)


def _unknown_domain(address: Address) -> str:
    return (
        f"No provider file lists {address.domain}, and only listed domains can be looked up so far."
        ' Name the provider in the account (provider = "…"; `mailferry providers` lists them),'
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
