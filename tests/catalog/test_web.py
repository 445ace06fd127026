"""One file over HTTPS from a host that nobody vouches for: what is followed, refused, and said."""

from __future__ import annotations

import asyncio
import datetime
import gc
import gzip
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from mailferry.catalog.discovery import web as web_module
from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.web import NoSuchFileError, Page
from mailferry.model.visible import visible
from tests.catalog.https_fixtures import (  # noqa: F401  fixtures are found by their names
    Announced,
    Names,
    a_web,
    trusted_fixture,
    web_authority_fixture,
)
from tests.catalog.https_server import Answer, HttpsServer
from tests.checks.fault_server import FaultServer, Peer

HOST = "autoconfig.example.test"
PLACE = f"{HOST}/config.xml"
URL = f"https://{PLACE}"


@pytest.fixture
def server(trusted: trustme.CA) -> Iterator[HttpsServer]:
    with HttpsServer(trusted, HOST, "example.test", "www.example.test", "ispdb.example.test") as running:
        yield running


async def read(
    server: HttpsServer, url: str = URL, *, within: str = "example.test", limit: int = 1 << 20
) -> Page:
    hosts = (HOST, "example.test", "www.example.test", "evil.test", "badexample.test")
    return await a_web(server.connect_to(*hosts)).get(url, within=within, about="x", limit=limit)


async def test_a_file_is_read(server: HttpsServer) -> None:
    server.pages[PLACE] = Answer(b"<x/>", headers={"Content-Type": "text/XML; charset=utf-8"})
    page = await read(server, URL + "?a=b%40c")
    assert page == Page(URL + "?a=b%40c", b"<x/>", "text/xml")
    assert server.asked == [URL + "?a=b%40c"]


async def test_the_request_says_who_asks_and_nothing_else(server: HttpsServer) -> None:
    server.serve(PLACE, "x", **{"Set-Cookie": "a=b"})
    await read(server)
    assert {name.lower() for name in server.headers[0]} == {
        "host",
        "accept",
        "accept-encoding",
        "connection",
        "user-agent",
    }
    assert server.headers[0]["User-Agent"] == "mailferry"
    assert server.headers[0]["Accept-Encoding"] == "identity"


async def test_proxies_of_the_surroundings_are_not_used(
    server: HttpsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    server.serve(PLACE, "x")
    assert (await read(server)).body == b"x"


async def test_every_host_is_announced_before_it_is_asked(server: HttpsServer) -> None:
    announced = Announced()
    server.redirect(PLACE, "https://www.example.test/there")
    server.serve("www.example.test/there", "x")
    web = replace(a_web(server.connect_to(HOST, "www.example.test")), announce=announced)
    await web.get(URL, within="example.test", about="joe@example.test")
    assert announced.askings == [
        Asking(HOST, "joe@example.test"),
        Asking("www.example.test", "joe@example.test"),
    ]


async def test_names_are_asked_of_our_own_resolver(server: HttpsServer) -> None:
    host = f"ispdb.example.test:{server.port}"
    server.serve("ispdb.example.test/v1", "x")
    page = await a_web(names=Names({"ispdb.example.test": ("127.0.0.1",)})).get(
        f"https://{host}/v1", within="ispdb.example.test", about="x"
    )
    assert page.body == b"x"
    assert server.asked == [f"https://{host}/v1"]


async def test_the_next_address_is_tried_when_one_takes_no_connection(server: HttpsServer) -> None:
    server.serve("ispdb.example.test/v1", "x")
    page = await a_web(names=Names({"ispdb.example.test": ("::1", "127.0.0.2", "127.0.0.1")})).get(
        f"https://ispdb.example.test:{server.port}/v1", within="ispdb.example.test", about="x"
    )
    assert page.body == b"x"


async def test_a_name_that_is_not_known_is_what_the_resolver_says() -> None:
    announced = Announced()
    with pytest.raises(SourceError, match=f"There is no host {HOST}"):
        await a_web(announce=announced).get(URL, within="example.test", about="x")
    assert announced.askings == []  # nobody was asked


@pytest.mark.parametrize(
    "location",
    ["https://www.example.test/there", "https://example.test/there", "/there", "//example.test/there"],
)
async def test_a_redirect_inside_the_domain_is_followed(server: HttpsServer, location: str) -> None:
    server.redirect(PLACE, location)
    for host in (HOST, "example.test", "www.example.test"):
        server.serve(f"{host}/there", "found")
    assert (await read(server)).body == b"found"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://autoconfig.example.test/x", "is not HTTPS"),
        ("https://evil.test/x", "is another host"),
        ("https://badexample.test/x", "is another host"),
        ("https://example.test@evil.test/x", "is another host"),
        ("https://joe:secret@example.test/x", "not followed"),
        ("ftp://example.test/x", "is not HTTPS"),
        ("https://example.test:99999999/x", "port that does not exist"),
        ("https://exa\x1bmple.test/", "not"),
    ],
)
async def test_a_redirect_elsewhere_is_named_and_not_followed(
    server: HttpsServer, location: str, words: str
) -> None:
    server.redirect(PLACE, location)
    with pytest.raises(SourceError, match=words) as caught:
        await read(server)
    assert "secret" not in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(server.asked) == 1


