"""Own provider files: made, edited as text, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.address import parse_address
from mailferry.model.problem import MailferryError
from mailferry.ui.buffer import Buffer
from mailferry.ui.verbs import walking

if TYPE_CHECKING:
    from mailferry.ui.board import Board

_COLUMNS = (22, 14, 16)
"""Cells for name, id and status of a provider; its domains have the rest."""

_ORIGINS = {"own": "own file", "shipped": "shipped file", "merged": "own file over the shipped one"}


def edit_provider(board: Board) -> None:
    """Open the own file of the account's provider, making it where there is none; press again to go back."""
    if board.file is not None and board.file.parent == _folder(board):
        walking.form(board)
        return
    known = board.subject.known if board.subject else None
    if known is None or known.recommendation.provider is None:
        raise MailferryError(
            "this account has no provider yet; “new provider” among the actions (:) makes one"
        )
    open_own(board, known.recommendation.provider)


async def browse(board: Board) -> None:
    """Choose any provider, by a part of its name or domain, and show its file."""
    from mailferry.ui.screens.choose import ChooseScreen
    from mailferry.ui.screens.show import ShowScreen

    catalogue = board.desk.workspace.catalogue
    known = {each: provider for each in catalogue.ids() if (provider := catalogue.get(each)) is not None}
    options = [
        (each, "\t".join((provider.name, each, provider.status, " ".join(provider.domains))), "")
        for each, provider in known.items()
    ]
    chosen = await board.app.push_screen_wait(
        ChooseScreen(f"{len(options)} providers", options, does="read it", columns=_COLUMNS)
    )
    if chosen is None:
        return
    provider = known[chosen]
    status = "" if provider.status == "active" else f"Status: {provider.status}. "
    screen = ShowScreen(
        f"{provider.name}, {_ORIGINS[catalogue.origin(chosen)]}",
        catalogue.text(chosen),
        note=f"{status}{provider.notice or ''}".rstrip(),
        file_name=f"{chosen}.toml",
    )
    board.app.push_screen(screen)


async def new_provider(board: Board) -> None:
    """Ask for a name and begin a provider file; it is there once it is saved."""
    if name := await ask_name(board):
        open_own(board, name)


async def ask_name(board: Board, suggestion: str = "") -> str | None:
    """The id of a provider that is to be made, or None."""
    from mailferry.ui.screens.prompt import PromptScreen

    name = await board.app.push_screen_wait(
        PromptScreen(
            "New provider",
            "Short name",
            suggestion,
            help="It names the file: small letters, digits and hyphens, such as my-isp.",
            does="name it so",
            check=_name_fault,
        )
    )
    return name.strip().lower() if name else None


def refuse_unsaved(board: Board, provider_id: str) -> None:
    """Raise MailferryError where an own file that is about to be written has unsaved edits."""
    buffer = board.desk.buffers.get(_folder(board) / f"{provider_id}.toml")
    if buffer is not None and buffer.unsaved:
        raise MailferryError(f"{buffer.path.name} has unsaved edits; save them first, or discard them (X)")
    if buffer is not None:
        board.desk.put_away(buffer.path)


async def delete_provider(board: Board) -> None:
    """Choose one of the own provider files and delete it."""
    from mailferry.ui.screens.choose import ChooseScreen

    files = sorted(_folder(board).glob("[!.]*.toml"))
    if not files:
        raise MailferryError("there is no own provider file")
    options = [(file.stem, file.stem, _origin_hint(board, file.stem)) for file in files]
    chosen = await board.app.push_screen_wait(
        ChooseScreen("Delete an own provider file", options, does="delete it")
    )
    if chosen is None:
        return
    path = _folder(board) / f"{chosen}.toml"
    board.desk.editor.delete_provider(path)
    board.desk.put_away(path)
    if board.file == path:
        walking.form(board)
    board.desk.forget_states()
    board.reload()
    board.say(f"deleted {path.name}; u brings it back", "warn")


def open_own(board: Board, provider_id: str) -> None:
    """Open the text of an own provider file; one that is not there yet begins with a template."""
    path = _folder(board) / f"{provider_id}.toml"
    existed = path.exists()
    if not existed and path not in board.desk.buffers:
        from mailferry.own_providers import template

        text = template(board.desk.workspace, provider_id, _unknown_domain(board))
        board.desk.put(Buffer(path=path, base=None, text=text))
    walking.open_text(board, path)
    words = "" if existed else ", new: ctrl+s makes it"
    board.say(f"own file of {provider_id}{words}; f2 goes back to the account")


def _unknown_domain(board: Board) -> str | None:
    """The domain of the highlighted account, where no provider is known for it."""
    known = board.subject.known if board.subject else None
    if known is None or known.recommendation.how != "none":
        return None
    return parse_address(known.account.address).domain


def _folder(board: Board) -> Path:
    return board.desk.workspace.home.providers


def _origin_hint(board: Board, provider_id: str) -> str:
    shipped = board.desk.workspace.catalogue.shipped_raw(provider_id) is not None
    return "the shipped one holds again" if shipped else "not shipped with mailferry"


def _name_fault(text: str) -> str | None:
    import re

    if re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", text.strip().lower()):
        return None
    return "small letters, digits and hyphens, such as my-isp"
