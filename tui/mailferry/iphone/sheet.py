"""Sheets: set-up instructions for one person's accounts, and what to do when they leave the iPhone again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.blocks import Block, read_blocks
from mailferry.iphone.forms import FORMS, Form
from mailferry.iphone.language import language
from mailferry.iphone.sheet_afterwards import afterwards_facts
from mailferry.iphone.sheet_facts import (
    AccountFacts,
    SheetWishes,
    look_over,
    phone_facts,
    template_facts,
    ways_once_taken,
)
from mailferry.iphone.sheet_several import SharedProfile, shared_facts, shared_profile
from mailferry.iphone.sheet_words import sheet_environment
from mailferry.iphone.signer import Signer
from mailferry.iphone.way import way_through


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
    profile_person: str | None = None,
) -> str:
    """The instructions for all of a person's accounts, one after the other. No password is ever in them.

    Several accounts are taken to be in one profile, those at least that a profile can carry. `signer`,
    `organization` and `consent` tell what that profile will show, `remove_on` when it vanishes if that is not
    the account's own day, `install_url` where this very page offers it, `profile_person` whose profile it is
    if that holds all that is theirs. `now` is in UTC. Raises UnknownPhoneError for a version of iOS or a
    language without instructions, AddressError for an address that is none.
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
        several=len(accounts) > 1,
        profile_person=profile_person,
    )
    looked_over = [look_over(account, wishes) for account in accounts]
    shared = shared_profile(looked_over, wishes)
    scenes = [each.scene for each in looked_over]
    scenes.append(shared.scene if shared is not None else scenes[0])
    return FORMS[form](wishes.language).lay_out(_set_up(looked_over, shared, form, wishes), scenes)


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
        several=len(accounts) > 1,
    )
    looked_over = [look_over(account, wishes) for account in accounts]
    blocks = _leave(looked_over, form, wishes)
    return FORMS[form](wishes.language).lay_out(blocks, [each.scene for each in looked_over])


def _set_up(
    accounts: Sequence[AccountFacts], shared: SharedProfile | None, form: Form, wishes: SheetWishes
) -> Iterator[Block]:
    """One account's instructions, or those for several in the order in which they are to be read.

    The parts that say something of all accounts show the scene behind those of the accounts.
    """
    words = _Words(form, wishes)
    afterwards = afterwards_facts(accounts, wishes, shared)
    if not wishes.several:
        yield from words.part("account.j2", {**template_facts(accounts[0], wishes), **afterwards}, 0)
        return
    of_all = len(accounts)
    yield from words.contents(accounts, heading="sheet.several.title", about="sheet.several.about")
    if shared is not None:
        yield from words.part("shared_profile.j2", shared_facts(shared, wishes), of_all)
    numbered = list(enumerate(accounts))
    for place, each in numbered:
        if "profile" not in each.ways:
            yield from words.part("left_out.j2", template_facts(each, wishes), place)
    # Without its place, as it is of no account.
    yield from words.part("closing_title.j2", phone_facts(wishes), None)
    yield from words.part("closing.j2", afterwards, of_all)
    for place, each in numbered:
        if "profile" in each.ways:
            blocks = words.part("carried.j2", template_facts(each, wishes), place)
            # Few readers need it, and they have the pictures of the parts before.
            yield from (block for block in blocks if block.kind != "picture")


def _leave(accounts: Sequence[AccountFacts], form: Form, wishes: SheetWishes) -> Iterator[Block]:
    words = _Words(form, wishes)
    if wishes.several:
        yield from words.contents(accounts, heading="leaving.title-several", about="sheet.several.accounts")
    for place, each in enumerate(accounts):
        taken = msgspec.structs.replace(each, ways=ways_once_taken(each))
        yield from words.part("leaving.j2", template_facts(taken, wishes), place)


class _Words:
    """The templates in one form and language."""

    def __init__(self, form: Form, wishes: SheetWishes) -> None:
        self._environment = sheet_environment(form, wishes.language.code)
        self._wishes = wishes

    def part(self, template: str, facts: Mapping[str, Any], place: int | None) -> Iterator[Block]:
        return read_blocks(self._environment.get_template(template).render(facts), place)

    def contents(self, accounts: Sequence[AccountFacts], *, heading: str, about: str) -> Iterator[Block]:
        scenes = [each.scene for each in accounts]
        facts = {**phone_facts(self._wishes), "scenes": scenes, "heading": heading, "about": about}
        return self.part("several.j2", facts, None)
