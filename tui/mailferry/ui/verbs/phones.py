"""What each iPhone has been given, and giving it again."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.verbs import delivering, exporting, packing, people

if TYPE_CHECKING:
    from mailferry.phones import Phone, PhoneProfile
    from mailferry.ui.board import Board
    from mailferry.ui.parcel import Parcel


async def phones(board: Board) -> None:
    """Show all iPhones, and do for the highlighted one what is wished, until esc."""
    from mailferry.phones import phones as known_phones
    from mailferry.ui.screens.phones import PhonesScreen

    entry = board.entry
    at = entry.value.person or "" if entry is not None and entry.value is not None else ""
    while True:
        known = await asyncio.to_thread(known_phones, board.desk.workspace)
        choice = await board.app.push_screen_wait(PhonesScreen(known, at=at))
        if choice is None:
            return
        at = choice.phone.name
        if choice.doing == "person":
            await _change_person(board, choice.phone)
        elif choice.doing == "forget":
            await _forget(board, choice.phone)
        elif choice.doing == "export":
            await exporting.write(board, await _parcel(board, choice.phone))
        else:
            await delivering.bring(board, await _parcel(board, choice.phone))


async def _parcel(board: Board, phone: Phone) -> Parcel:
    """What the iPhone needs: the first profile that is to be replaced as it is now, else all there is."""
    stale = next((each for each in phone.profiles if each.reasons), None)
    if stale is not None and stale.given.profile.person is None:
        return await _again(board, stale)
    if phone.person is not None:
        return await packing.pack_person(board, phone.person)
    if phone.profiles:
        return await _again(board, phone.profiles[0])
    entries = [
        each
        for each in board.desk.entries
        if each.value is not None and (each.value.label or each.value.address) == phone.account
    ]
    return await packing.pack(board, entries, phone.name)


async def _again(board: Board, profile: PhoneProfile) -> Parcel:
    """The accounts of a profile that was given, as they are now."""
    ids = [account.id for account in profile.given.profile.accounts]
    entries = [entry for each in ids if (entry := board.desk.entry(each)) is not None]
    if not entries:
        raise MailferryError(f"the accounts of {profile.given.profile.name} are not there any longer")
    return await packing.pack(board, entries, profile.given.profile.name)


async def _change_person(board: Board, phone: Phone) -> None:
    if phone.person is None:
        raise MailferryError(f"{phone.name} is an account without a person; its settings (2) can name one")
    await people.change(board, phone.person)


async def _forget(board: Board, phone: Phone) -> None:
    """Note that a profile is no longer on an iPhone, so that nobody is told of it again."""
    from mailferry.phones import forget_profile
    from mailferry.ui.screens.choose import ChooseScreen
    from mailferry.ui.screens.confirm import ConfirmScreen

    given = {each.given.profile.identifier: each.given for each in phone.profiles}
    if not given:
        raise MailferryError(f"nothing has been given to {phone.name} from here")
    picked: str | None = next(iter(given))
    if len(given) > 1:
        options = [
            (identifier, each.profile.name, f"version {each.version}") for identifier, each in given.items()
        ]
        picked = await board.app.push_screen_wait(
            ChooseScreen("Forget which profile", options, does="forget it")
        )
    if picked is None:
        return
    name = given[picked].profile.name
    question = (
        f"Forget that {name} was given to {phone.name}? It stays on the iPhone, if it is there, and the"
        " account files stay as they are; only this list knows it no longer."
    )
    choices = [("f", "forget it"), ("k", "keep it in the list")]
    if await board.app.push_screen_wait(ConfirmScreen(question, choices, default="k")) == "f":
        forget_profile(board.desk.workspace, picked)
