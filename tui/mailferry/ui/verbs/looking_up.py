"""Looking an address up online, after saying who will be asked, and following what is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.spans import Line, Span, said, width_of, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailferry.catalog.discovery.asking import Asking
    from mailferry.model.recommendation import Recommendation
    from mailferry.ui.board import Board


async def look_up(board: Board) -> None:
    """Ask who says what of the account's servers, and follow what is found where none is known."""
    subject = board.subject
    if subject is None or subject.known is None:
        raise MailferryError("there is no account here whose address can be looked up")
    if board.header.demo:
        raise MailferryError("nothing of the demo leaves this computer, so nobody is asked")
    known = subject.known
    account = known.account
    if account.provider is not None and known.recommendation.how == "none":
        raise MailferryError(known.recommendation.warnings[0])
    if known.recommendation.how == "none":
        reason = "No provider is known for this address."
    else:
        reason = f"This shows who agrees with {known.source}, which the account goes on following."
    found = await ask_online(board, account.address, reason, provider=account.provider)
    if found is not None:
        _follow(board, subject.id, found)


async def ask_online(
    board: Board, address: str, reason: str, *, provider: str | None = None
) -> Recommendation | None:
    """What a look-up found and the user took; nobody is asked before the user has seen whom and agreed."""
    agreed = await agreed_to_ask(board, address, reason)
    return await show_look_up(board, address, provider) if agreed else None


async def agreed_to_ask(board: Board, address: str, reason: str) -> bool | None:
    """Whether the hosts that a look-up begins with may be asked; None where the user leaves altogether."""
    from mailferry.catalog.discovery.plan import planned
    from mailferry.model.address import parse_address
    from mailferry.ui.screens.confirm import ChoiceScreen

    asked = planned(parse_address(address), board.desk.workspace.config.lookup)
    answer = await board.app.push_screen_wait(
        ChoiceScreen(
            "Look it up online?",
            lambda width: _consent(reason, asked, width),
            [("l", "look it up"), ("n", "no, ask nobody")],
        )
    )
    return None if answer is None else answer == "l"


async def show_look_up(board: Board, address: str, provider: str | None = None) -> Recommendation | None:
    """Ask, show who answers what, and give what the user takes of it."""
    from mailferry.ui.screens.looking_up import LookUpScreen

    screen = LookUpScreen(board.desk.workspace, address, provider)
    taken = await board.app.push_screen_wait(screen)
    if screen.look_up.found is not None:
        board.desk.looked_up[address] = screen.look_up.found
        board.show_selected()
    return taken


def _consent(reason: str, asked: Sequence[Asking], width: int) -> list[Line]:
    lines = wrapped(f"{reason} No password is sent. These would be asked, and hosts they lead to:", width)
    for each in asked:
        told = said(f"told {each.about}", "dim")
        line = (said(f"  {each.host}", "bold"), Span("  "), told)
        lines += (
            [line] if width_of(line) <= width else [line[:1], *wrapped(told.text, width, "dim", indent=4)]
        )
    return lines


def _follow(board: Board, account_id: str, found: Recommendation) -> None:
    """Let an account follow what was found: a provider by its name, else an own file of what was found."""
    entry = board.desk.entry(account_id)
    if entry is None:
        raise MailferryError(f"{account_id} was deleted while its address was looked up")
    editor = board.desk.editor
    if found.provider is None:
        provider_id = editor.keep_found(found)
        board.desk.forget_states()
        board.reload(entry.id)
        board.say(f"made providers/{provider_id}.toml; u takes it back", "good")
        return
    buffer = board.desk.buffer(entry.path)
    edited = buffer.with_value("provider", found.provider)
    if buffer.unsaved:
        board.desk.put(edited)
        board.show_edited()
        board.say(f"follows {found.name}, not saved yet", "good")
        return
    editor.save(entry.path, buffer.base, edited.text)
    board.desk.put_away(entry.path)
    board.reload(entry.id)
    board.say(f"follows {found.name} now, saved; u takes it back", "good")
