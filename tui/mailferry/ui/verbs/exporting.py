"""Writing an iPhone profile or set-up instructions."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.verbs import delivering, packing
from mailferry.ui.verbs.accounts import chosen

if TYPE_CHECKING:
    from mailferry.exporting import Export
    from mailferry.ui.board import Board
    from mailferry.ui.parcel import Parcel
    from mailferry.ui.screens.export import ExportChoice, Offer


async def export(board: Board) -> None:
    """Ask what to write of the account and where, and write it."""
    await write(board, await packing.pack_account(board))


async def export_person(board: Board) -> None:
    """The same for all accounts of the person whose account is highlighted: one profile, one sheet."""
    chosen(board)
    person = board.entry.value.person if board.entry is not None and board.entry.value is not None else None
    if person is None:
        raise MailferryError("this account has no person; e exports it alone")
    await write(board, await packing.pack_person(board, person))


async def write(board: Board, parcel: Parcel) -> None:
    """Ask which file of a parcel to write, write it, and note that it was handed over."""
    from mailferry.handing_over import hand_over
    from mailferry.model.config import Person
    from mailferry.saving import save_export
    from mailferry.ui.screens.export import ExportScreen, Options
    from mailferry.ui.screens.phone_picks import NEWEST
    from mailferry.ui.verbs import profile_options

    phone = parcel.workspace.people.get(parcel.owner or "", Person())

    async def change() -> tuple[str, Offer]:
        await profile_options.change(board, parcel)
        return parcel.summary, await asyncio.to_thread(_profile_offer, parcel)

    screen = ExportScreen(
        parcel.title,
        await asyncio.to_thread(_offers, parcel),
        ios=phone.ios or NEWEST,
        lang=phone.language or "en",
        options=Options(parcel.summary, change),
    )
    choice = await board.app.push_screen_wait(screen)
    if screen.delivers:
        await delivering.bring(board, parcel)
    if choice is None:
        return
    made = await asyncio.to_thread(_made, parcel, choice)
    path = save_export(made, choice.path)
    handed = hand_over(parcel.workspace, made, "file", to=str(path))
    packing.follow(board, parcel)
    board.say(f"written: {_short(path)}", "good")
    if handed.warnings:
        board.complain(MailferryError("\n".join(handed.warnings)), "Written, and not noted")


def _made(parcel: Parcel, choice: ExportChoice) -> Export:
    if choice.kind == "profile":
        return parcel.profile()
    leaving = choice.kind == "leaving"
    form = "html" if choice.kind == "leaving" else choice.kind
    return parcel.sheet(form, ios=choice.ios, lang=choice.lang, leaving=leaving)


def _offers(parcel: Parcel) -> list[Offer]:
    from mailferry.ui.forecast import Forecast
    from mailferry.ui.screens.export import Offer

    stem, sheet = parcel.stem, parcel.sheet_forecast()
    return [
        _profile_offer(parcel),
        Offer("html", stem.with_name(f"{stem.name}.html"), sheet),
        Offer("text", stem.with_name(f"{stem.name}.txt"), sheet),
        Offer("markdown", stem.with_name(f"{stem.name}.md"), sheet),
        Offer("leaving", stem.with_name(f"{stem.name}-leaving.html"), Forecast()),
    ]


def _profile_offer(parcel: Parcel) -> Offer:
    from mailferry.ui.screens.export import Offer

    path = parcel.stem
    return Offer("profile", path.with_name(f"{path.name}.mobileconfig"), parcel.profile_forecast())


def _short(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