async def test_three_redirects_are_followed_and_no_more(server: HttpsServer) -> None:
    for step in range(3):
        server.redirect(f"{HOST}/{step}", f"/{step + 1}")
    server.serve(f"{HOST}/3", "found")
    assert (await read(server, f"https://{HOST}/0")).body == b"found"
    server.redirect(f"{HOST}/3", "/0")
    with pytest.raises(SourceError, match="without end"):
        await read(server, f"https://{HOST}/0")
    assert len(server.asked) == 8


async def test_a_file_that_is_not_there(server: HttpsServer) -> None:
    with pytest.raises(NoSuchFileError, match=f"{HOST} has no such file"):
        await read(server)


@pytest.mark.parametrize("status", [204, 300, 401, 403, 500, 503])
async def test_any_other_status_is_named(server: HttpsServer, status: int) -> None:
    server.pages[PLACE] = Answer(status=status)
    with pytest.raises(SourceError, match=f"HTTP {status}") as caught:
        await read(server)
    assert not isinstance(caught.value, NoSuchFileError)


async def test_a_file_is_read_to_the_limit_only(server: HttpsServer) -> None:
    server.serve(PLACE, b"x" * 2048)
    assert len((await read(server, limit=2048)).body) == 2048
    with pytest.raises(SourceError, match="longer than 1 KB"):
        await read(server, limit=1024)


