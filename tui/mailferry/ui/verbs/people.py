"""What is known of people and their iPhones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.verbs.accounts import chosen

if TYPE_CHECKING:
    from mailferry.ui.board import Board


async def person(board: Board) -> None:
    """Change what is known of the iPhone of the person whose account is highlighted."""
    chosen(board)
    account = board.entry.value if board.entry is not None else None
    if account is None:
        raise MailferryError("the file has errors; mend them first")
    name = account.person or await _name(board)
    if name is not None:
        await change(board, name)


async def _name(board: Board) -> str | None:
    """Ask whose the highlighted account is, and save that; None to give up."""
    from mailferry.ui.screens.prompt import PromptScreen

    assert board.entry is not None, "the caller has looked"
    buffer = board.desk.buffer(board.entry.path)
    if buffer.unsaved:
        raise MailferryError("save first (ctrl+s): then its person can be written into the file")
    people = sorted({each.value.person for each in board.desk.entries if each.value and each.value.person})
    typed = await board.app.push_screen_wait(
        PromptScreen(
            f"Whose is {label_of(board.entry)}?",
            "Person",
            help=f"It is written into the account's file. Known: {', '.join(people)}." if people else "",
            check=lambda text: None if text.strip() else "a name is needed",
        )
    )
    if typed is None:
        return None
    name = typed.strip()
    board.desk.editor.save(buffer.path, buffer.base, buffer.with_value("person", name).text)
    board.desk.put_away(buffer.path)
    board.reload(board.entry.id)
    return name


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
