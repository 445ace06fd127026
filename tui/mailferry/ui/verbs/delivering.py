"""Bringing a profile and its instructions to an iPhone, by a one-time link above all."""

from __future__ import annotations

import asyncio
import datetime
import os
import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError
from mailferry.ui.panes.account_rows import label_of
from mailferry.ui.verbs import packing, posting
from mailferry.ui.verbs.accounts import chosen

if TYPE_CHECKING:
    from mailferry.consignment import Consignment
    from mailferry.delivering import Delivery
    from mailferry.iphone.delivery.addresses import Kind
    from mailferry.iphone.delivery.events import Event, Reason
    from mailferry.iphone.delivery.https import Https
    from mailferry.ui.board import Board
    from mailferry.ui.forecast import Forecast
    from mailferry.ui.parcel import Parcel
    from mailferry.ui.screens.deliver import Way

_PATIENCE = 5.0
"""Seconds for the answer where a name leads."""

_KINDS: dict[Kind, str] = {
    "ssh": "by SSH already",
    "network": "home network",
    "public": "internet",
    "vpn": "VPN",
    "container": "containers only",
    "cable": "one cable only",
    "computer": "this computer only",
}
_NO_HTTPS = (
    "Without HTTPS, whoever is on the way can read what is delivered: addresses, user names and servers,"
    " but no password. [delivery] in config.toml switches HTTPS on."
)
_HTTPS_ONLY = (
    "A password is delivered by HTTPS only, and never by mail or from a folder. Name a certificate in"
    " [delivery] of config.toml first, or export to a file."
)


async def deliver(board: Board) -> None:
    """Ask what goes and how, and bring it to the iPhone."""
    chosen(board)
    person = board.entry.value.person if board.entry is not None and board.entry.value is not None else None
    if person is not None and len(packing.accounts_of(board, person)) > 1:
        from mailferry.ui.screens.confirm import ConfirmScreen

        assert board.entry is not None, "chosen() found one"
        count = len(packing.accounts_of(board, person))
        answer = await board.app.push_screen_wait(
            ConfirmScreen(
                f"One link is for one iPhone. {person} has {count} accounts.",
                [("a", f"all {count} in one profile"), ("o", f"only {label_of(board.entry)}")],
                default="a",
            )
        )
        if answer is None:
            return
        person = person if answer == "a" else None
    else:
        person = None
    if person is not None:
        await bring(board, await packing.pack_person(board, person))
    else:
        await bring(board, await packing.pack_account(board))


async def bring(board: Board, parcel: Parcel) -> None:
    """Ask how a parcel is to come to its iPhone, and bring it."""
    from mailferry.ui.screens.deliver import DeliverScreen
    from mailferry.ui.verbs import profile_options

    https = await _https(board)

    async def change() -> tuple[str, Forecast]:
        refused = "" if https is not None else _HTTPS_ONLY
        await profile_options.change(board, parcel, delivers=True, password_refused=refused)
        return parcel.summary, await asyncio.to_thread(parcel.delivery_forecast)

    forecast = await asyncio.to_thread(parcel.delivery_forecast)
    screen = DeliverScreen(parcel.title, _ways(board, https), forecast, parcel.summary, change)
    way = await board.app.push_screen_wait(screen)
    if way is None:
        return
    consignment = await asyncio.to_thread(parcel.consignment)

    async def agreed() -> bool:
        return await _agreed(board, screen.forecast)

    if way == "mail":
        await posting.mail(board, parcel, consignment, agreed)
    elif way == "folder":
        await posting.folder(board, parcel, consignment, agreed)
    elif way != "other":
        await _link(board, parcel, consignment, way, https)
    elif (host := await _host(board)) is not None and await agreed():
        await _link(board, parcel, consignment, host, https)


async def _agreed(board: Board, forecast: Forecast) -> bool:
    """Whether it is to go although not all of it is known to work; asked last, when all else is decided."""
    if not forecast.doubt:
        return True
    from mailferry.ui.screens.confirm import ConfirmScreen

    choices = [("d", "deliver it all the same"), ("c", "cancel")]
    why = "\n".join((forecast.doubt, *forecast.unproven))
    return await board.app.push_screen_wait(ConfirmScreen(why, choices, default="c")) == "d"


def _ways(board: Board, https: Https | None) -> list[Way]:
    """The addresses that a link can lead to, the likeliest first, and what works without a link."""
    from mailferry.delivering import known_host
    from mailferry.iphone.delivery.addresses import local_addresses

    known = known_host(board.desk.workspace, https)
    ways = [(known, known, "as config.toml says")] if known is not None else []
    found = local_addresses(os.environ.get("SSH_CONNECTION"))
    useful = [each for each in found if each.kind not in ("container", "cable", "computer")]
    ways += [(each.address, each.address, _KINDS[each.kind]) for each in useful or found]
    return [
        *ways,
        ("other", "another address …", "through a router, say"),
        ("mail", "by mail instead …", "from your account"),
        ("folder", "as a folder instead …", "for a web server"),
    ]


