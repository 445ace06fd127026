"""Who asks for what, and what they get: the page, the profile once, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from mailferry.iphone.delivery.answer import (
    Answer,
    page_answer,
    plain_answer,
    profile_answer,
    used_answer,
)
from mailferry.iphone.delivery.arrival import has_arrived
from mailferry.iphone.delivery.events import Delivered, Event, Interrupted, Pestered, Seen
from mailferry.iphone.delivery.exchange import BadRequest, Exchange, Request
from mailferry.iphone.delivery.limits import Limits, WrongTokens
from mailferry.iphone.delivery.link import Link
from mailferry.iphone.delivery.visitor import Visitor, read_visitor

Tell = Callable[[Event], None]


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a link hands out. Without a profile, the page itself is what is delivered.

    `language` is that of the iPhone where it is known; otherwise a visitor is answered in his own.
    """

    page: Callable[[Visitor], bytes]
    profile: bytes | None
    language: str | None = None


class Reception:
    """Answers requests until the offer has been delivered; `used` is set then."""

    def __init__(self, offer: Offer, link: Link, limits: Limits, tell: Tell) -> None:
        self.used = asyncio.Event()
        self.turn = asyncio.Lock()
        """Held while the offer is under way: who asks meanwhile waits to see whether it arrives."""
        self._offer = offer
        self._link = link
        self._limits = limits
        self._tell = tell
        self._wrong = WrongTokens(limits)

    async def attend(self, exchange: Exchange, request: Request | BadRequest, sender: str) -> None:
        """Answer one request. Raises OSError, TimeoutError when the answer cannot be sent."""
        if isinstance(request, BadRequest):
            await self._send(exchange, plain_answer(request.status))
        elif request.method not in ("GET", "HEAD"):
            await self._send(exchange, plain_answer(405))
        elif self._link.leads_to_profile(request.target):
            await self._hand_out(exchange, request, sender)
        elif self._link.leads_to_page(request.target):
            await self._show(exchange, request, sender)
        else:
            await self._turn_away(exchange, sender)

    async def _turn_away(self, exchange: Exchange, sender: str) -> None:
        excess = self._wrong.count(sender, asyncio.get_running_loop().time())
        if excess == 1:
            self._tell(Pestered(sender))
        await self._send(exchange, plain_answer(429 if excess else 404))

    async def _show(self, exchange: Exchange, request: Request, sender: str) -> None:
        visitor = read_visitor(request.user_agent, request.accept_language)
        if self._offer.profile is None and not visitor.previews:
            await self._hand_out(exchange, request, sender)
            return
        if self.used.is_set():
            await self._send(exchange, self._used(visitor))
            return
        await self._send(exchange, page_answer(self._offer.page(visitor)))
        if request.method == "GET":
            self._tell(Seen(sender, visitor.agent))

    async def _hand_out(self, exchange: Exchange, request: Request, sender: str) -> None:
        visitor = read_visitor(request.user_agent, request.accept_language)
        if request.method == "HEAD":
            await self._send(exchange, self._offered(visitor))
            return
        async with self.turn:
            if self.used.is_set():
                await self._send(exchange, self._offered(visitor))
                return
            if await self._deliver(exchange, self._offered(visitor)):
                self.used.set()
                self._tell(Delivered(sender, visitor.agent))
            else:
                self._tell(Interrupted(sender, visitor.agent))

    async def _deliver(self, exchange: Exchange, answer: Answer) -> bool:
        """Whether the whole answer has arrived."""
        try:
            await self._send(exchange, answer)
        except OSError:  # a TimeoutError as well
            return False
        return await has_arrived(exchange.reader, exchange.writer, within=self._limits.farewell)

    def _offered(self, visitor: Visitor) -> Answer:
        """What the link is for, or that it has been used."""
        if self.used.is_set():
            return self._used(visitor)
        if self._offer.profile is None or self._link.file_name is None:
            return page_answer(self._offer.page(visitor))
        return profile_answer(self._offer.profile, self._link.file_name)

    def _used(self, visitor: Visitor) -> Answer:
        return used_answer(self._offer.language or visitor.language or "en")

    async def _send(self, exchange: Exchange, answer: Answer) -> None:
        await exchange.send(answer, within=self._limits.answer_time)