async def test_an_endless_file_ends_at_the_limit(trusted: trustme.CA) -> None:
    sent = 0

    def endless(peer: Peer) -> None:
        nonlocal sent
        start(peer, trusted)
        peer.say(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        while True:
            peer.say(b"x" * 65536)
            sent += 65536

    with FaultServer(endless) as faulty, pytest.raises(SourceError, match="longer than 1024 KB"):
        await faulted(faulty)
    assert sent < 100 << 20


async def test_what_is_compressed_unasked_is_unpacked_to_the_limit_only(server: HttpsServer) -> None:
    server.serve(PLACE, gzip.compress(b"<x/>"), **{"Content-Encoding": "gzip"})
    assert (await read(server)).body == b"<x/>"
    server.serve(PLACE, gzip.compress(bytes(100 << 20)), **{"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="longer than 1024 KB"):
        await read(server)
    server.serve(PLACE, b"no gzip at all", **{"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="not compressed as it says"):
        await read(server)
    server.serve(PLACE, b"x", **{"Content-Encoding": "br"})
    with pytest.raises(SourceError, match="compressed as “br”"):
        await read(server)


def start(peer: Peer, authority: trustme.CA, *names: str, not_after: datetime.datetime | None = None) -> None:
    """Shake hands and hear the request out."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or (HOST,)), not_after=not_after).configure_cert(context)
    peer.start_tls(context)
    while peer.hear():
        pass


async def faulted(faulty: FaultServer) -> Page:
    return await a_web({f"{HOST}:443": f"127.0.0.1:{faulty.port}"}).get(URL, within="example.test", about="x")


async def test_a_certificate_for_other_names_is_told_with_its_names(trusted: trustme.CA) -> None:
    names = ("*.hoster.test", "hoster.test", "c.test", "d.test")
    with (
        FaultServer(lambda peer: start(peer, trusted, *names)) as faulty,
        pytest.raises(SourceError) as caught,
    ):
        await faulted(faulty)
    assert f"{HOST} shows a certificate for other names (*.hoster.test, hoster.test, c.test, …)" in str(
        caught.value
    )
    assert "wildcard" in str(caught.value)


async def test_an_expired_certificate(trusted: trustme.CA) -> None:
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    with (
        FaultServer(lambda peer: start(peer, trusted, not_after=past)) as faulty,
        pytest.raises(SourceError, match=f"certificate of {HOST} has expired"),
    ):
        await faulted(faulty)


async def test_an_unknown_issuer(trusted: trustme.CA) -> None:
    with (
        FaultServer(lambda peer: start(peer, trustme.CA())) as faulty,
        pytest.raises(SourceError, match="issuer unknown to this computer"),
    ):
        await faulted(faulty)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"220 smtp.example.test ESMTP\r\n", "does not speak TLS"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"),
        (b"", "closed"),
    ],
)
async def test_no_tls_at_all(trusted: trustme.CA, said: bytes, words: str) -> None:
    def answer(peer: Peer) -> None:
        peer.say(said)
        peer.hang_up() if not said else peer.stall()

    with FaultServer(answer) as faulty, pytest.raises(SourceError, match=words):
        await faulted(faulty)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"220 smtp.example.test ESMTP\r\n\r\n", "is not HTTP"),
        (b"", "closed the connection before the end"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "closed the connection before the end"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "closed the connection before",
        ),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 500_000 + b"\r\n\r\n", "is not HTTP"),
    ],
    ids=["another protocol", "nothing", "half a body", "half the pieces", "an endless heading"],
)
async def test_what_is_no_whole_answer(trusted: trustme.CA, said: bytes, words: str) -> None:
    def answer(peer: Peer) -> None:
        start(peer, trusted)
        peer.say(said)
        peer.hang_up()

    with FaultServer(answer) as faulty, pytest.raises(SourceError, match=words):
        await faulted(faulty)


async def test_a_host_that_wants_our_certificate(trusted: trustme.CA) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.issue_cert(HOST).configure_cert(context)
    trusted.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    with (
        FaultServer(lambda peer: peer.start_tls(context)) as faulty,
        pytest.raises(SourceError, match=f"{HOST} ended the secure connection|{HOST} closed the connection"),
    ):
        await faulted(faulty)


async def test_a_port_that_takes_no_connections() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        web = a_web({f"{HOST}:443": f"127.0.0.1:{unheard.getsockname()[1]}"})
        with pytest.raises(SourceError, match=f"{HOST} takes no connections on port"):
            await web.get(URL, within="example.test", about="x")


@pytest.mark.parametrize("stage", ["handshake", "answer"])
async def test_silence_ends(
    trusted: trustme.CA,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
) -> None:
    monkeypatch.setattr(web_module, "_CONNECT" if stage == "handshake" else "_WHOLE", 0.3)

    def silent(peer: Peer) -> None:
        if stage == "answer":
            start(peer, trusted)
        peer.stall()

    with FaultServer(silent) as faulty, pytest.raises(SourceError, match=f"{HOST} did not answer in time"):
        await faulted(faulty)


@pytest.mark.parametrize("stage", ["answer", "body"])
async def test_it_can_be_stopped_at_any_moment_and_leaves_nothing_behind(
    trusted: trustme.CA, stage: str
) -> None:
    loop = asyncio.get_running_loop()
    reached, gone = asyncio.Event(), asyncio.Event()

    def silent(peer: Peer) -> None:
        try:
            start(peer, trusted)
            if stage == "body":
                peer.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            loop.call_soon_threadsafe(reached.set)
            peer.stall()
        finally:
            loop.call_soon_threadsafe(gone.set)

    with FaultServer(silent) as faulty:
        await stopped(asyncio.create_task(faulted(faulty)), reached, gone)


async def test_it_can_be_stopped_within_the_handshake() -> None:
    reached, gone = asyncio.Event(), asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        reached.set()
        with suppress(ConnectionError):
            await reader.read()
        gone.set()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        web = a_web({f"{HOST}:443": f"127.0.0.1:{port}"})
        await stopped(asyncio.create_task(web.get(URL, within="example.test", about="x")), reached, gone)


async def stopped(task: asyncio.Task[Page], reached: asyncio.Event, gone: asyncio.Event) -> None:
    """Cancel the task when the server has reached its silence; the server must see that we hang up."""
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(gone.wait(), 5)
    gc.collect()  # a connection left open would warn now, and a warning fails the test


@pytest.mark.parametrize(
    "url", ["http://example.test/", "https://", "ftp://x", "nonsense", "https://a b/", "https://[/"]
)
async def test_nothing_but_https_is_asked(url: str) -> None:
    announced = Announced()
    with pytest.raises(SourceError, match=r"begin with https://|not a web address"):
        await a_web(announce=announced).get(url, within="example.test", about="x")
    assert announced.askings == []


@given(st.text(max_size=60) | st.text(max_size=40).map("https://{}".format))
def test_wherever_a_host_points_it_is_an_address_at_home_or_an_error(location: str) -> None:
    import httpx

    try:
        pointed = web_module._redirected(httpx.URL(URL), location, "example.test")
    except SourceError as error:
        words = str(error)
    else:
        words = ""
        assert pointed.scheme == "https"
        host = pointed.raw_host.decode("ascii")
        assert host == "example.test" or host.endswith(".example.test")
    assert words == visible(words)


@pytest.mark.parametrize("instead", ["127.0.0.1", "127.0.0.1:", "127.0.0.1:x"])
async def test_a_connect_to_that_cannot_be_dialled_is_named(instead: str) -> None:
    with pytest.raises(SourceError, match=r"checks\.connect_to"):
        await a_web({f"{HOST}:443": instead}).get(URL, within="example.test", about="x")


async def test_the_cas_are_read_anew_when_the_surroundings_change(
    server: HttpsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.serve(PLACE, "x")
    await read(server)
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    with pytest.raises(SourceError, match="issuer unknown"):
        await read(server)
