"""What a sheet says once, however many accounts there are: trying, trouble, removing, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mailferry.iphone.account import Proof
from mailferry.iphone.remark_words import date_words
from mailferry.iphone.sheet_facts import (
    AccountFacts,
    SheetWishes,
    phone_facts,
    signs_in_by_web,
    ways_with_password,
)
from mailferry.iphone.sheet_needs import has_private_certificate, needs_app_password
from mailferry.iphone.sheet_several import SharedProfile


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """How settings were tested: a message's name; `titles` are empty where it holds for all accounts."""

    message: str
    titles: tuple[str, ...] = ()
    day: str = ""
    hosts: tuple[str, ...] = ()


def afterwards_facts(
    accounts: Sequence[AccountFacts], wishes: SheetWishes, shared: SharedProfile | None
) -> Mapping[str, Any]:
    """What the templates may say of all accounts; those in a shared profile are set up by that first."""
    by_profile = shared is not None
    ways = list(dict.fromkeys(way for each in accounts for way in each.ways))
    return {
        **phone_facts(wishes),
        "profile_name": (shared or accounts[0]).scene.profile_name,
        "addresses": [each.scene.address for each in accounts],
        "ways": ways,
        "profile_way": "profile" in ways,
        "by_hand_way": "by-hand" in ways,
        "button_way": "button" in ways,
        "icloud_way": "icloud" in ways,
        "typed": any(map(ways_with_password, accounts)),
        "app_password_typed": any(
            needs_app_password(each.account) and not _begins_built_in(each, by_profile=by_profile)
            for each in accounts
        ),
        "by_web": any(
            signs_in_by_web(each)
            or (_begins_built_in(each, by_profile=by_profile) and each.scene.button != "iCloud")
            for each in accounts
        ),
        "private_certificate": any(has_private_certificate(each.account) for each in accounts),
        "pop": any(each.scene.screens.kind == "POP" for each in accounts),
        "tests": _tests(accounts, wishes.language.code),
    }


def _begins_built_in(facts: AccountFacts, *, by_profile: bool) -> bool:
    """Whether the way to be taken first is the iPhone's own, with the provider's sign-in."""
    first = "profile" if by_profile and "profile" in facts.ways else next(iter(facts.ways), "")
    return first in ("icloud", "button")


def _tests(accounts: Sequence[AccountFacts], lang: str) -> list[Tested]:
    """The passed tests by their days, then what has passed none."""
    alike: dict[tuple[str, str], list[AccountFacts]] = {}
    for each in accounts:
        proof = each.account.proof
        untested = "sheet.untested" if ways_with_password(each) or not each.ways else "sheet.untested-unused"
        key = ("sheet.tested", date_words(proof.day, lang)) if proof else (untested, "")
        alike.setdefault(key, []).append(each)
    return [
        Tested(
            message=message,
            titles=() if len(of) == len(accounts) else tuple(each.scene.title for each in of),
            day=day,
            hosts=tuple(dict.fromkeys(host for each in of for host in _hosts(each.account.proof))),
        )
        for (message, day), of in sorted(alike.items())
    ]


def _hosts(proof: Proof | None) -> tuple[str, ...]:
    return proof.hosts if proof else ()
