"""Showing things by themselves: actions, help, whole texts, what is known about a provider; copying."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailferry.ui.panes.form_rows import setting_words, words_for
from mailferry.ui.spans import text_of

if TYPE_CHECKING:
    from mailferry.ui.board import Board

_INTROS = {
    "accounts": (
        "The accounts, grouped by person. Each has a sign and a word that says how it is doing; the"
        " highlighted one is shown in all other panes."
    ),
    "settings": (
        "The effective settings of the account. What it states itself stands in full; what is dimmed is"
        " inherited, from where the word at its right says. An emptied field follows the recommendation"
        " again. Edits wait for ctrl+s."
    ),
    "source": (
        "The file itself. The form follows while you type; errors are named with their lines. Edits wait"
        " for ctrl+s; esc or f2 goes back to the form."
    ),
    "recommended": (
        "What differs from what the provider recommends, the worst first, and why. What you accept is"
        " saved at once; u takes it back."
    ),
    "test": (
        "The last test of the account as it is now, stage by stage: what failed, what to do, what would work"
        " instead, what has changed since all was well, and what the server itself said. The rest is behind I"
        " (details) and x (what was said)."
    ),
}


def help_for_pane(board: Board) -> None:
    """The keys of the focused pane, then all others."""
    from mailferry.ui.palette import current
    from mailferry.ui.screens.help import HelpScreen

    board.app.push_screen(HelpScreen(board.pane, current(board), _INTROS[board.pane]))


async def palette(board: Board) -> None:
    """Every action by name."""
    from mailferry.ui.palette import options
    from mailferry.ui.screens.choose import ChooseScreen

    chosen = await board.app.push_screen_wait(ChooseScreen("Actions", options(board), does="do it"))
    if chosen is not None:
        board.action_do(chosen)


async def choose_theme(board: Board) -> None:
    """Choose the colours, for now and for later."""
    from mailferry.ui.screens.choose import ChooseScreen

    names = board.ferry.theme_names
    options = [(name, name, "now" if name == board.app.theme else "") for name in names]
    chosen = await board.app.push_screen_wait(ChooseScreen("Colours", options, does="take it"))
    if chosen is not None:
        board.app.theme = chosen
        board.desk.editor.set_theme(chosen)
        board.say(f"{chosen} from now on; it is noted in config.toml")


async def doctor(board: Board) -> None:
    """Look at the surroundings: password stores, DNS, clock, terminal, file modes."""
    from mailferry.doctor import as_text, examine
    from mailferry.ui.screens.show import ShowScreen

    board.say("looking at the password store, DNS, clock, terminal and files …", "accent")
    found = await asyncio.to_thread(examine, board.desk.workspace)
    board.say("")
    board.app.push_screen(ShowScreen("Surroundings", as_text(found)))


async def lint(board: Board) -> None:
    """Look through all files, own and shipped, for what is wrong in them."""
    from mailferry.linting import lint as lint_files
    from mailferry.ui.screens.show import ShowScreen

    board.say("looking through all files …", "accent")
    count, problems = await asyncio.to_thread(lint_files, board.desk.workspace)
    board.say("")
    if not problems:
        board.say(f"{count} files, nothing wrong", "good")
        return
    words = "\n".join(map(str, problems))
    board.app.push_screen(ShowScreen(f"{count} files", words, file_name="lint.txt"))


def about(board: Board) -> None:
    """All that is known about the provider of the highlighted account."""
    from mailferry.ui.panes.comparison_lines import about_page
    from mailferry.ui.screens.show import ShowScreen

    known = board.subject.known if board.subject else None
    if known is None:
        board.say("the file cannot be read, so nothing is known")
        return
    evidence = board.desk.evidence(known)
    text = "\n".join(text_of(line).rstrip() for line in about_page(evidence, 76))
    screen = ShowScreen("What is known", text, writer=lambda width: about_page(evidence, width))
    board.app.push_screen(screen)


def whole(board: Board) -> None:
    """The whole text of the focused pane."""
    from mailferry.ui.lines import Lines
    from mailferry.ui.screens.show import ShowScreen

    if isinstance(board.focused, Lines):
        page = board.focused.build(76)
        title = str(board.focused.pane).capitalize()
        board.app.push_screen(ShowScreen(title, "\n".join(text_of(line).rstrip() for line in page.lines)))


def copy(board: Board) -> None:
    """Copy the highlighted value to the terminal's clipboard; it is shown as well, to be selected by hand."""
    from mailferry.ui.clipboard import copy_text

    value = _highlighted(board)
    if not value:
        board.say("nothing to copy here")
        return
    copy_text(board.app, value)
    board.say(f"copied, if the terminal allows it: {value}")


def _highlighted(board: Board) -> str:
    subject = board.subject
    if board.pane == "settings" and board.form.row is not None:
        return board.form.row.raw or board.form.row.value
    if board.pane == "recommended" and (finding := board.comparison.finding) is not None:
        recommended = words_for(finding.path, finding.recommended)
        return recommended or setting_words(finding.path)
    if board.pane == "test":
        return "\n".join(text_of(line).rstrip() for line in board.ladder.build(76).lines)
    return subject.known.account.address if subject is not None and subject.known is not None else ""
