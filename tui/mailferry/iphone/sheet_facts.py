"""What the templates of a sheet know about an account. The words are theirs, the facts are decided here."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.language import Language
from mailferry.iphone.passwords import one_password
from mailferry.iphone.payload_kind import PayloadKind
from mailferry.iphone.plain import plain
from mailferry.iphone.preflight import Preflight, authorities, preflight
from mailferry.iphone.profile_words import display_name
from mailferry.iphone.provider_name import provider_name
from mailferry.iphone.provider_prose import provider_prose
from mailferry.iphone.remark_words import date_words, said
from mailferry.iphone.scene import Scene
from mailferry.iphone.sheet_needs import has_private_certificate, needed, needs_app_password
from mailferry.iphone.sheet_values import screens
from mailferry.iphone.signer import Signer
from mailferry.iphone.way import Way
from mailferry.model.address import parse_address
from mailferry.model.settings import ROLES, Settings

_CONTAINED: dict[PayloadKind, str] = {
    "mail": "Mail Account",
    "exchange": "Exchange Account",
    "google": "Google Account",
}
"""What the iPhone says is in a profile, by the kind of its payload."""


class SheetWishes(msgspec.Struct, frozen=True, kw_only=True):
    """For whom and when a sheet is made, and what the profile that it speaks of says besides its accounts.

    `several` tells that it speaks of more than one account, `profile_person` whose profile it is if that
    holds all that is theirs. `now` is in UTC.
    """

    way: Way
    language: Language
    now: datetime.datetime
    person: str | None = None
    organization: str = "mailferry"
    signer: Signer | None = None
    consent: bool = False
    remove_on: datetime.date | None = None
    install_url: str | None = None
    several: bool = False
    profile_person: str | None = None


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One account on its way into a sheet."""

    account: PhoneAccount
    flight: Preflight
    ways: tuple[str, ...]
    scene: Scene


def look_over(account: PhoneAccount, wishes: SheetWishes) -> AccountFacts:
    """Decide which ways can work for an account, and what its screens show."""
    flight = preflight(
        account,
        now=wishes.now,
        signer=wishes.signer,
        consent=wishes.consent,
        remove_on=_removal(account, wishes),
    )
    return AccountFacts(
        account=account, flight=flight, ways=_ways(account, flight), scene=_scene(account, flight, wishes)
    )


def template_facts(facts: AccountFacts, wishes: SheetWishes) -> Mapping[str, Any]:
    """All that the template of one account's part may say."""
    account, scene, ways = facts.account, facts.scene, facts.ways
    settings, recommendation = account.settings, account.recommendation
    sign_in, lang = recommendation.sign_in, wishes.language.code
    removed_on = _removal(account, wishes)
    with_password = ways_with_password(facts)
    return {
        **phone_facts(wishes),
        "address": scene.address,
        "title": scene.title,
        "told_by": _told_by(scene, wishes),
        "provider": scene.provider,
        "provider_name": provider_name(recommendation),
        "prose": provider_prose(recommendation, lang),
        "docs": recommendation.docs,
        "button": scene.button,
        "ways": ways,
        "built_in": bool(ways) and 1 not in with_password,
        "only_built_in": not with_password,
        "later_ways": with_password,
        "button_way": "button" in ways,
        "by_hand_way": "by-hand" in ways,
        "need": needed(account, scene, built_in=bool(ways) and 1 not in with_password),
        "reasons": [said(refusal, lang) for refusal in facts.flight.refusals],
        "shown": {remark.code for remark in scene.shown},
        "web_sign_ins": [scene] if signs_in_by_web(facts) else [],
        "screens": scene.screens,
        "servers_known": any(settings.server(role).host for role in ROLES),
        "pop_addresses": pop_addresses([facts]),
        "authorities": scene.authorities,
        "profile_name": scene.profile_name,
        "password": scene.password_words,
        "password_inside": bool(account.passwords),
        "app_password": sign_in.app_password,
        "app_password_url": sign_in.app_password_url,
        "needs_preparation": bool(sign_in.before or sign_in.app_password_url) or needs_app_password(account),
        "without_tls": any(server.security == "none" for server in (settings.incoming, settings.outgoing)),
        "private_certificate": has_private_certificate(account),
        "removed_on": removed_on,
        "removal_day": date_words(removed_on, lang) if removed_on else "",
    }


