"""A password command that may want to ask for something: the terminal is offered to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from mailferry.model.problem import MailferryError
from mailferry.model.secret import SecretError
from mailferry.model.settings import ROLES
from mailferry.ui.verbs import testing

if TYPE_CHECKING:
    from mailferry.model.account import PasswordSource
    from mailferry.secrets.wallet import Wallet
    from mailferry.ui.board import Board

_WHY = (
    "Perhaps it wanted to ask for something, which it can do in the terminal alone. The screen is then its"
    " own until it ends; ctrl+c stops it. The test follows."
)


async def offer_terminal(board: Board) -> None:
    """After a test whose password command failed: tell what it said, offer it the terminal, test again."""
    from mailferry.ui.external import with_terminal
    from mailferry.ui.screens.confirm import ConfirmScreen

    subject = board.subject
    if subject is None or subject.known is None:
        return
    wallet = board.desk.workspace.wallet
    sources = dict.fromkeys(subject.known.account.password_source(role) for role in ROLES)
    said = {source: words for source in sources if (words := wallet.may_ask(source)) is not None}
    if not said:
        return
    told = "\n".join(words[:1].upper() + words[1:] for words in said.values())
    answer = await board.app.push_screen_wait(
        ConfirmScreen(f"{told}\n\n{_WHY}", [("y", "run it in the terminal"), ("n", "leave it")], default="n")
    )
    if answer != "y":
        return
    try:
        with_terminal(board.app, lambda: _run(wallet, subject.id, *said))
    except SuspendNotSupported:
        raise MailferryError("this terminal cannot be lent to another program") from None
    except SecretError as error:
        if error.cause != "cancelled":
            raise
        board.say("the password command was stopped; not tested", "warn")
        return
    await testing.test(board)


def _run(wallet: Wallet, account_id: str, *sources: PasswordSource) -> None:
    for source in sources:
        print(f"The password command of {account_id}; ctrl+c goes back.", flush=True)
        wallet.get_in_terminal(source)
