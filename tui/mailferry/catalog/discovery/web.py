"""Reading one file over HTTPS from a host that nobody vouches for."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mailferry.catalog.discovery.asking import Announce, Asking, SourceError
from mailferry.catalog.discovery.trust import refusal, trust
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.host_name import is_ip_address
from mailferry.model.visible import visible

if TYPE_CHECKING:
    import httpx

    from mailferry.catalog.discovery.dns import Resolver

_WHOLE = 20.0
"""Seconds that reading one file may take, whatever trickles in. Sources have shorter deadlines."""
_CONNECT = 3.0
"""Seconds for a connection and its handshake, so that a second address still has a chance."""
_ADDRESSES = 3
_REDIRECTS = 3
_SHOWN = 120
_STEPS = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError)  # of every handshake, or of a hang-up


class NoSuchFileError(SourceError):
    """The server answered, and has no such file."""


@dataclass(frozen=True)
class Page:
    """A file as it was served. `url` is where it was found in the end."""

    url: str
    body: bytes
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Web:
    """HTTPS with our own name resolution, and nothing of the surroundings: no proxies, cookies or passwords.

    `connect_to` maps “host:port” to the “address:port” that is dialled instead, without asking the DNS; name
    and certificate stay those of the host.
    """

    resolver: Resolver
    announce: Announce
    connect_to: Mapping[str, str]

    async def get(self, url: str, *, about: str, within: str | None = None, limit: int = 1 << 20) -> Page:
        """Read the file at `url`, at most `limit` bytes.

        At most three redirects are followed, each only to HTTPS and to the same host, or to one that
        equals `within` or lies below it. `about` is what the host learns by being asked; it is announced.

        Raises NoSuchFileError for HTTP 404 and 410, and SourceError for all else, the resolver's included.
        """
        import httpx

        target = _address(url)
        try:
            async with asyncio.timeout(_WHOLE):
                for _ in range(_REDIRECTS + 1):
                    async with self._asked(target, about) as response:
                        if not response.has_redirect_location:
                            return await _read(response, target, limit)
                        target = _redirected(target, response.headers["Location"], within)
        except TimeoutError:
            raise SourceError(f"{_host(target)} did not answer in time.") from None
        except httpx.HTTPError as error:
            raise SourceError(_cut_short(error, _host(target))) from None
        except ssl.SSLError as error:  # after the handshake, such as a demand for our certificate
            why = visible(error.reason or "TLS failed")[:_SHOWN]
            raise SourceError(f"{_host(target)} ended the secure connection: {why}.") from None
        raise SourceError(
            f"{_host(_address(url))} sends from one place to the next without end; not followed."
        )

    @asynccontextmanager
    async def _asked(self, target: httpx.URL, about: str) -> AsyncIterator[httpx.Response]:
        """The beginning of the host's answer, from the first of its addresses that takes a connection."""
        import httpx

        failure = f"{_host(target)} has no address."
        places = await self.places(_host(target), target.port or 443)
        self.announce(Asking(host=_host(target), about=about))  # a host that does not exist is not asked
        for address, port in places:
            opened: list[Any] = []

            async def note(event: str, details: Mapping[str, Any], opened: list[Any] = opened) -> None:
                if event == "connection.connect_tcp.complete":
                    opened.append(details["return_value"])

            try:
                async with (
                    httpx.AsyncClient(
                        verify=trust(),
                        trust_env=False,
                        timeout=httpx.Timeout(_WHOLE, connect=_CONNECT),
                        headers={"User-Agent": "mailferry", "Accept-Encoding": "identity"},
                    ) as client,
                    client.stream(
                        "GET",
                        target.copy_with(host=address, port=port),
                        headers={"Host": target.netloc.decode("ascii")},
                        extensions={"sni_hostname": _host(target), "trace": note},
                    ) as response,
                ):
                    yield response
                    return
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                for cause in _causes(error):
                    if isinstance(cause, ssl.SSLError) and not isinstance(cause, _STEPS):
                        raise SourceError(await refusal(cause, _host(target), address, port)) from None
                failure = _no_connection(error, _host(target), port)
            finally:
                # A handshake that is cancelled leaves its connection open.
                for stream in opened:
                    await stream.aclose()
        raise SourceError(failure)

    async def places(self, host: str, port: int) -> tuple[tuple[str, int], ...]:
        """The addresses and ports to dial for a host. Raises SourceError, the resolver's included."""
        instead = self.connect_to.get(f"{host}:{port}")
        if instead is not None:
            address, _, dialled = instead.rpartition(":")
            if not dialled.isdecimal() or int(dialled) >= 1 << 16:
                raise SourceError(f"“{visible(instead)}” in [checks.connect_to] is not “address:port”.")
            return ((address.strip("[]"), int(dialled)),)
        if is_ip_address(host):
            return ((host, port),)
        addresses = await self.resolver.addresses(host)
        return tuple((address, port) for address in addresses[:_ADDRESSES])