def _told_by(scene: Scene, wishes: SheetWishes) -> str:
    """What a heading that names the person names the account by; nothing where it would say a word twice.

    Of several accounts, even one that is called like its person must be told from the others.
    """
    if scene.title.casefold() != plain(wishes.person or "").casefold():
        return scene.title
    return scene.address if wishes.several else ""


def signs_in_by_web(facts: AccountFacts) -> bool:
    """Whether the iPhone asks for a sign-in on a web page once the profile is installed."""
    return any(remark.code == "asks-web-sign-in" for remark in facts.scene.shown)


def pop_addresses(accounts: Sequence[AccountFacts]) -> list[str]:
    """Those whose mail leaves the server as the iPhone is told, which no profile can tell it."""
    return [each.scene.address for each in accounts if each.scene.screens.kind == "POP"]


def ways_with_password(facts: AccountFacts) -> list[int]:
    """The numbers of the ways on which a password is typed for the servers.

    On the others the provider's own sign-in does everything: there is nothing to prepare, and an app-specific
    password is of no use.
    """
    web = ("icloud", "button") if facts.flight.kind == "mail" else ("icloud", "button", "profile")
    return [number for number, name in enumerate(facts.ways, 1) if name not in web]


def ways_once_taken(facts: AccountFacts) -> tuple[str, ...]:
    """The ways in which an account may have come onto the iPhone, also if none works any more."""
    return facts.ways or ("profile", "by-hand")


def phone_facts(wishes: SheetWishes) -> Mapping[str, Any]:
    """What holds for every account of a sheet. `seen` are the labels that the reader has met already."""
    return {
        "lang": wishes.language.code,
        "seen": set(),
        "way": wishes.way,
        "ios": wishes.way.ios,
        "mail_accounts": wishes.way.mail_accounts,
        "profiles": wishes.way.profiles,
        "certificates": wishes.way.certificates,
        "person": plain(wishes.person or ""),
        "signer": wishes.signer.name if wishes.signer else "",
        "install_url": wishes.install_url,
        "several": wishes.several,
    }


def _removal(account: PhoneAccount, wishes: SheetWishes) -> datetime.date | None:
    return wishes.remove_on or (None if wishes.several else account.pinned.remove_on)


def _ways(account: PhoneAccount, flight: Preflight) -> tuple[str, ...]:
    """The ways that can work, the easiest first; each is the name of a template."""
    recommendation = account.recommendation
    ways = []
    if recommendation.status in ("active", "moved"):
        if recommendation.iphone.add_account == "iCloud":
            ways.append("icloud")
        if recommendation.iphone.add_account != "Other":
            ways.append("button")
    if not flight.refusals:
        ways.append("profile")
    if flight.by_hand:
        ways.append("by-hand")
    return tuple(ways)


def _scene(account: PhoneAccount, flight: Preflight, wishes: SheetWishes) -> Scene:
    settings, words = account.settings, wishes.language.messages
    provider = provider_name(account.recommendation) or words["words.unknown-provider"]
    password = words["words.app-password" if needs_app_password(account) else "words.your-password"]
    address = plain(settings.address)
    unreadable = any(refusal.code == "bad-certificate" for refusal in flight.refusals)
    trusted = () if unreadable else authorities(account)
    return Scene(
        title=title_of(settings),
        address=address,
        name=plain(settings.name or ""),
        provider=provider,
        button=account.recommendation.iphone.add_account,
        screens=screens(
            settings,
            password=password,
            words=lambda name: words[f"words.{name}"].replace("{{ provider }}", provider),
            label=lambda english: wishes.language.label(english).text,
        ),
        password_words=password,
        one_password=one_password(account),
        profile_name=display_name([parse_address(settings.address)], wishes.profile_person),
        way=wishes.way,
        language=wishes.language,
        organization=plain(wishes.organization),
        signer=wishes.signer,
        shown=flight.shown,
        contains=(_CONTAINED[flight.kind], *(["Certificate"] if trusted else ())),
        authorities=trusted,
    )


def title_of(settings: Settings) -> str:
    """What the account is called on the iPhone."""
    return plain(settings.label) or plain(settings.address)
