"""Writing an iPhone profile or set-up instructions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mailferry.model.problem import MailferryError
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.verbs.accounts import chosen

if TYPE_CHECKING:
    from mailferry.ui.board import Board
    from mailferry.ui.screens.export import Offer
    from mailferry.workspace import AccountEntry


async def export(board: Board) -> None:
    """Ask what to write of the account and where, and write it."""
    chosen(board)
    entry = board.entry
    assert entry is not None, "chosen() found one"
    await _export(board, [entry], label_of(entry), None)


async def export_person(board: Board) -> None:
    """The same for all accounts of the person whose account is highlighted: one profile, one sheet."""
    chosen(board)
    entry = board.entry
    assert entry is not None, "chosen() found one"
    person = entry.value.person if entry.value is not None else None
    if person is None:
        raise MailferryError("this account has no person; e exports it alone")
    theirs = [each for each in board.desk.entries if each.value is not None and each.value.person == person]
    await _export(board, theirs, f"{person}, {len(theirs)} account{'s' if len(theirs) > 1 else ''}", person)


async def _export(board: Board, entries: list[AccountEntry], title: str, person: str | None) -> None:
    from mailferry.exporting import export_profile, export_sheet, save_export
    from mailferry.model.config import Person
    from mailferry.ui.screens.export import ExportScreen
    from mailferry.ui.screens.phone_picks import NEWEST

    if any(board.desk.subject(entry).unsaved for entry in entries):
        raise MailferryError("save first (ctrl+s): what is exported is what is saved")
    if any(entry.value is None for entry in entries):
        raise MailferryError("the file has errors; mend them first, then export")
    workspace = board.desk.workspace
    owner = entries[0].value.person if entries[0].value is not None else None
    phone = workspace.people.get(owner or "", Person())
    screen = ExportScreen(
        title, _offers(board, entries, person), ios=phone.ios or NEWEST, lang=phone.language or "en"
    )
    choice = await board.app.push_screen_wait(screen)
    if choice is None:
        return
    if choice.kind == "profile":
        made = export_profile(workspace, entries, person=person)
    else:
        form: Literal["text", "markdown"] = "text" if choice.kind == "text" else "markdown"
        made = export_sheet(workspace, entries, form, person=person, ios=choice.ios, lang=choice.lang)
    board.say(f"written: {_short(save_export(made, choice.path))}", "good")


def _offers(board: Board, entries: list[AccountEntry], person: str | None) -> list[Offer]:
    from mailferry.exporting import NotExportableError, export_profile, file_stem
    from mailferry.proofs import untested
    from mailferry.ui.forecast import Forecast
    from mailferry.ui.screens.export import Offer

    path = Path.cwd() / file_stem(entries, person)
    named = f"{label_of(entries[0])}: " if len(entries) == 1 else ""  # the dialog's title says it once
    unproven = tuple(
        words if len(entries) == 1 else f"{label_of(entry)}: {words}"
        for entry in entries
        if (words := untested(board.desk.workspace, entry)) is not None
    )
    try:
        made = export_profile(board.desk.workspace, entries, person=person)
    except NotExportableError as error:
        refusals = tuple(line.removeprefix(named) for line in str(error).splitlines())
        forecast = Forecast(refusals=refusals)
    else:
        warnings = tuple(warning.removeprefix(named) for warning in made.warnings)
        forecast = Forecast(
            unproven=unproven, warnings=tuple(each for each in warnings if each not in unproven)
        )
    sheet = Forecast(unproven=unproven)
    return [
        Offer("profile", path.with_name(f"{path.name}.mobileconfig"), forecast),
        Offer("text", path.with_name(f"{path.name}.txt"), sheet),
        Offer("markdown", path.with_name(f"{path.name}.md"), sheet),
    ]


def _short(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except ValueError:
        return str(path)
