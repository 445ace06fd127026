"""Handing over a profile and its instructions without a link: by mail, as a folder for a web server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.verbs import packing
from mailferry.ui.verbs.accounts import address_fault

if TYPE_CHECKING:
    from mailferry.consignment import Consignment
    from mailferry.model.check import ServerCheck
    from mailferry.ui.board import Board
    from mailferry.ui.parcel import Parcel
    from mailferry.workspace import AccountEntry


_CANNOT_SEND = ("unreadable", "blocked", "fails")

Agreed = Callable[[], Awaitable[bool]]
"""Asks, where there is a doubt, whether it is to go all the same."""


async def mail(board: Board, parcel: Parcel, consignment: Consignment, agreed: Agreed) -> None:
    """Ask which account sends it and to whom, and send it."""
    from mailferry.ui.screens.prompt import PromptScreen

    sender = await _sender(board)
    if sender is None or sender.value is None:
        return
    to = await board.app.push_screen_wait(
        PromptScreen(
            f"From {sender.value.address}",
            "To",
            help="Profile and instructions go as attachments, without a password. The iPhone has to get mail"
            " at this address already.",
            does="send it",
            check=address_fault,
        )
    )
    if to is None or not await _reachable(board, to) or not await agreed():
        return
    board.say(f"sending it to {to} …", "accent")
    sent = await asyncio.to_thread(_send, consignment, sender, to)
    if sent.ok:
        from mailferry.handing_over import hand_over

        handed = hand_over(parcel.workspace, consignment.notes, "mail", to=to)
        packing.follow(board, parcel)
        board.say(f"sent to {to}", "good")
        _tell_unnoted(board, handed.warnings)
        return
    said = f"\n\nThe server said: {sent.server_said}" if sent.server_said else ""
    why = sent.advice or sent.cause or "the server refused it"
    board.complain(MailferryError(f"Not sent: {why}{said}"), "Not sent")


async def _sender(board: Board) -> AccountEntry | None:
    from mailferry.ui.screens.choose import ChooseScreen

    able = [each for each in board.desk.entries if each.value is not None]
    able.sort(key=lambda each: (board.desk.state(each) in _CANNOT_SEND, board.desk.state(each) == "untested"))
    options = [
        (each.id, label_of(each), f"{board.desk.state(each)} · {each.value.address}")
        for each in able
        if each.value is not None
    ]
    picked = await board.app.push_screen_wait(ChooseScreen("Send it from", options, does="send from it"))
    entry = board.desk.entry(picked) if picked is not None else None
    if entry is None or entry.value is None:
        return None
    from mailferry.ui.verbs import passwords

    return entry if await passwords.ask_ahead(board, [(entry.id, entry.value)]) else None


async def _reachable(board: Board, to: str) -> bool:
    """Whether to send to an address, asked where its domain has no dot: hardly anybody has one of those."""
    if "." in to.rpartition("@")[2]:
        return True
    from mailferry.ui.screens.confirm import ConfirmScreen

    question = f"{to} has no dot after the @. Hardly any address is like that."
    choices = [("c", "do not send it"), ("s", "send it there all the same")]
    return await board.app.push_screen_wait(ConfirmScreen(question, choices, default="c")) == "s"


def _send(consignment: Consignment, sender: AccountEntry, to: str) -> ServerCheck:
    from mailferry.mailing import mail_export

    return mail_export(
        consignment.workspace,
        sender,
        to,
        consignment.attachments(),
        title=consignment.title,
        lang=consignment.language or "en",
    )


async def folder(board: Board, parcel: Parcel, consignment: Consignment, agreed: Agreed) -> None:
    """Ask where to, and write it."""
    from mailferry.hosting import write_folder
    from mailferry.ui.screens.prompt import PromptScreen

    typed = await board.app.push_screen_wait(
        PromptScreen(
            "A folder for a web server",
            "Folder",
            str(parcel.stem),
            help="Page, profile and a README go into it; it must be empty or new. Whoever finds its address"
            " can read it: no password is in it.",
            does="write it",
            check=lambda text: None if text.strip() else "a folder is needed",
        )
    )
    if typed is None:
        return
    url = await board.app.push_screen_wait(
        PromptScreen(
            "Where it will be",
            "Address",
            help="Such as https://example.org/mum/: its QR code is then in the folder. Empty: not known yet.",
            does="write the folder",
        )
    )
    if url is None or not await agreed():
        return
    try:
        there = Path(typed.strip()).expanduser().absolute()
    except RuntimeError:
        raise MailferryError(f"there is no such home folder: {typed.strip()}") from None
    written = await asyncio.to_thread(write_folder, consignment, there, url=url.strip() or None)
    packing.follow(board, parcel)
    board.say(f"written: {len(written.files)} files into {there}", "good")
    _tell_unnoted(board, written.warnings)


def _tell_unnoted(board: Board, warnings: tuple[str, ...]) -> None:
    if warnings:
        board.complain(MailferryError("\n".join(warnings)), "Done, and not noted")
