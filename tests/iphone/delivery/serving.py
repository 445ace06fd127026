"""A one-time server on loopback, run by a test, and raw connections to it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from mailferry.iphone.delivery.events import Event, Reason
from mailferry.iphone.delivery.limits import Limits
from mailferry.iphone.delivery.link import Link, new_link
from mailferry.iphone.delivery.listening import listen
from mailferry.iphone.delivery.reception import Offer
from mailferry.iphone.delivery.server import OneTimeServer
from mailferry.iphone.delivery.visitor import Visitor

PROFILE = b"<plist>" + b"a profile " * 400 + b"</plist>"
PAGE = "<!doctype html><html><body><h1>Instructions</h1></body></html>"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Mobile/15E148 Safari/604.1"
)
QUICK = Limits(header_time=0.3, answer_time=0.5, farewell=0.5, goodbye=0.2, linger=0.0)


@dataclass
class Clock:
    """Time that passes when a test says so: each pause ends when it is told to, by its length."""

    ended: dict[float, asyncio.Event] = field(default_factory=dict)

    async def pause(self, seconds: float) -> None:
        await self.ended.setdefault(seconds, asyncio.Event()).wait()

    def end(self, seconds: float) -> None:
        self.ended.setdefault(seconds, asyncio.Event()).set()


@dataclass
class Running:
    """A server that a test talks to."""

    link: Link
    server: OneTimeServer
    clock: Clock
    port: int
    tls: ssl.SSLContext | None
    events: list[Event] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Task[Reason] | None = None

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.changed.set()

    async def until(self, *kinds: type[Event]) -> Event:
        """The first event of these kinds, once it has happened."""
        while True:
            for event in self.events:
                if isinstance(event, kinds):
                    return event
            self.changed.clear()
            async with asyncio.timeout(10):
                await self.changed.wait()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(
            "127.0.0.1", self.port, ssl=self.tls, server_hostname="localhost" if self.tls else None
        )

    async def raw(self, data: bytes) -> bytes:
        """Whatever is answered to some bytes, until the server closes."""
        reader, writer = await self.connect()
        try:
            writer.write(data)
            async with asyncio.timeout(10):
                return await reader.read()
        finally:
            writer.close()

    async def ask(self, path: str | None, method: str = "GET", *headers: str) -> Response:
        """One request, as a browser makes it."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", *headers]
        return parsed(await self.raw("\r\n".join([*lines, "", ""]).encode("latin-1")))

    def told(self) -> list[type[Event]]:
        return [type(event) for event in self.events]


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


def parsed(data: bytes) -> Response:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Response(int(first.split()[1]), headers, body)


def page(_visitor: Visitor) -> bytes:
    return PAGE.encode()


@asynccontextmanager
async def serving(
    *,
    profile: bytes | None = PROFILE,
    page: Callable[[Visitor], bytes] = page,
    language: str | None = None,
    limits: Limits = QUICK,
    tls: ssl.SSLContext | None = None,
    trusting: ssl.SSLContext | None = None,
) -> AsyncIterator[Running]:
    """A running server; it is stopped at the end if it still runs."""
    clock = Clock()
    clock.end(0.0)
    listener = listen("127.0.0.1", 0)
    link = new_link(
        "127.0.0.1", listener.port, https=tls is not None, file_name="mum.mobileconfig" if profile else None
    )
    told: list[Callable[[Event], None]] = []
    server = OneTimeServer(
        Offer(page=page, profile=profile, language=language),
        link,
        tell=lambda event: told[0](event),
        tls=tls,
        limits=limits,
        pause=clock.pause,
    )
    running = Running(link, server, clock, listener.port, trusting)
    told.append(running.tell)
    running.ended = asyncio.create_task(server.serve(listener, expires=900.0))
    await asyncio.sleep(0)
    try:
        yield running
    finally:
        server.stop()
        async with asyncio.timeout(10):
            await running.ended
