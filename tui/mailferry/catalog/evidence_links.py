"""Whether the web pages that provider files name are still there. Nothing is taken from a page."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailferry.catalog.discovery.asking import Announce, Asking
from mailferry.catalog.discovery.trust import trust
from mailferry.catalog.lint_evidence import page_host
from mailferry.model.visible import visible

if TYPE_CHECKING:
    import httpx

_AT_ONCE = 8
_PER_HOST = 2
_SECONDS = 20.0
_REDIRECTS = 5
_GONE = frozenset({404, 410})
_NO_SUCH_HOST = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


@dataclass(frozen=True)
class Link:
    """A page. `dead`: it is certainly not there. `why` says so, or why it is not known; None: it is there."""

    url: str
    dead: bool = False
    why: str | None = None


async def ask_links(
    urls: Iterable[str], announce: Announce, *, seconds: float = _SECONDS
) -> tuple[Link, ...]:
    """Ask for each page once, a few at a time, each with `seconds` to answer; every host is announced.

    A page is dead when its host is unknown or answers 404 or 410 to HEAD and to GET. Everything else that
    goes wrong may pass, so it is only said. Redirects are followed to wherever they lead.
    """
    import httpx

    async def announced(request: httpx.Request) -> None:
        announce(Asking(host=request.url.host, about="the address of a page"))

    limits: dict[str, asyncio.Semaphore] = {}
    together = asyncio.Semaphore(_AT_ONCE)
    async with httpx.AsyncClient(
        verify=trust(),
        trust_env=False,
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        timeout=seconds,
        headers={"User-Agent": "mailferry"},
        event_hooks={"request": [announced]},
    ) as client:

        async def ask(url: str) -> Link:
            host = page_host(url)
            if host is None:
                return Link(url, why="is no address of a web page")
            async with limits.setdefault(host, asyncio.Semaphore(_PER_HOST)), together:
                return await _ask(client, url, seconds)

        return tuple(await asyncio.gather(*(ask(url) for url in dict.fromkeys(urls))))


async def _ask(client: httpx.AsyncClient, url: str, seconds: float) -> Link:
    import httpx

    try:
        async with asyncio.timeout(seconds):
            status = await _status(client, "HEAD", url)
            if status >= 400:  # some servers know no HEAD
                status = await _status(client, "GET", url)
    except TimeoutError:
        return Link(url, why=f"no answer within {seconds:g} s")
    except httpx.TooManyRedirects:
        return Link(url, why="is redirected without end")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        if any(isinstance(each, socket.gaierror) and each.errno in _NO_SUCH_HOST for each in _causes(error)):
            return Link(url, dead=True, why="there is no such host")
        return Link(url, why=visible(str(error) or type(error).__name__)[:120])
    if status in _GONE:
        return Link(url, dead=True, why=f"HTTP {status}, the page is not there")
    return Link(url, why=f"HTTP {status}" if status >= 400 else None)


async def _status(client: httpx.AsyncClient, method: str, url: str) -> int:
    async with client.stream(method, url) as response:  # the body stays unread
        return response.status_code


def _causes(error: BaseException) -> list[Any]:
    found: list[Any] = []
    each: BaseException | None = error
    while each is not None and each not in found:
        found.append(each)
        each = each.__cause__ or each.__context__
    return found