async def _host(board: Board) -> str | None:
    from mailferry.iphone.delivery.listening import link_host
    from mailferry.ui.screens.confirm import ConfirmScreen
    from mailferry.ui.screens.prompt import PromptScreen

    def fault(text: str) -> str | None:
        try:
            link_host(text)
        except MailferryError as error:
            return str(error)
        return None

    typed = ""
    while True:
        answer = await board.app.push_screen_wait(
            PromptScreen(
                "Where the link leads",
                "Address or name",
                typed,
                help="By which the iPhone reaches this computer: an IP address, or a name.",
                does="go on",
                check=fault,
            )
        )
        if answer is None:
            return None
        typed = answer
        board.say(f"looking where {typed} leads …", "accent")
        try:
            doubt = await asyncio.wait_for(asyncio.to_thread(_elsewhere, link_host(typed)), _PATIENCE)
        except TimeoutError:
            doubt = f"Nobody has told in time where {typed} leads."
        board.say("")
        if not doubt:
            return typed
        choices = [("a", "another address"), ("o", "open the link all the same")]
        chosen_way = await board.app.push_screen_wait(ConfirmScreen(doubt, choices, default="a"))
        if chosen_way != "a":
            return typed if chosen_way == "o" else None


def _elsewhere(host: str) -> str:
    """Why a link under a host may not lead to this computer, in sentences; empty where it does."""
    from mailferry.iphone.delivery.addresses import local_addresses

    try:
        found = {str(each[4][0]).partition("%")[0] for each in socket.getaddrinfo(host, None)}
    except OSError:
        found = set()
    ours = {each.address for each in local_addresses(None)}
    if any(address in ours or ip_address(address).is_loopback for address in found):
        return ""
    everywhere = "The link would take connections on all addresses of this computer."
    if not found:
        return f"Nobody knows here where {host} leads. {everywhere}"
    return (
        f"{host} leads to {', '.join(sorted(found))}, which is not this computer. That is right if a router"
        f" there passes connections on. {everywhere}"
    )


async def _link(
    board: Board, parcel: Parcel, consignment: Consignment, host: str, https: Https | None
) -> None:
    from mailferry.delivering import Delivery, Place
    from mailferry.iphone.delivery.listening import link_host
    from mailferry.ui.screens.link import LinkScreen

    config = board.desk.workspace.config.delivery
    place = Place(host=link_host(host), port=config.port, expires=config.expires, https=https)
    delivery = Delivery(consignment, place)
    listener = delivery.open()
    told = list(place.doubts(datetime.datetime.now(datetime.UTC)))
    if https is None:
        told.append(_NO_HTTPS)
    if listener.everywhere:
        told.append(
            f"{host} is no address of this computer itself: the link takes connections on all of its"
            f" addresses, port {listener.port}."
        )
    fetched = await board.app.push_screen_wait(
        LinkScreen(
            parcel.title,
            _Followed(delivery, lambda: packing.follow(board, parcel)),
            lives=place.expires,
            told=told,
            shown=consignment.notes.shown,
        )
    )
    packing.follow(board, parcel)
    board.say("the iPhone has fetched it" if fetched else "the link is dead; nobody has fetched it")


class _Followed:
    """A delivery after which the accounts' files, which it has written into, are shown as they are."""

    def __init__(self, delivery: Delivery, follow: Callable[[], None]) -> None:
        self._delivery = delivery
        self._follow = follow

    async def run(self, tell: Callable[[Event], None]) -> Reason:
        from mailferry.iphone.delivery.events import Delivered

        def told(event: Event) -> None:
            tell(event)
            if isinstance(event, Delivered):
                # What was delivered is noted right after this; nobody else has changed the files.
                asyncio.get_running_loop().call_soon(self._follow)

        return await self._delivery.run(told)

    def stop(self) -> None:
        self._delivery.stop()


async def _https(board: Board) -> Https | None:
    """The certificate for HTTPS that config.toml names, if any; a passphrase is asked for."""
    from mailferry.delivering import certificate_of

    workspace = board.desk.workspace
    if workspace.config.delivery.certificate is None:
        return None
    question = "Passphrase of the certificate’s key"
    return await packing.with_passphrases(
        board, lambda ask: certificate_of(workspace, passphrase=lambda: ask(question))
    )
