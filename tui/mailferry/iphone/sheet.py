"""Sheets: set-up instructions for one person's accounts, and what to do when they leave the iPhone again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.blocks import Block, read_blocks
from mailferry.iphone.forms import FORMS, Form
from mailferry.iphone.language import language
from mailferry.iphone.passwords import passwords_asked
from mailferry.iphone.profile_words import display_name
from mailferry.iphone.sheet_facts import (
    AccountFacts,
    SheetWishes,
    look_over,
    phone_facts,
    pop_addresses,
    signs_in_by_web,
    template_facts,
    ways_once_taken,
)
from mailferry.iphone.sheet_words import sheet_environment
from mailferry.iphone.signer import Signer
from mailferry.iphone.way import way_through
from mailferry.model.address import parse_address


def sheets(
    accounts: Sequence[PhoneAccount],
    *,
    form: Form,
    now: datetime.datetime,
    ios: int = 26,
    lang: str = "en",
    person: str | None = None,
    signer: Signer | None = None,
    organization: str = "mailferry",
    consent: bool = False,
    remove_on: datetime.date | None = None,
    install_url: str | None = None,
) -> str:
    """The instructions for all of a person's accounts, one after the other. No password is ever in them.

    Several accounts are taken to be in one profile, those at least that a profile can carry. `signer`,
    `organization` and `consent` tell what that profile will show, `remove_on` when it vanishes if that is not
    the account's own day, `install_url` where this very page offers it. `now` is in UTC. Raises
    UnknownPhoneError for a version of iOS or a language without instructions, AddressError for an address
    that is none.
    """
    wishes = SheetWishes(
        way=way_through(ios, lang),
        language=language(lang),
        now=now,
        person=person,
        signer=signer,
        organization=organization,
        consent=consent,
        remove_on=remove_on,
        install_url=install_url,
        shared_profile=_shared_name(accounts, person),
    )
    looked_over = [look_over(account, wishes) for account in accounts]
    blocks = _set_up(looked_over, form, wishes)
    return FORMS[form](wishes.language).lay_out(blocks, [each.scene for each in looked_over])


def leaving(
    accounts: Sequence[PhoneAccount],
    *,
    form: Form,
    now: datetime.datetime,
    ios: int = 26,
    lang: str = "en",
    person: str | None = None,
) -> str:
    """What to remove, to revoke and to think of when accounts leave an iPhone. Raises UnknownPhoneError."""
    wishes = SheetWishes(
        way=way_through(ios, lang),
        language=language(lang),
        now=now,
        person=person,
        shared_profile=_shared_name(accounts, person),
    )
    looked_over = [look_over(account, wishes) for account in accounts]
    blocks = _leave(looked_over, form, wishes)
    return FORMS[form](wishes.language).lay_out(blocks, [each.scene for each in looked_over])


def _shared_name(accounts: Sequence[PhoneAccount], person: str | None) -> str | None:
    """The name of the one profile for several accounts; None for a single one."""
    if len(accounts) == 1:
        return None
    return display_name([parse_address(account.settings.address) for account in accounts], person)


def _set_up(accounts: Sequence[AccountFacts], form: Form, wishes: SheetWishes) -> Iterator[Block]:
    if wishes.shared_profile:
        yield from _contents(accounts, form, wishes, title="sheet.several.title")
        yield from _shared_profile(accounts, form, wishes)
    template = sheet_environment(form, wishes.language.code).get_template("account.j2")
    for place, each in enumerate(accounts):
        yield from read_blocks(template.render(template_facts(each, wishes)), place)


def _leave(accounts: Sequence[AccountFacts], form: Form, wishes: SheetWishes) -> Iterator[Block]:
    if wishes.shared_profile:
        yield from _contents(accounts, form, wishes, title="leaving.title-several")
    template = sheet_environment(form, wishes.language.code).get_template("leaving.j2")
    for place, each in enumerate(accounts):
        taken = msgspec.structs.replace(each, ways=ways_once_taken(each))
        yield from read_blocks(template.render(template_facts(taken, wishes)), place)


def _contents(
    accounts: Sequence[AccountFacts], form: Form, wishes: SheetWishes, *, title: str
) -> Iterator[Block]:
    template = sheet_environment(form, wishes.language.code).get_template("several.j2")
    scenes = [each.scene for each in accounts]
    yield from read_blocks(template.render(phone_facts(wishes), scenes=scenes, heading=title))


def _shared_profile(accounts: Sequence[AccountFacts], form: Form, wishes: SheetWishes) -> Iterator[Block]:
    """The one profile for all accounts that it can carry; its pictures show the first of them."""
    places = [place for place, each in enumerate(accounts) if "profile" in each.ways]
    if not places:
        return
    template = sheet_environment(form, wishes.language.code).get_template("shared_profile.j2")
    carried = [accounts[place] for place in places]
    scene = carried[0].scene
    facts = {
        **template_facts(carried[0], wishes),
        "shown": {remark.code for each in carried for remark in each.scene.shown},
        "web_sign_ins": [each.scene for each in carried if signs_in_by_web(each)],
        "password_inside": any(each.account.passwords for each in carried),
        "pop_addresses": pop_addresses(carried),
        "authorities": scene.authorities,
        "carried": [each.scene.title for each in carried],
        "asked": [each.scene for each in carried if passwords_asked(each.account)],
        "left_out": [each.scene.title for each in accounts if "profile" not in each.ways],
        "total": len(accounts),
    }
    yield from read_blocks(template.render(facts), places[0])
