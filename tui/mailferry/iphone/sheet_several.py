"""Several accounts in one sheet: the one profile for those that a profile can carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mailferry.iphone.passwords import passwords_asked
from mailferry.iphone.profile_words import display_name
from mailferry.iphone.provider_prose import ProviderProse, provider_prose
from mailferry.iphone.scene import Scene
from mailferry.iphone.sheet_facts import (
    AccountFacts,
    SheetWishes,
    pop_addresses,
    signs_in_by_web,
    template_facts,
)
from mailferry.iphone.sheet_needs import needed
from mailferry.model.address import parse_address


class SharedProfile(msgspec.Struct, frozen=True, kw_only=True):
    """The accounts in one profile, those that it cannot carry, and what its screens show."""

    carried: tuple[AccountFacts, ...]
    left_out: tuple[AccountFacts, ...]
    scene: Scene


class Preparation(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider wants beforehand, and for which accounts."""

    titles: tuple[str, ...]
    prose: ProviderProse
    app_password: str
    app_password_url: str | None


def shared_profile(accounts: Sequence[AccountFacts], wishes: SheetWishes) -> SharedProfile | None:
    """The one profile for several accounts; None where there is one account, or none that can be carried."""
    carried = tuple(each for each in accounts if "profile" in each.ways)
    if not wishes.several or not carried:
        return None
    scenes = [each.scene for each in carried]
    addresses = [parse_address(each.account.settings.address) for each in carried]
    scene = msgspec.structs.replace(
        scenes[0],
        profile_name=display_name(addresses, wishes.profile_person),
        contains=tuple(dict.fromkeys(label for scene in scenes for label in scene.contains)),
        authorities=tuple(dict.fromkeys(name for scene in scenes for name in scene.authorities)),
    )
    left_out = tuple(each for each in accounts if "profile" not in each.ways)
    return SharedProfile(carried=carried, left_out=left_out, scene=scene)


def shared_facts(shared: SharedProfile, wishes: SheetWishes) -> Mapping[str, Any]:
    """All that the template of the one profile may say."""
    carried, left_out = shared.carried, shared.left_out
    return {
        **template_facts(carried[0], wishes),
        "shown": {remark.code for each in carried for remark in each.scene.shown},
        "web_sign_ins": [each.scene for each in carried if signs_in_by_web(each)],
        "password_inside": any(each.account.passwords for each in carried),
        "pop_addresses": pop_addresses(carried),
        "authorities": shared.scene.authorities,
        "profile_name": shared.scene.profile_name,
        "carried": [each.scene.title for each in carried],
        "left_out": [each.scene.title for each in left_out],
        "simpler": [each.scene.title for each in carried if "button" in each.ways],
        "asked": [each.scene for each in carried if passwords_asked(each.account)],
        "needed": [needed(each.account, each.scene, built_in=signs_in_by_web(each)) for each in carried],
        "prepared": list(_preparations(carried, wishes.language.code)),
        "total": len(carried) + len(left_out),
    }


def _preparations(accounts: Sequence[AccountFacts], lang: str) -> Iterator[Preparation]:
    """What is to be done before, once for all accounts of which it is the same."""
    alike: dict[tuple[ProviderProse, str, str | None], list[str]] = {}
    for each in accounts:
        sign_in = each.account.recommendation.sign_in
        if signs_in_by_web(each) or each.account.passwords:
            continue
        if sign_in.before or (sign_in.app_password_url and sign_in.app_password != "no"):  # noqa: S105  a word
            key = provider_prose(each.account.recommendation, lang)
            alike.setdefault((key, sign_in.app_password, sign_in.app_password_url), []).append(
                each.scene.title
            )
    for (prose, app_password, url), titles in alike.items():
        yield Preparation(titles=tuple(titles), prose=prose, app_password=app_password, app_password_url=url)