def _address(url: str) -> httpx.URL:
    """A web address that can be asked. Raises SourceError for any other."""
    import httpx

    try:
        address = httpx.URL(url)
        if not is_ip_address(_host(address)):
            domain_to_ascii(_host(address))
    except (httpx.InvalidURL, UnicodeError, AddressError):
        raise SourceError(f"“{_shown(url)}” is not a web address.") from None
    if address.port is not None and not 0 < address.port < 65536:
        raise SourceError(f"“{_shown(url)}” names a port that does not exist.")
    if address.scheme != "https":
        raise SourceError(f"“{_shown(url)}” does not begin with https://; nothing else is asked.")
    return address


def _host(address: httpx.URL) -> str:
    """The host in A-labels, as the DNS and certificates have it; httpx's own `host` shows it in Unicode."""
    return address.raw_host.decode("ascii")


def _redirected(target: httpx.URL, location: str, within: str | None) -> httpx.URL:
    import httpx

    try:
        pointed = target.join(location)
    except (httpx.InvalidURL, UnicodeError):
        raise SourceError(f"{_host(target)} redirects to “{_shown(location)}”, no web address.") from None
    host = _host(pointed)
    at_home = host in (_host(target), within) or (within is not None and host.endswith(f".{within}"))
    if pointed.scheme == "https" and at_home and not pointed.userinfo:
        return _address(str(pointed.copy_with(fragment=None)))
    if pointed.scheme != "https":
        why = "is not HTTPS"
    else:
        why = "is another host" if not at_home else "carries a user name"
    shown = _shown(str(pointed.copy_with(userinfo=b"")))
    raise SourceError(f"{_host(target)} redirects to {shown}, which {why}; it was not followed.")


async def _read(response: httpx.Response, target: httpx.URL, limit: int) -> Page:
    if response.status_code in (404, 410):
        raise NoSuchFileError(f"{_host(target)} has no such file.")
    if response.status_code != 200:
        raise SourceError(f"{_host(target)} answers with HTTP {response.status_code} instead of the file.")
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in ("identity", "", "gzip"):
        raise SourceError(f"{_host(target)} sends the file compressed as “{_shown(coding)}”, unasked.")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > limit:
            raise _too_long(target, limit)
    plain = _unpacked(bytes(body), target, limit) if coding == "gzip" else bytes(body)
    return Page(
        str(target), plain, response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    )


def _unpacked(body: bytes, target: httpx.URL, limit: int) -> bytes:
    """Some servers compress although asked not to."""
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, limit + 1)
    except zlib.error:
        raise SourceError(f"{_host(target)} sends a file that is not compressed as it says.") from None
    if len(plain) > limit:
        raise _too_long(target, limit)
    return plain


def _too_long(target: httpx.URL, limit: int) -> SourceError:
    return SourceError(
        f"What {_host(target)} sends is longer than {limit // 1024} KB; it was not read to the end."
    )


def _no_connection(error: Exception, host: str, port: int) -> str:
    import httpx

    if isinstance(error, httpx.ConnectTimeout):
        return f"{host} did not answer in time."
    if any(isinstance(cause, ConnectionRefusedError) for cause in _causes(error)):
        return f"{host} takes no connections on port {port}."
    return f"No connection to {host} could be made, or it was closed at once."


def _cut_short(error: httpx.HTTPError, host: str) -> str:
    import httpx

    if isinstance(error, httpx.TimeoutException):
        return f"{host} did not answer in time."
    if (
        isinstance(error, httpx.RemoteProtocolError)
        and "disconnected" not in str(error)
        and "closed" not in str(error)
    ):
        return f"What {host} answers is not HTTP."
    return f"{host} closed the connection before the end of its answer."


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all that led to it, each once."""
    pending: list[BaseException | None] = [error]
    seen = set[int]()
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        yield each
        seen.add(id(each))
        pending += [each.__context__, each.__cause__]
        if isinstance(each, BaseExceptionGroup):
            pending += each.exceptions


def _shown(text: str) -> str:
    return visible(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
