"""Writing an iPhone profile or set-up instructions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.verbs.accounts import chosen

if TYPE_CHECKING:
    from mailferry.exporting import Export
    from mailferry.ui.board import Board
    from mailferry.ui.screens.export import ExportChoice, Offer
    from mailferry.workspace import AccountEntry


async def export(board: Board) -> None:
    """Ask what to write and where, and write it."""
    from mailferry.store.files import write_atomically
    from mailferry.ui.screens.export import ExportScreen

    chosen(board)
    entry = board.entry
    assert entry is not None, "chosen() found one"
    subject = board.desk.subject(entry)
    if subject.unsaved:
        raise MailferryError("save first (ctrl+s): what is exported is what is saved")
    if entry.value is None:
        raise MailferryError("the file has errors; mend them first, then export")
    phone = board.desk.workspace.people.get(entry.value.person or "")
    ios = {"ios": phone.ios} if phone is not None and phone.ios is not None else {}
    choice = await board.app.push_screen_wait(ExportScreen(label_of(entry), _offers(board, entry), **ios))
    if choice is None:
        return
    made = _make(board, entry, choice)
    write_atomically(choice.path, made.content)
    board.say(f"written: {_short(choice.path)}", "good")


def _offers(board: Board, entry: AccountEntry) -> list[Offer]:
    from mailferry.exporting import NotExportableError, export_profile
    from mailferry.ui.screens.export import Offer

    folder = Path.cwd()
    try:
        made = export_profile(board.desk.workspace, [entry])
    except NotExportableError as error:
        profile = Offer(
            "profile", folder / f"{entry.id}.mobileconfig", refusals=tuple(str(error).splitlines())
        )
    else:
        named = f"{label_of(entry)}: "  # the dialog's title says it once
        warnings = tuple(warning.removeprefix(named) for warning in made.warnings)
        profile = Offer("profile", folder / made.file_name, warnings=warnings)
    unproven = () if _proven(board, entry) else ("Not tested as it is now, or the last test failed.",)
    return [
        profile,
        Offer("text", folder / f"{entry.id}.txt", warnings=unproven),
        Offer("markdown", folder / f"{entry.id}.md", warnings=unproven),
    ]


def _proven(board: Board, entry: AccountEntry) -> bool:
    tested = board.desk.workspace.last_check(entry.id, entry.value) if entry.value else None
    return tested is not None and tested.check.ok


def _make(board: Board, entry: AccountEntry, choice: ExportChoice) -> Export:
    from mailferry.exporting import export_profile, export_sheet

    if choice.kind == "profile":
        return export_profile(board.desk.workspace, [entry])
    return export_sheet(board.desk.workspace, [entry], choice.kind, ios=choice.ios)


def _short(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
