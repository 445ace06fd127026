"""Whether the web pages that provider files name are still there. Nothing is taken from a page."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.lint_evidence import page_host
from mailferry.model.visible import visible

if TYPE_CHECKING:
    import httpx

    from mailferry.catalog.discovery.web import Web

_AT_ONCE = 8
_PER_HOST = 2
_SECONDS = 20.0
_REDIRECTS = 5
_ENOUGH = 8
"""Hosts of which none could be asked, after which there is no network, and no other is tried."""
_NO_SUCH_HOST = "there is no such host"
_GONE = frozenset({404, 410})


@dataclass(frozen=True)
class Link:
    """A page. `dead`: it is certainly not there. `why` says so, or why it is not known; None: it is there.

    `reached`: its host answered, or the DNS said that there is none.
    """

    url: str
    dead: bool = False
    why: str | None = None
    reached: bool = True


async def ask_links(urls: Iterable[str], web: Web, *, seconds: float = _SECONDS) -> tuple[Link, ...]:
    """Ask for each page once, a few at a time, each with `seconds` to answer; every host is announced.

    Hosts are resolved and dialled as `web` does it. A page is dead when its host is unknown or answers 404 or
    410 to HEAD and to GET. Everything else that goes wrong may pass, so it is only said. Redirects are
    followed to wherever they lead. When no host can be reached at all, most are not even tried.
    """
    import httpx

    from mailferry.catalog.discovery.dialling import Dialling

    async def announced(request: httpx.Request) -> None:
        web.announce(Asking(host=request.url.host, about="the address of a page"))

    limits: dict[str, asyncio.Semaphore] = {}
    together = asyncio.Semaphore(_AT_ONCE)
    out_of_reach: set[str] = set()
    reached = False
    async with httpx.AsyncClient(
        transport=Dialling(web),
        trust_env=False,
        follow_redirects=True,
        max_redirects=_REDIRECTS,
        timeout=seconds,
        headers={"User-Agent": "mailferry"},
        event_hooks={"request": [announced]},
    ) as client:

        async def ask(url: str) -> Link:
            nonlocal reached
            host = page_host(url)
            if host is None:
                return Link(url, why="is no address of a web page")
            async with limits.setdefault(host, asyncio.Semaphore(_PER_HOST)), together:
                if len(out_of_reach) >= _ENOUGH and not reached:
                    return Link(url, why="was not asked", reached=False)
                link = await _ask(client, url, seconds)
                if link.dead and link.why == _NO_SUCH_HOST and await _knows_no_name(web):
                    link = Link(url, why="the name server knows no name at all", reached=False)
            reached = reached or link.reached
            if not link.reached:
                out_of_reach.add(host)
            return link

        return tuple(await asyncio.gather(*(ask(url) for url in dict.fromkeys(urls))))


async def _ask(client: httpx.AsyncClient, url: str, seconds: float) -> Link:
    import httpx

    from mailferry.catalog.discovery.dns import NoSuchDomainError

    try:
        async with asyncio.timeout(seconds):
            status = await _status(client, "HEAD", url)
            if status >= 400:  # some servers know no HEAD
                status = await _status(client, "GET", url)
    except TimeoutError:
        return Link(url, why=f"no answer within {seconds:g} s", reached=False)
    except NoSuchDomainError:
        return Link(url, dead=True, why=_NO_SUCH_HOST)
    except SourceError as error:  # its addresses are not to be had
        return Link(url, why=visible(str(error))[:120], reached=False)
    except httpx.TooManyRedirects:
        return Link(url, why="is redirected without end")
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
        no_way = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout) and not _in_handshake(error)
        return Link(url, why=visible(str(error) or type(error).__name__)[:120], reached=not no_way)
    if status in _GONE:
        return Link(url, dead=True, why=f"HTTP {status}, the page is not there")
    return Link(url, why=f"HTTP {status}" if status >= 400 else None)


def _in_handshake(error: BaseException | None) -> bool:
    """Whether a connection was there and TLS failed on it, as with a wrong certificate."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None


async def _knows_no_name(web: Web) -> bool:
    """Whether the name server says of every name that there is none, as some do that have no network."""
    from mailferry.catalog.discovery.dns import NoSuchDomainError

    try:
        await web.resolver.mx("com")
    except NoSuchDomainError:
        return True
    except SourceError:
        return False
    return False


async def _status(client: httpx.AsyncClient, method: str, url: str) -> int:
    async with client.stream(method, url) as response:  # the body stays unread
        return response.status_code
