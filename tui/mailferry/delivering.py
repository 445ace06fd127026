"""A one-time link for an iPhone: from where, for how long, and that what was fetched is remembered."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry.consignment import Consignment
from mailferry.handing_over import hand_over
from mailferry.iphone.delivery.events import Delivered, Event, NotRecorded, Reason
from mailferry.model.problem import MailferryError
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    from mailferry.iphone.delivery.https import Https
    from mailferry.iphone.delivery.listening import Listener
    from mailferry.iphone.delivery.server import OneTimeServer
    from mailferry.iphone.delivery.visitor import Visitor
    from mailferry.model.secret import Secret

PLAIN_HTTP = (
    "Without HTTPS, whoever is on the way between this computer and the iPhone can read what is delivered:"
    " mail addresses, user names and servers, but no password. They could also put something else in its"
    " place. --certificate switches HTTPS on."
)
"""What to say before a link without HTTPS is opened."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a link leads: an address or name by which the iPhone reaches this computer, a port (0: any), and
    for HTTPS a certificate. `expires` is in seconds."""

    host: str
    port: int = 0
    expires: int = 900
    https: Https | None = None

    def doubts(self, now: datetime.datetime) -> tuple[str, ...]:
        """What will keep an iPhone from trusting the certificate, as far as can be seen from here."""
        if self.https is None:
            return ()
        doubts = []
        if not self.https.covers(self.host):
            names = ", ".join(self.https.names) or "no host at all"
            doubts.append(
                f"The certificate is for {names}, not for {self.host}: Safari will warn of this page."
            )
        if not self.https.in_date(now):
            days = f"from {self.https.not_before:%Y-%m-%d} to {self.https.not_after:%Y-%m-%d}"
            doubts.append(f"The certificate holds {days}, not today: Safari will warn of this page.")
        return tuple(doubts)


def certificate_of(
    workspace: Workspace,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    passphrase: Callable[[], Secret] | None = None,
) -> Https | None:
    """The certificate for HTTPS: the named one, or that of `[delivery]` in config.toml; None without any.

    Raises CertificateError.
    """
    from mailferry.iphone.delivery.https import load_https

    if certificate is None:
        config = workspace.config.delivery
        if config.certificate is None:
            return None
        certificate = workspace.home.config / Path(config.certificate).expanduser()
        key = workspace.home.config / Path(config.key).expanduser() if config.key else None
    return load_https(certificate, key, passphrase=passphrase)


def refuse_place(host: str, port: int) -> None:
    """Raise ListeningError where no link could be, so that it is known before anything is said of it."""
    from mailferry.iphone.delivery.listening import link_host, listen

    for each in listen(link_host(host), port).sockets:
        each.close()


def known_host(workspace: Workspace, https: Https | None) -> str | None:
    """The host that nobody need be asked about: config.toml's, or the first name of the certificate."""
    if workspace.config.delivery.host is not None:
        return workspace.config.delivery.host
    names = https.names if https is not None else ()
    return next((name for name in names if not name.startswith("*.")), None)


class Delivery:
    """One link, used once. `run` it in an event loop; `stop` may be called from any thread."""

    def __init__(self, consignment: Consignment, place: Place) -> None:
        """Raises MailferryError for a password that would travel without HTTPS."""
        if consignment.has_password and place.https is None:
            raise MailferryError(
                "a profile with a password in it is delivered by HTTPS only: --certificate FILE"
            )
        self._consignment = consignment
        self._place = place
        self._listener: Listener | None = None
        self._running: tuple[asyncio.AbstractEventLoop, OneTimeServer] | None = None
        self._stopped = False

    def open(self) -> Listener:
        """Take the sockets, so that what stands in the way is known before anything is announced.

        Raises ListeningError.
        """
        from mailferry.iphone.delivery.listening import link_host, listen

        if self._listener is None:
            self._listener = listen(link_host(self._place.host), self._place.port)
        return self._listener

    async def run(self, tell: Callable[[Event], None]) -> Reason:
        """Open the link and wait for its end. Each event is told as it happens.

        What was delivered is noted for `mailferry phones`. Raises ListeningError.
        """
        from mailferry.iphone.delivery.link import new_link
        from mailferry.iphone.delivery.listening import link_host
        from mailferry.iphone.delivery.reception import Offer
        from mailferry.iphone.delivery.server import OneTimeServer

        listener, https, profile = self.open(), self._place.https, self._consignment.profile
        content = profile.content if profile is not None else None
        until = _now() + datetime.timedelta(seconds=self._place.expires)
        server = OneTimeServer(
            Offer(
                page=lambda visitor: self._page(visitor, until),
                profile=content,
                language=self._consignment.language,
            ),
            new_link(
                link_host(self._place.host),
                listener.port,
                https=https is not None,
                file_name=self._consignment.file_name,
            ),
            tell=lambda event: self._tell(event, tell),
            tls=https.context if https is not None else None,
        )
        self._running = asyncio.get_running_loop(), server
        if self._stopped:
            server.stop()
        return await server.serve(listener, expires=self._place.expires)

    def stop(self) -> None:
        """End the link; `run` returns soon after."""
        self._stopped = True
        if self._running is not None:
            loop, server = self._running
            loop.call_soon_threadsafe(server.stop)

    def _page(self, visitor: Visitor, until: datetime.datetime) -> bytes:
        from mailferry.iphone.delivery.page_top import with_end, with_hint

        page = self._consignment.page(ios=visitor.ios, lang=visitor.language).decode()
        lang = self._consignment.language or visitor.language or "en"
        profile = self._consignment.profile is not None
        page = with_end(page, lang, until=until, now=_now(), profile=profile)
        return with_hint(page, visitor, lang).encode()

    def _tell(self, event: Event, tell: Callable[[Event], None]) -> None:
        if not isinstance(event, Delivered):
            tell(event)
            return
        # Noted first: whoever listens may have gone.
        handed = hand_over(self._consignment.workspace, self._consignment.notes, "link", to=event.agent)
        tell(event)
        for warning in handed.warnings:
            tell(NotRecorded(warning))


def _now() -> datetime.datetime:
    """As the clock on the wall says, for people nearby."""
    return datetime.datetime.now().astimezone()
