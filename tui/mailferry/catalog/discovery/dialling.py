"""An HTTP client's way to hosts: names resolved and connections led as `config.toml` says."""

from __future__ import annotations

import httpx

from mailferry.catalog.discovery.trust import trust
from mailferry.catalog.discovery.web import Web

_CONNECT = 5.0
"""Seconds for one connection, so that a second address still has a chance."""


class Dialling(httpx.AsyncBaseTransport):
    """Dials the addresses that a Web finds for a host; name and certificate stay those of the host.

    Raises SourceError for a host whose addresses are not to be had, beside what httpx raises.
    """

    def __init__(self, web: Web) -> None:
        self._web = web
        self._inner = httpx.AsyncHTTPTransport(verify=trust(), trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first address that takes a connection."""
        host = request.url.raw_host.decode("ascii")
        port = request.url.port or (80 if request.url.scheme == "http" else 443)
        places = await self._web.places(host, port)
        timeout = {**request.extensions.get("timeout", {}), "connect": _CONNECT}
        for number, (address, port) in enumerate(places, start=1):
            dialled = httpx.Request(
                request.method,
                request.url.copy_with(host=address, port=port),
                headers=request.headers,  # the Host among them
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host, "timeout": timeout},
            )
            try:
                return await self._inner.handle_async_request(dialled)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if number == len(places):
                    raise
        raise httpx.ConnectError(f"{host} has no address", request=request)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._inner.aclose()
