"""One page and one profile, once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct

import pytest

from mailferry.iphone.delivery.events import (
    Closed,
    Delivered,
    Interrupted,
    Listening,
    Pestered,
    Seen,
)
from mailferry.iphone.delivery.limits import Limits
from tests.iphone.delivery.serving import IPHONE, PAGE, PROFILE, QUICK, parsed, serving


async def test_the_profile_is_delivered_once() -> None:
    async with serving() as running:
        first = await running.ask(running.link.profile_path, "GET", f"User-Agent: {IPHONE}")
        assert first.status == 200
        assert first.body == PROFILE
        assert first.headers["content-type"] == "application/x-apple-aspen-config"
        assert first.headers["content-disposition"] == 'attachment; filename="mum.mobileconfig"'
        assert first.headers["cache-control"] == "no-store"
        assert first.headers["x-content-type-options"] == "nosniff"
        assert first.headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in first.headers["content-security-policy"]
        assert running.ended is not None
        assert await running.ended == "delivered"
    assert running.events == [
        Listening(running.link.url, running.link.profile_url),
        Delivered("127.0.0.1", "iPhone, iOS 18.5, Safari"),
        Closed("delivered"),
    ]
    with pytest.raises(ConnectionRefusedError):
        await running.connect()


async def test_who_comes_too_late_reads_it_in_the_language_of_the_iphone() -> None:
    async with serving(language="fr", limits=Limits(linger=7.0)) as running:
        await running.ask(running.link.profile_path)
        await running.until(Delivered)
        late = await running.ask(running.link.page_path, "GET", "Accept-Language: de")
        assert (late.status, 'lang="fr"' in late.body.decode()) == (410, True)


async def test_who_comes_too_late_is_told_so_for_a_while() -> None:
    async with serving(limits=Limits(linger=7.0)) as running:
        await running.ask(running.link.profile_path)
        await running.until(Delivered)
        for path in (running.link.profile_path, running.link.page_path):
            late = await running.ask(path, "GET", "Accept-Language: de-AT,de;q=0.9,en;q=0.5")
            assert late.status == 410
            assert "Dieser Link wurde schon benutzt" in late.body.decode()
            assert PROFILE not in late.body
        running.clock.end(7.0)
        assert running.ended is not None
        assert await running.ended == "delivered"
    assert running.told().count(Delivered) == 1


async def test_looking_at_headers_uses_nothing_up() -> None:
    async with serving() as running:
        head = await running.ask(running.link.profile_path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers["content-length"] == str(len(PROFILE))
        assert (await running.ask(running.link.page_path, "HEAD")).headers["content-length"] == str(len(PAGE))
        assert running.told() == [Listening]
        assert (await running.ask(running.link.profile_path)).body == PROFILE


async def test_the_page_may_be_opened_as_often_as_one_likes() -> None:
    async with serving() as running:
        for _ in range(3):
            assert (await running.ask(running.link.page_path)).body == PAGE.encode()
        assert running.told() == [Listening, Seen, Seen, Seen]


async def test_a_part_that_is_asked_for_gets_the_whole() -> None:
    async with serving() as running:
        answer = await running.ask(running.link.profile_path, "GET", "Range: bytes=0-1")
        assert (answer.status, answer.body) == (200, PROFILE)
        assert answer.headers["accept-ranges"] == "none"


async def test_all_else_is_the_same_plain_answer() -> None:
    async with serving() as running:
        token, name = running.link.token, "mum.mobileconfig"
        wrong = [
            "/",
            "/favicon.ico",
            f"/{token}",
            f"/{token}//",
            f"//{token}/",
            f"/{token}/?x",
            f"/{token}/#x",
            f"/{token}/{name}/",
            f"/{token}/{name}?",
            f"/{token}/other.mobileconfig",
            f"/{token}/../{token}/",
            f"/{token}/./",
            f"/%2e%2e/{token}/",
            f"/{token}/%2e%2e/etc/passwd",
            f"/{token}/{name}%00",
            f"/{token.swapcase()}/",
            f"/{token[:-1]}/",
            f"http://127.0.0.1:{running.port}/{token}/",
            "*",
            "/../../../../etc/passwd",
        ]
        answers = {
            (answer.status, answer.body, tuple(sorted(answer.headers)))
            for answer in [await running.ask(path) for path in wrong]
        }
        assert len(answers) == 1
        assert answers.pop()[:2] == (404, b"not found\n")
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"):
            assert (await running.ask(running.link.profile_path, method)).status == 405
        assert running.told() == [Listening]
        assert (await running.ask(running.link.profile_path, "GET", "Host: evil.example")).status == 400
        assert (await running.ask(running.link.profile_path)).body == PROFILE


async def test_a_foreign_host_name_changes_nothing() -> None:
    async with serving() as running:
        request = f"GET {running.link.page_path} HTTP/1.1\r\nHost: evil.example\r\n\r\n"
        answer = parsed(await running.raw(request.encode()))
        assert (answer.status, answer.body) == (200, PAGE.encode())


@pytest.mark.parametrize(
    "garbage",
    [
        b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n : b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    ],
    ids=["empty", "tls", "version", "http0.9", "no host", "header", "long", "length"],
)
async def test_what_is_no_request_does_no_harm(garbage: bytes) -> None:
    async with serving() as running:
        answer = await running.raw(garbage)
        assert answer == b"" or parsed(answer).status in (400, 404, 431)
        assert (await running.ask(running.link.profile_path)).body == PROFILE


async def test_a_request_with_a_body_is_answered_all_the_same() -> None:
    async with serving() as running:
        body = b"x" * 40_000
        request = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        assert parsed(await running.raw(request)).status == 405


async def test_a_download_that_breaks_off_leaves_the_link_alive() -> None:
    async with serving() as running:
        request = f"GET {running.link.profile_path} HTTP/1.1\r\nHost: a\r\nUser-Agent: curl/8.5.0\r\n\r\n"
        reader, writer = await running.connect()
        writer.write(request.encode())
        await reader.readexactly(40)
        link: socket.socket = writer.get_extra_info("socket")
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
        assert await running.until(Interrupted) == Interrupted("127.0.0.1", "curl 8.5.0")
        assert (await running.ask(running.link.profile_path)).body == PROFILE


async def test_who_leaves_right_after_asking_has_not_got_it() -> None:
    async with serving() as running:
        with socket.create_connection(("127.0.0.1", running.port)) as link:
            link.sendall(f"GET {running.link.profile_path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        await running.until(Interrupted)
        assert (await running.ask(running.link.profile_path)).body == PROFILE


async def test_a_client_that_has_said_all_it_has_to_say_still_reads() -> None:
    async with serving() as running:
        reader, writer = await running.connect()
        writer.write(f"GET {running.link.profile_path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        writer.write_eof()
        assert parsed(await reader.read()).body == PROFILE
        writer.close()
        await running.until(Delivered)


async def test_a_slow_reader_is_not_waited_for_for_ever_and_others_are_served() -> None:
    large = bytes(20_000_000)  # more than the system's own buffers take
    async with serving(profile=large) as running:
        reader, writer = await running.connect()
        writer.write(f"GET {running.link.profile_path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        await reader.readexactly(100)
        page = await running.ask(running.link.page_path)
        assert page.status == 200
        await running.until(Interrupted)
        writer.transport.abort()
        assert len((await running.ask(running.link.profile_path)).body) == len(large)


async def test_half_requests_are_closed_and_keep_nobody_out() -> None:
    async with serving(limits=Limits(header_time=60.0, guests=10, linger=0.0)) as running:
        half = []
        for number in range(40):
            reader, writer = await running.connect()
            writer.write(b"GET / HT" if number % 2 else b"")
            half.append((reader, writer))
        assert (await running.ask(running.link.profile_path)).body == PROFILE
        assert running.ended is not None
        assert await running.ended == "delivered"
        for reader, writer in half:
            with contextlib.suppress(ConnectionResetError):
                assert await reader.read() == b""
            writer.close()


async def test_a_slow_request_has_its_deadline() -> None:
    async with serving() as running:
        assert await running.raw(b"GET / HTTP/1.1\r\nHo") == b""


async def test_many_at_once_and_the_right_one_gets_through() -> None:
    async with serving(limits=Limits(linger=5.0)) as running:
        wrong = [running.ask(f"/{number:022d}/mum.mobileconfig") for number in range(180)]
        right = [running.ask(running.link.profile_path) for _ in range(20)]
        mixed = [each for trio in zip(wrong[::9], right, strict=True) for each in trio]
        mixed += [each for place, each in enumerate(wrong) if place % 9]
        answers = await asyncio.gather(*mixed)
        assert sorted({answer.status for answer in answers}) == [200, 404, 410, 429]
        assert [answer.body for answer in answers if answer.status == 200] == [PROFILE]
        assert sum(answer.status == 410 for answer in answers) == 19
        assert sum(answer.status == 404 for answer in answers) == Limits().wrong
        assert running.told().count(Pestered) == 1
        assert running.told().count(Delivered) == 1


async def test_a_limit_on_wrong_links_never_stops_the_right_one() -> None:
    async with serving() as running:
        for _ in range(40):
            last = await running.ask("/wrong/")
        assert (last.status, last.headers["retry-after"]) == (429, "60")
        assert (await running.ask(running.link.page_path)).status == 200
        assert (await running.ask(running.link.profile_path)).body == PROFILE


async def test_a_link_dies_when_its_time_is_up() -> None:
    async with serving() as running:
        await running.ask(running.link.page_path)
        running.clock.end(900.0)
        assert running.ended is not None
        assert await running.ended == "expired"
        assert running.events[-1] == Closed("expired")
        with pytest.raises(ConnectionRefusedError):
            await running.connect()


async def test_a_download_under_way_is_not_cut_off_when_time_is_up() -> None:
    large = bytes(20_000_000)
    async with serving(profile=large, limits=Limits(linger=0.0)) as running:
        reader, writer = await running.connect()
        writer.write(f"GET {running.link.profile_path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        await reader.readexactly(100)
        running.clock.end(900.0)
        assert parsed(b"HTTP/1.1 200 x\r\n\r\n" + await reader.read()).body.endswith(b"\0")
        writer.close()
        assert running.ended is not None
        assert await running.ended == "delivered"


async def test_a_link_can_be_stopped() -> None:
    async with serving() as running:
        running.server.stop()
        assert running.ended is not None
        assert await running.ended == "stopped"
    assert running.told() == [Listening, Closed]


async def test_instructions_alone_are_used_up_by_who_reads_them_and_not_by_a_preview() -> None:
    async with serving(profile=None, limits=QUICK) as running:
        assert running.link.profile_url is None
        preview = await running.ask(running.link.page_path, "GET", "User-Agent: WhatsApp/2.23")
        assert preview.body == PAGE.encode()
        assert (await running.ask(running.link.page_path, "HEAD")).status == 200
        assert (await running.ask(running.link.page_path, "GET", f"User-Agent: {IPHONE}")).status == 200
        assert running.ended is not None
        assert await running.ended == "delivered"
    assert running.told() == [Listening, Seen, Delivered, Closed]
