"""Pages that are there, gone, or not to be had, asked for at a real HTTPS server on loopback."""

from __future__ import annotations

import asyncio
import socket

import trustme

from mailferry.catalog.discovery.dns import DnsUnavailableError, NoSuchDomainError
from mailferry.catalog.evidence_links import Link, ask_links
from tests.catalog.https_fixtures import (
    Announced,
    Exchanger,
    Names,
    a_web,
    trusted_fixture,
    web_authority_fixture,
)
from tests.catalog.https_server import Answer, HttpsServer

__all__ = ["trusted_fixture", "web_authority_fixture"]


HERE = Names(known={"localhost": ("127.0.0.1",)})


async def test_what_is_there_is_gone_or_cannot_be_told(trusted: trustme.CA) -> None:
    announced = Announced()
    with HttpsServer(trusted, "localhost") as server:
        root = f"https://localhost:{server.port}"
        server.serve("localhost/help", "x" * 10_000)
        server.pages["localhost/gone"] = Answer(status=410)
        server.pages["localhost/private"] = Answer(status=403)
        server.redirect("localhost/moved", f"{root}/help")
        server.redirect("localhost/moved-and-gone", f"{root}/gone")
        server.redirect("localhost/round", f"{root}/round")
        found = await ask_links(
            [
                f"{root}/{page}"
                for page in ("help", "none", "gone", "private", "moved", "moved-and-gone", "round", "help")
            ],
            a_web(names=HERE, announce=announced),
        )
    assert [(link.url.rpartition("/")[2], link.dead) for link in found] == [
        ("help", False),
        ("none", True),
        ("gone", True),
        ("private", False),
        ("moved", False),
        ("moved-and-gone", True),
        ("round", False),
    ]
    whys = {link.url.rpartition("/")[2]: link.why for link in found}
    assert whys["help"] is whys["moved"] is None
    assert whys["gone"] == "HTTP 410, the page is not there"
    assert whys["private"] == "HTTP 403"
    assert whys["round"] == "is redirected without end"
    assert set(announced.hosts) == {"localhost"}


async def test_an_unknown_host_is_dead_and_a_closed_port_is_not(trusted: trustme.CA) -> None:
    announced = Announced()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    unknown, closed, odd = await ask_links(
        ["https://nobody.example/help", f"https://localhost:{port}/help", "https://localhost:99999/"],
        a_web(names=HERE, announce=announced),
    )
    assert unknown == Link("https://nobody.example/help", dead=True, why="there is no such host")
    assert (closed.dead, closed.why is None) == (False, False)
    assert (odd.dead, odd.why is None) == (False, False)
    assert "nobody.example" in announced.hosts


async def test_a_certificate_that_is_not_trusted_is_said(web_authority: trustme.CA) -> None:
    with HttpsServer(web_authority, "localhost") as server:
        (link,) = await ask_links([f"https://localhost:{server.port}/help"], a_web(names=HERE))
    assert (link.dead, "certificate" in (link.why or "").lower()) == (False, True)


async def test_a_server_that_never_answers_has_a_deadline() -> None:
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    (link,) = await ask_links([f"http://127.0.0.1:{port}/"], a_web(), seconds=0.2)
    assert (link.dead, link.why) == (False, "no answer within 0.2 s")
    for writer in held:
        writer.close()
    server.close()
    await server.wait_closed()


async def test_no_page_is_asked_for_twice(trusted: trustme.CA) -> None:
    with HttpsServer(trusted, "localhost") as server:
        server.serve("localhost/help", "x")
        url = f"https://localhost:{server.port}/help"
        assert await ask_links([url, url], a_web(names=HERE)) == (Link(url),)
        assert server.asked == [url]


async def test_without_a_network_most_pages_are_not_even_tried() -> None:
    class Silent(Names):
        async def addresses(self, host: str) -> tuple[str, ...]:
            raise DnsUnavailableError("The name server does not answer.")

    urls = [f"https://host-{number}.example/" for number in range(40)]
    found = await ask_links(urls, a_web(names=Silent()))
    assert not any(link.reached or link.dead for link in found)
    assert [link.url for link in found] == urls
    assert sum(link.why == "was not asked" for link in found) >= 20


async def test_a_name_server_that_knows_no_name_proves_no_page_dead() -> None:
    class Nothing(Names):
        async def mx(self, domain: str) -> tuple[Exchanger, ...]:
            raise NoSuchDomainError(f"There is no domain {domain}.")

    (link,) = await ask_links(["https://quay.example/help"], a_web(names=Nothing()))
    assert (link.dead, link.reached) == (False, False)


async def test_hosts_are_dialled_where_the_connections_are_led(trusted: trustme.CA) -> None:
    with HttpsServer(trusted, "quay.example") as server:
        server.serve("quay.example/help", "x")
        (link,) = await ask_links(["https://quay.example/help"], a_web(server.connect_to("quay.example")))
        assert (link, server.asked) == (
            Link("https://quay.example/help"),
            ["https://quay.example/help"],
        )
