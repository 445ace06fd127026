"""The server of a one-time link: it lives until the offer is delivered, its time is up, or it is stopped."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address

from mailferry.iphone.delivery.events import Closed, Listening, Reason
from mailferry.iphone.delivery.exchange import BadRequest, Exchange, Gone, Request
from mailferry.iphone.delivery.guests import Guest, Guests
from mailferry.iphone.delivery.limits import Limits
from mailferry.iphone.delivery.link import Link
from mailferry.iphone.delivery.listening import Listener
from mailferry.iphone.delivery.reception import Offer, Reception, Tell

Pause = Callable[[float], Awaitable[None]]


class OneTimeServer:
    """Serves one link. `pause` waits so many seconds; a test hands in one that does not."""

    def __init__(
        self,
        offer: Offer,
        link: Link,
        *,
        tell: Tell,
        tls: ssl.SSLContext | None = None,
        limits: Limits | None = None,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._link = link
        self._tell = tell
        self._tls = tls
        self._limits = limits or Limits()
        self._pause = pause
        self._reception = Reception(offer, link, self._limits, tell)
        self._guests = Guests(self._limits.guests)
        self._stopped = asyncio.Event()

    async def serve(self, listener: Listener, *, expires: float) -> Reason:
        """Serve until the end, `expires` seconds at most, and close the sockets."""
        servers = [
            await asyncio.start_server(self._welcome, sock=each, limit=self._limits.header_bytes)
            for each in listener.sockets
        ]
        try:
            self._tell(Listening(self._link.url, self._link.profile_url))
            reason = await self._end(expires)
            if reason == "delivered":  # for a while, who comes too late is told so
                await self._first(self._pause(self._limits.linger), self._stopped.wait())
        finally:
            for server in servers:
                server.close()
            await self._guests.send_away()
        self._tell(Closed(reason))
        return reason

    def stop(self) -> None:
        """End now. Call it from the event loop."""
        self._stopped.set()

    async def _end(self, expires: float) -> Reason:
        used, stopped = self._reception.used, self._stopped
        await self._first(used.wait(), stopped.wait(), self._pause(expires))
        if not used.is_set() and not stopped.is_set():
            # Time is up. Whoever is downloading gets the rest.
            await self._first(self._reception.turn.acquire(), stopped.wait())
        return "delivered" if used.is_set() else "stopped" if stopped.is_set() else "expired"

    async def _first(self, *ends: Awaitable[object]) -> None:
        """Wait for one of several."""
        tasks = [asyncio.ensure_future(each) for each in ends]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        guest = self._guests.enter()
        try:
            await self._attend(guest, reader, writer)
        except (OSError, Gone):
            pass  # a deadline or a broken line: nobody is there who could be answered
        except asyncio.CancelledError:
            pass  # sent away; the task belongs to asyncio, which takes its being cancelled for an error
        finally:
            self._guests.leave(guest)
            writer.transport.abort()

    async def _attend(self, guest: Guest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = Exchange(reader, writer, header_bytes=self._limits.header_bytes)
        request: Request | BadRequest
        try:
            async with asyncio.timeout(self._limits.header_time):
                if self._tls is not None:
                    await writer.start_tls(self._tls)
                request = await exchange.request()
        except BadRequest as error:
            request = error
        guest.idle = False
        await self._reception.attend(exchange, request, _sender(writer))
        guest.idle = True
        await self._say_goodbye(exchange)

    async def _say_goodbye(self, exchange: Exchange) -> None:
        """Close so that the answer can be read to its end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.goodbye):
                if exchange.writer.can_write_eof():
                    exchange.writer.write_eof()
                await exchange.throw_away_body()
                exchange.writer.close()
                await exchange.writer.wait_closed()


def _sender(writer: asyncio.StreamWriter) -> str:
    """The other side's address; one of IPv4 as such, also where it came by a socket of IPv6."""
    peer = writer.get_extra_info("peername")
    if not peer:
        return "unknown"
    address = ip_address(str(peer[0]).partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)
