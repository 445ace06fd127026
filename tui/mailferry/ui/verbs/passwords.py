"""Passwords: asked for, stored, forgotten. No password is ever kept on the board."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailferry.model.account import Account, Role
from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret, SecretError
from mailferry.model.settings import ROLES
from mailferry.ui.verbs import testing
from mailferry.workspace import secret_role

if TYPE_CHECKING:
    from mailferry.secrets.store_state import StoreState
    from mailferry.ui.board import Board
    from mailferry.ui.screens.prompt import PromptScreen

_PATIENCE = 5.0
"""Seconds that the password store has to say how it is."""

_BLANKS = "This looks like an app password: the blanks between its groups are left out."
_IN_STORE = "Kept in the password store."
_WHOSE: dict[Role, str] = {"incoming": "", "outgoing": " (outgoing server)"}


async def password(board: Board) -> None:
    """Store, replace or forget a password of the highlighted account."""
    account = _account(board)
    roles = list(dict.fromkeys(secret_role(account, role) for role in ROLES))
    options = []
    for role in roles:
        source = account.password_source(role)
        whose = _WHOSE[role]
        if source.source == "command":
            continue
        where = (
            "in the password store"
            if source.source == "keyring"
            else "for this session; it is asked each run"
        )
        options.append((f"set {role}", f"type the password{whose}", where))
        options.append(
            (f"forget {role}", f"forget the password{whose}", "it is removed from where it is kept")
        )
    if not options:
        command = " ".join(account.password_source("incoming").command)
        raise MailferryError(f"the password is what this prints: {command}; change it there")
    from mailferry.ui.screens.choose import ChooseScreen

    chosen = await board.app.push_screen_wait(
        ChooseScreen(f"Password of {account.address}", options, does="do it")
    )
    if chosen is None:
        return
    verb, _, name = chosen.partition(" ")
    role = "outgoing" if name == "outgoing" else "incoming"
    if verb == "set":
        await _type(board, account, role)
    else:
        await _forget(board, account, role)


async def ask(board: Board) -> bool:
    """Ask once for the password of the highlighted account and keep it; False when the user gives up."""
    return await _type(board, _account(board), "incoming")


async def ask_ahead(board: Board, accounts: Sequence[tuple[str, Account]]) -> bool:
    """Ask for what is asked each run, before any test starts; False when the user gives up."""
    for _, account in accounts:
        for role in dict.fromkeys(secret_role(account, role) for role in ROLES):
            source = account.password_source(role)
            if source.source != "ask" or board.desk.workspace.wallet.known(account.address, role, source):
                continue
            if not await _type(board, account, role):
                return False
    return True


async def _type(board: Board, account: Account, role: Role) -> bool:
    from mailferry.model.app_password import without_blanks
    from mailferry.ui.screens.prompt import PromptScreen

    source = account.password_source(role)
    wallet = board.desk.workspace.wallet
    known = board.desk.workspace.recommendation(account)
    if source.source == "command":
        return True
    hint = ""
    if known.sign_in.app_password == "required":  # noqa: S105  a word of the file format
        hint = f" {known.name} wants an app-specific password here, not the account's own."
        if known.sign_in.app_password_url:
            hint += f" Make one at {known.sign_in.app_password_url}"
    hint = f" {_where_to(board, account, role)}{hint}"
    kept = _IN_STORE if source.source == "keyring" else "Kept until mailferry ends."
    prompt = PromptScreen(
        f"Password{_WHOSE[role]}",
        account.address,
        password=True,
        help=kept + hint,
        does="keep it",
        check=lambda text: None if text else "nothing typed",
        remark=_about_blanks,
    )
    # The store may take seconds to answer; what is typed meanwhile has its field already.
    looking = asyncio.create_task(missing_store()) if source.source == "keyring" else None
    if looking is not None:
        looking.add_done_callback(lambda done: _advise(prompt, done, hint))
    typed = await board.app.push_screen_wait(prompt)
    if not typed:
        if looking is not None:
            looking.cancel()
        return False
    secret = Secret(without_blanks(typed) or typed)
    if looking is not None and await looking is not None:
        wallet.remember(account.address, role, secret)
        board.say("the password is kept until mailferry ends", "good")
        return True
    try:
        await asyncio.to_thread(wallet.set, account.address, role, source, secret)
    except SecretError as error:
        return await _keep_for_session(board, account, role, secret, error)
    board.say("the password is stored" if source.source == "keyring" else "kept for this session", "good")
    return True


def _about_blanks(typed: str) -> str | None:
    """What becomes of the blanks that an app password is shown with; those of any other password stay."""
    from mailferry.model.app_password import without_blanks

    return None if without_blanks(typed) is None else _BLANKS


def _where_to(board: Board, account: Account, role: Role) -> str:
    """Which hosts the password is for, and what is doubted of them: the last moment to think of it."""
    workspace = board.desk.workspace
    entry = board.entry
    settings = workspace.settings(entry.id if entry is not None else account.address, account)
    roles: tuple[Role, ...] = tuple(each for each in ROLES if secret_role(account, each) == role)
    hosts = tuple(dict.fromkeys(host for each in roles if (host := settings.server(each).host)))
    if not hosts:
        return "There is no server yet that it could be sent to."
    known = workspace.recommendation(account)
    doubts = [each for each in (*known.warnings, *known.doubts) if any(host in each for host in hosts)]
    return " ".join((f"A test sends it to {' and '.join(hosts)}.", *doubts))


async def missing_store() -> StoreState | None:
    """The state of the password store when it can keep nothing; None when it can, or can ask to be opened."""
    from mailferry.secrets import keyring_backend, keyring_store

    state = await asyncio.to_thread(keyring_store.probe, _PATIENCE)
    can_be_opened = state.kind == "locked" and keyring_backend.can_show_a_prompt()
    return None if state.kind == "ready" or can_be_opened else state


def _advise(prompt: PromptScreen, done: asyncio.Task[StoreState | None], hint: str) -> None:
    state = None if done.cancelled() else done.result()
    if state is not None:
        why = (
            "There is no password store here" if state.kind == "absent" else "The password store is not open"
        )
        prompt.advise(
            f"{why}: it is kept until mailferry ends; a command can keep it (f1 says more).{hint}",
            state.explanation,
        )


async def _keep_for_session(
    board: Board, account: Account, role: Role, secret: Secret, error: SecretError
) -> bool:
    from mailferry.ui.screens.confirm import ConfirmScreen

    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"The password could not be stored: {error}\n\nUse it until mailferry ends, stored nowhere?",
            [("y", "use it for now"), ("n", "no")],
        )
    )
    if answer != "y":
        return False
    board.desk.workspace.wallet.remember(account.address, role, secret)
    board.say("the password is kept until mailferry ends", "good")
    return True


async def _forget(board: Board, account: Account, role: Role) -> None:
    source = account.password_source(role)
    was_there = await asyncio.to_thread(board.desk.workspace.wallet.forget, account.address, role, source)
    board.say(
        "the password is forgotten" if was_there else "there was no password",
        "good" if was_there else "plain",
    )


async def ask_and_test(board: Board) -> None:
    """After a test that found no password: ask for it, and test again."""
    if await ask(board):
        await testing.test(board)


def _account(board: Board) -> Account:
    subject = board.subject
    if subject is None or subject.known is None:
        raise MailferryError("there is no account whose password could be set")
    return subject.known.account
