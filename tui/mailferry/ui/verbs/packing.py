"""Getting accounts ready for an iPhone: what goes, signed by whom, with which options; and what follows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.verbs.accounts import chosen

if TYPE_CHECKING:
    from mailferry.iphone.signing import SigningIdentity
    from mailferry.ui.board import Board
    from mailferry.ui.parcel import Parcel
    from mailferry.workspace import AccountEntry

Made = TypeVar("Made")


class _AskedError(Exception):
    """A passphrase is needed, and the user has to be asked for it first."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


async def pack_account(board: Board) -> Parcel:
    """The highlighted account. Raises MailferryError for unsaved edits and a broken file."""
    chosen(board)
    entry = board.entry
    assert entry is not None, "chosen() found one"
    return await pack(board, [entry], label_of(entry))


async def pack_person(board: Board, person: str) -> Parcel:
    """All accounts of a person. Raises MailferryError as above."""
    theirs = accounts_of(board, person)
    count = "1 account" if len(theirs) == 1 else f"{len(theirs)} accounts"
    return await pack(board, theirs, f"{person}, {count}", person=person)


def accounts_of(board: Board, person: str) -> list[AccountEntry]:
    """The accounts of a person that can be read."""
    return [each for each in board.desk.entries if each.value is not None and each.value.person == person]


async def pack(board: Board, entries: list[AccountEntry], title: str, *, person: str | None = None) -> Parcel:
    """These accounts, or with `person` all of theirs. Raises MailferryError as above."""
    from mailferry.ui.parcel import Parcel

    if any(board.desk.subject(entry).unsaved for entry in entries):
        raise MailferryError("save first (ctrl+s): what is exported is what is saved")
    if not entries or any(entry.value is None for entry in entries):
        raise MailferryError("the file has errors; mend them first, then export")
    parcel = Parcel(board.desk.workspace, entries, title, person=person)
    if (options := board.desk.options.get(parcel.key)) is not None:
        parcel.use(options)
    else:
        parcel.identity = await usual_identity(board)
    return parcel


async def usual_identity(board: Board) -> SigningIdentity | None:
    """The identity that config.toml names; None without one, or where the user goes on without it."""
    wished = board.desk.workspace.config.signing
    if wished.certificate is None and not wished.command:
        return None
    from mailferry.ui.screens.confirm import ConfirmScreen

    choices = [("t", "try again"), ("u", "go on unsigned"), ("c", "cancel")]
    while True:
        try:
            return await load_identity(board)
        except MailferryError as error:
            question = f"The identity that config.toml names cannot sign: {error}"
        answer = await board.app.push_screen_wait(ConfirmScreen(question, choices, default="t"))
        if answer == "u":
            return None
        if answer != "t":
            raise MailferryError("nothing was exported")


async def load_identity(
    board: Board, certificate: Path | None = None, key: Path | None = None
) -> SigningIdentity:
    """The identity in these files, or that of config.toml; passphrases are asked for.

    Raises MailferryError for one that cannot be used, and where no passphrase is given.
    """
    from mailferry.signing import identity_for

    identity = await with_passphrases(
        board,
        lambda ask: identity_for(board.desk.workspace, certificate=certificate, key=key, passphrase=ask),
    )
    if identity is None:
        raise MailferryError("config.toml names no identity any longer")
    return identity


async def with_passphrases(board: Board, make: Callable[[Callable[[str], Secret]], Made]) -> Made:
    """What `make` makes in a thread, given something that knows passphrases; each is asked for once.

    Raises MailferryError where none is given.
    """
    from mailferry.ui.screens.prompt import PromptScreen

    known: dict[str, Secret] = {}

    def ask(question: str) -> Secret:
        if question not in known:
            raise _AskedError(question)
        return known[question]

    while True:
        try:
            return await asyncio.to_thread(make, ask)
        except _AskedError as asked:
            question = asked.question
        prompt = PromptScreen(question, "Passphrase", password=True, does="use it", help="Kept nowhere.")
        typed = await board.app.push_screen_wait(prompt)
        if typed is None:
            raise MailferryError("without the passphrase it cannot be used")
        known[question] = Secret(typed)


def follow(board: Board, parcel: Parcel) -> None:
    """Show accounts whose files may have been written into as they went; what is open of them follows.

    Their options are proposed again the next time.
    """
    board.desk.options[parcel.key] = parcel.options
    for entry in parcel.entries:
        buffer = board.desk.buffers.get(entry.path)
        if buffer is not None and not buffer.unsaved:
            board.desk.put_away(entry.path)
    board.desk.workspace.forget_cached()
    board.reload(board.entry.id if board.entry is not None else None)
