"""What is known of people and their iPhones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError

if TYPE_CHECKING:
    from mailferry.ui.board import Board


async def person(board: Board) -> None:
    """Change what is known of the iPhone of the person whose account is highlighted."""
    account = board.entry.value if board.entry is not None else None
    if account is None or account.person is None:
        raise MailferryError("this account has no person; write one into its settings first (2)")
    await change(board, account.person)


async def change(board: Board, name: str) -> bool:
    """Ask what is known of a person's iPhone, and note it; False where nothing was changed."""
    from mailferry.model.config import Person
    from mailferry.ui.screens.person import PersonScreen

    known = board.desk.workspace.people.get(name, Person())
    answer = await board.app.push_screen_wait(PersonScreen(name, known))
    if answer is None or not board.desk.editor.set_person(name, answer):
        return False
    board.desk.forget_states()
    board.reload()
    board.say(f"noted in people.toml: the iPhone of {name}; u takes it back", "good")
    return True
