"""What the owner of a domain publishes, and reading what another one has published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from mailferry.model.problem import MailferryError
from mailferry.ui.verbs import providers

if TYPE_CHECKING:
    from mailferry.publishing import Form
    from mailferry.ui.board import Board

_FORMS = (
    ("autoconfig", "Autoconfig file", "read by Thunderbird and many others"),
    ("dns", "DNS records", "SRV and what goes with them"),
    ("pacc", "PACC document", "a draft standard"),
)
_FILES = {"autoconfig": "config-v1.1.xml", "dns": "{id}.zone", "pacc": "user-agent-configuration.json"}


async def publish(board: Board) -> None:
    """Show what the owner of the provider's domains publishes, to copy or to write to a file."""
    from mailferry.publishing import publication
    from mailferry.ui.screens.choose import ChooseScreen
    from mailferry.ui.screens.show import ShowScreen

    known = board.subject.known if board.subject else None
    provider = known.recommendation.provider if known is not None else None
    if known is None or provider is None:
        raise MailferryError("this account follows no provider whose settings could be published")
    form = await board.app.push_screen_wait(
        ChooseScreen(f"To publish for {known.source}", _FORMS, does="show it")
    )
    if form is None:
        return
    published = publication(board.desk.workspace, provider, cast("Form", form))
    board.app.push_screen(
        ShowScreen(
            f"For {known.source} to publish",
            published.text,
            note="\n".join(published.guidance),
            file_name=_FILES[form].format(id=provider),
        )
    )


async def read_autoconfig(board: Board) -> None:
    """Ask for an autoconfig file and make an own provider of it."""
    from mailferry.store.files import read_bytes
    from mailferry.ui.screens.prompt import PromptScreen

    typed = await board.app.push_screen_wait(
        PromptScreen(
            "Read an autoconfig file",
            "File",
            help="The XML file that a provider publishes.",
            placeholder="such as ~/config-v1.1.xml",
            does="read it",
            check=_file_fault,
        )
    )
    if typed is None:
        return
    path = _path(typed)
    content = read_bytes(path)
    provider_id = await providers.ask_name(board, _suggestion(path))
    if provider_id is None:
        return
    replace = provider_id in board.desk.workspace.catalogue.ids()
    if replace and not await _may_replace(board, provider_id):
        return
    providers.refuse_unsaved(board, provider_id)
    board.desk.editor.read_autoconfig(provider_id, content, str(path), replace=replace)
    board.desk.forget_states()
    board.reload()
    providers.open_own(board, provider_id)
    board.say(f"read into providers/{provider_id}.toml; look it over, doubts stand in it", "good")


def _path(typed: str) -> Path:
    try:
        return Path(typed.strip()).expanduser().absolute()
    except RuntimeError:
        raise MailferryError(f"there is no such home folder: {typed.strip()}") from None


def _file_fault(typed: str) -> str | None:
    """Why a typed path leads to no autoconfig file, or None; what is typed can then be mended."""
    from mailferry.catalog.formats.autoconfig_xml import read_autoconfig
    from mailferry.store.files import read_bytes

    if not typed.strip():
        return "a file name is needed"
    try:
        path = _path(typed)
        read_autoconfig(read_bytes(path), str(path))
    except MailferryError as error:
        return str(error)
    return None


def _suggestion(path: Path) -> str:
    """A short name after the file's, unless it is the one that all such files have."""
    import re

    name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    return "" if name.startswith("config-v1") else name


async def _may_replace(board: Board, provider_id: str) -> bool:
    from mailferry.ui.screens.confirm import ConfirmScreen

    origin = board.desk.workspace.catalogue.origin(provider_id)
    words = (
        f"{provider_id} is a shipped provider; an own file of that name changes it."
        if origin == "shipped"
        else f"There is an own file of {provider_id} already; it would be replaced."
    )
    answer = await board.app.push_screen_wait(
        ConfirmScreen(f"{words} u takes it back.", [("r", "do it"), ("k", "leave it as it is")], default="k")
    )
    return answer == "r"
