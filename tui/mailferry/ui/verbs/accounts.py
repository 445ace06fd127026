"""Adding, copying, deleting and finding accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.address import AddressError, parse_address, pasted_address
from mailferry.model.problem import MailferryError
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.verbs import fields, looking_up, passwords, testing

if TYPE_CHECKING:
    from mailferry.model.provider import Status
    from mailferry.ui.board import Board

_UNKNOWN = "no provider known; L looks the servers up online, or type them"
_CLOSED: dict[Status, str] = {
    "no-mail-programs": "it lets no mail program in.",
    "retired": "it is closed and has no mail any more.",
}


def filter_list(board: Board) -> None:
    """Type what the accounts shown must hold."""
    board.focus_pane("accounts")
    fields.open_filter(board)


async def new(board: Board) -> None:
    """Ask for an address and make an account of it."""
    from mailferry.ui.screens.prompt import PromptScreen

    address = await board.app.push_screen_wait(
        PromptScreen(
            "New account",
            "Mail address",
            help="The provider is found from the address; nobody is asked before you say so.",
            does="add it",
            check=address_fault,
        )
    )
    if address and (meant := await _meant(board, address)):
        await add(board, meant)


async def first(board: Board) -> None:
    """The first start: one address, and then the whole job once."""
    from mailferry.ui.screens.welcome import WelcomeScreen

    address = await board.app.push_screen_wait(WelcomeScreen())
    meant = await _meant(board, address) if address else None
    if not meant:
        return
    await add(board, meant)
    if board.subject is not None and board.subject.known is not None:
        if board.subject.known.recommendation.how == "none":
            board.focus_pane("settings")
        elif await passwords.ask(board):
            await testing.test(board)


async def add(board: Board, address: str) -> None:
    """Make an account and highlight it; a look-up is offered where nobody lists its domain."""
    workspace, editor = board.desk.workspace, board.desk.editor
    address = pasted_address(address)
    editor.check_new(address)
    if not await _worth_adding(board, address):
        return
    found = None
    if workspace.look_up(address).how == "none" and not board.header.demo:
        domain = parse_address(address).domain
        agreed = await looking_up.agreed_to_ask(board, address, f"No provider file lists {domain}.")
        if agreed is None:
            board.say("not added")
            return
        found = await looking_up.show_look_up(board, address) if agreed else None
    entry = editor.add(address, found=found)
    if found is not None:
        board.desk.forget_states()
    board.reload(entry.id)
    recommended = workspace.look_up(address) if entry.value is None else workspace.recommendation(entry.value)
    if recommended.how == "none":
        board.say(_UNKNOWN, "warn")
    else:
        board.say(f"added {entry.path.name}, which follows {recommended.name}; u takes it back", "good")


async def _worth_adding(board: Board, address: str) -> bool:
    """Whether to add an address, asked where its provider lets no mail program in."""
    from mailferry.ui.screens.confirm import ConfirmScreen

    known = board.desk.workspace.look_up(address)
    if known.status not in _CLOSED:
        return True
    why = known.notice or f"{known.name}: {_CLOSED[known.status]}"
    choices = [("k", "do not add it"), ("a", "add it all the same, as a note")]
    return await board.app.push_screen_wait(ConfirmScreen(why, choices, default="k")) == "a"


async def _meant(board: Board, address: str) -> str | None:
    """The address that is meant, after asking where it is easily taken for another; None to give up."""
    from mailferry.catalog.lookalike import look_alike
    from mailferry.catalog.lookup import nearest_domain
    from mailferry.ui.screens.confirm import ConfirmScreen

    address = pasted_address(address)
    parsed = parse_address(address)
    workspace = board.desk.workspace
    warning = look_alike(parsed.domain, workspace.catalogue)
    if warning is not None:
        screen = ConfirmScreen(warning, [("k", "do not add it"), ("a", "add it as it is")], default="k")
        return address if await board.app.push_screen_wait(screen) == "a" else None
    if workspace.look_up(address).how != "none":
        return address
    near = nearest_domain(workspace.catalogue, parsed.domain)
    if near is None:
        return address
    answer = await board.app.push_screen_wait(
        ConfirmScreen(
            f"No provider is known for {parsed.domain}. Did you mean {parsed.local}@{near}?",
            [("y", f"yes, {parsed.local}@{near}"), ("n", f"no, {parsed}")],
        )
    )
    return {"y": f"{parsed.local}@{near}", "n": address}.get(answer or "")


def address_fault(text: str) -> str | None:
    """What is wrong with a mail address, or nothing."""
    try:
        parse_address(pasted_address(text))
    except AddressError as error:
        return str(error)
    return None


def duplicate(board: Board) -> None:
    """Copy the highlighted account."""
    entry = board.entry
    if entry is None:
        return
    copy = board.desk.editor.duplicate(entry)
    board.reload(copy.id)
    board.say(f"copied to {copy.path.name}; u takes it back", "good")


async def delete(board: Board) -> None:
    """Delete the highlighted account; only unsaved edits are asked about, since the rest can be undone."""
    entry = board.entry
    if entry is None:
        return
    buffer = board.desk.buffers.get(entry.path)
    if buffer is not None and buffer.unsaved:
        from mailferry.ui.screens.confirm import ConfirmScreen

        answer = await board.app.push_screen_wait(
            ConfirmScreen(
                f"Delete {label_of(entry)} and its unsaved edits?", [("d", "delete"), ("k", "keep")]
            )
        )
        if answer != "d":
            return
    board.desk.editor.delete(entry)
    board.desk.editor.drafts.forget(entry.path)
    board.desk.put_away(entry.path)
    if board.file == entry.path:
        board.file = None
    board.reload()
    board.say(f"deleted {label_of(entry)}; u brings it back", "warn")


def chosen(board: Board) -> str:
    """The id of the highlighted account. Raises MailferryError when there is none."""
    if board.entry is None:
        raise MailferryError("there is no account here; n adds one")
    return board.entry.id
