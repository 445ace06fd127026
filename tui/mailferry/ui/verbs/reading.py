"""Reading a configuration profile of any maker, and making accounts of it."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError

if TYPE_CHECKING:
    from mailferry.importing import ImportPlan
    from mailferry.iphone.reading.report import ProfileReport
    from mailferry.ui.board import Board


async def read(board: Board) -> None:
    """Ask for a profile, explain it beside one's own accounts, and import what is in it if wanted."""
    from mailferry.ui.screens.prompt import PromptScreen

    typed = await board.app.push_screen_wait(
        PromptScreen(
            "Read a profile",
            "File",
            help="A .mobileconfig file of any maker, signed or not. Nothing in it is installed or sent.",
            placeholder="such as ~/Downloads/mail.mobileconfig",
            does="read it",
            check=_path_fault,
        )
    )
    if typed is None:
        return
    path = _path(typed)
    board.say(f"reading {path.name} …", "accent")
    report = await asyncio.to_thread(_report, path)
    board.say("")
    if await _wants_import(board, path.name, report):
        await _import(board, path.name, report)


async def _wants_import(board: Board, name: str, report: ProfileReport) -> bool:
    from mailferry.profile_matching import compare_profile, replaced_by
    from mailferry.ui.panes.report_lines import report_lines
    from mailferry.ui.screens.report import ReportScreen

    workspace = board.desk.workspace
    compared, replaced = compare_profile(workspace, report), replaced_by(workspace, report)
    screen = ReportScreen(
        name,
        lambda width: report_lines(report, compared, replaced, width),
        importable=any(each.account is None for each in compared)
        or any(account.address is None for account in report.accounts),
    )
    await board.app.push_screen_wait(screen)
    return screen.wanted


async def _import(board: Board, name: str, report: ProfileReport) -> None:
    """Make accounts of it, after a look at the files that will be made: one step that u takes back."""
    from mailferry.importing import carry_out, keep_passwords, plan_import
    from mailferry.model.difference import unified_diff
    from mailferry.ui.screens.difference import DifferenceScreen

    address = await _address(board, report)
    person = await _person(board, report)
    if person is None:
        return
    keep = await _keeps_passwords(board, report)
    if keep is None:
        return
    desk = board.desk
    plan = plan_import(desk.workspace, report, person=person or None, address=address, keep_passwords=keep)
    if not plan.accounts:
        raise MailferryError("\n".join(f"{each.who}: {each.why}." for each in plan.left))
    made = "\n\n".join(unified_diff("", each.text, f"{each.id}.toml") for each in plan.accounts)
    count = "1 account" if len(plan.accounts) == 1 else f"{len(plan.accounts)} accounts"
    choices = [("i", f"import {count}"), ("n", "change nothing")]
    answer = await board.app.push_screen_wait(
        DifferenceScreen(f"From {name}", "\n\n".join((*_notes(plan), made)), choices)
    )
    if answer != "i":
        return
    carry_out(desk.editor, plan, f"import {name}")
    failed = await asyncio.to_thread(keep_passwords, desk.workspace, plan)
    desk.forget_states()
    board.reload(plan.accounts[0].id)
    board.say(f"imported {count}, saved; u takes it back", "good")
    if failed:
        board.complain(MailferryError("\n".join(failed)), "Passwords were not kept")


def _notes(plan: ImportPlan) -> list[str]:
    """What to know before it is done."""
    notes = [*plan.notes, *(note for each in plan.accounts for note in each.notes)]
    notes += [f"{each.who}: {each.why}." for each in plan.left]
    notes += [f"Its certificate authority goes into {each.path.name}." for each in plan.certificates]
    return ["\n".join(notes)] if notes else []


async def _address(board: Board, report: ProfileReport) -> str | None:
    """The address of an account that has none in the profile."""
    if all(account.address for account in report.accounts):
        return None
    from mailferry.ui.screens.prompt import PromptScreen
    from mailferry.ui.verbs.accounts import address_fault

    return await board.app.push_screen_wait(
        PromptScreen(
            "The profile leaves the address to the iPhone",
            "Mail address",
            help="esc leaves that account out.",
            does="go on",
            check=address_fault,
        )
    )


async def _person(board: Board, report: ProfileReport) -> str | None:
    """Whose accounts they are; empty for nobody's, None to give up. A known address says it already."""
    from mailferry.ui.screens.prompt import PromptScreen

    addresses = {account.address.casefold() for account in report.accounts if account.address}
    known_as = {each.value.address.casefold(): each.value.person for each in board.desk.entries if each.value}
    owners = {known_as.get(address) for address in addresses}
    owner = owners.pop() if len(owners) == 1 else None
    people = sorted({each.value.person for each in board.desk.entries if each.value and each.value.person})
    known = f" Known: {', '.join(people)}." if people else ""
    typed = await board.app.push_screen_wait(
        PromptScreen(
            "Whose accounts are they?", "Person", owner or "", help=f"Empty: nobody's.{known}", does="go on"
        )
    )
    return None if typed is None else typed.strip()


async def _keeps_passwords(board: Board, report: ProfileReport) -> bool | None:
    """Whether passwords that stand in the profile go into the password store; None to give up."""
    if not any(account.password_inside for account in report.accounts):
        return False
    from mailferry.ui.screens.confirm import ConfirmScreen
    from mailferry.ui.verbs.passwords import missing_store

    question = "A password stands in the profile. It never goes into an account file"
    choices = [("l", "leave it; a test asks for it")]
    missing = await missing_store()
    if missing is None:
        question += (
            "; the password store can keep it. The profile itself holds it as well: once it is kept, that"
            " file can be deleted."
        )
        choices.insert(0, ("k", "keep it in the password store"))
    else:
        question += f", and there is nothing here that could keep it: {missing.explanation}"
    answer = await board.app.push_screen_wait(ConfirmScreen(question, choices, default="l"))
    return None if answer is None else answer == "k"


def _report(path: Path) -> ProfileReport:
    from mailferry.iphone.reading.budget import MOST_BYTES
    from mailferry.iphone.reading.profile import read_profile
    from mailferry.iphone.reading.refused import RefusedProfileError
    from mailferry.store.files import read_bytes

    try:
        return read_profile(read_bytes(path, most=MOST_BYTES), now=datetime.datetime.now(datetime.UTC))
    except RefusedProfileError as error:
        raise MailferryError(f"{path.name} cannot be read: {error}") from None


def _path(typed: str) -> Path:
    try:
        return Path(typed.strip()).expanduser().absolute()
    except RuntimeError:
        raise MailferryError(f"there is no such home folder: {typed.strip()}") from None


def _path_fault(typed: str) -> str | None:
    """Why a typed path leads to no file, or None; what is typed can then be mended."""
    if not typed.strip():
        return "a file name is needed"
    try:
        path = _path(typed)
        if "\0" in typed or not path.is_file():
            return f"there is no file {typed.strip()}"
    except (MailferryError, OSError) as error:
        return str(error)
    return None
