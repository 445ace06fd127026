"""Questions to a real name server, and to one that is silent, lies or breaks the rules."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import dns.asyncquery
import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from mailferry.catalog.discovery import dns as discovery_dns
from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.dns import (
    DnsUnavailableError,
    MailExchanger,
    NoRecordsError,
    NoSuchDomainError,
    Resolver,
    ServiceRecord,
)
from mailferry.model.problem import MailferryError
from tests.catalog.nameserver import Reply, ServeZones, own_server, records

ZONES = {
    "example.org": r"""
@ MX 20 mx2
@ MX 10 mx1.other.example.
@ TXT "second" " part"
@ TXT "bell \007"
@ A 127.0.0.1
www CNAME web.other.example.
bare TXT "no address"
v6 AAAA ::1
ring CNAME ring2
ring2 CNAME ring
null MX 0 .
_imaps._tcp SRV 10 1 993 second
_imaps._tcp SRV 10 5 993 first
_imaps._tcp SRV 0 0 993 Best.other.example.
_pop3s._tcp SRV 0 0 0 .
"""
    + "\n".join(f'long TXT "{number:0200d}"' for number in range(30)),
    "other.example": "web A 127.0.0.2\nweb AAAA ::2",
}


def unheard(asking: Asking) -> None:
    """Where it does not matter who is asked."""


def asking(nameserver: str | None) -> Resolver:
    return Resolver(nameserver=nameserver, announce=unheard)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits for an answer that never comes end soon."""
    monkeypatch.setattr(discovery_dns, "_TRY", 0.02)
    monkeypatch.setattr(discovery_dns, "_LIFETIME", 0.1)


@pytest.mark.real
async def test_a_real_server_answers_every_kind_of_question(serve_zones: ServeZones) -> None:
    resolver = asking(serve_zones(ZONES).address)
    assert await resolver.mx("Example.ORG.") == (
        MailExchanger(10, "mx1.other.example"),
        MailExchanger(20, "mx2.example.org"),
    )
    assert await resolver.mx("null.example.org") == (MailExchanger(0, ""),)
    assert await resolver.srv("_imaps._tcp.example.org") == (
        ServiceRecord(0, 0, 993, "best.other.example"),
        ServiceRecord(10, 5, 993, "first.example.org"),
        ServiceRecord(10, 1, 993, "second.example.org"),
    )
    assert await resolver.srv("_pop3s._tcp.example.org") == (ServiceRecord(0, 0, 0, ""),)
    assert await resolver.addresses("www.example.org") == ("127.0.0.2", "::2")
    assert await resolver.addresses("example.org") == ("127.0.0.1",)
    assert await resolver.addresses("v6.example.org") == ("::1",)
    assert await resolver.cname("www.example.org") == "web.other.example"
    assert await resolver.cname("example.org") is None
    assert await resolver.txt("example.org") == (r"bell \x07", "second part")


@pytest.mark.real
async def test_a_long_answer_comes_over_tcp(serve_zones: ServeZones) -> None:
    assert len(await asking(serve_zones(ZONES).address).txt("long.example.org")) == 30


@pytest.mark.real
async def test_a_real_server_s_failures_are_told_apart(serve_zones: ServeZones) -> None:
    server = serve_zones(ZONES, broken=("broken.example",))
    resolver = asking(server.address)
    with pytest.raises(NoSuchDomainError, match=r"^absent\.example\.org does not exist in DNS\.$"):
        await resolver.mx("absent.example.org")
    with pytest.raises(NoSuchDomainError):
        await resolver.addresses("elsewhere.example")
    with pytest.raises(NoSuchDomainError):
        await resolver.cname("absent.example.org")
    with pytest.raises(NoRecordsError, match=r"^bare\.example\.org has no MX record in DNS\.$"):
        await resolver.mx("bare.example.org")
    with pytest.raises(NoRecordsError):
        await resolver.addresses("bare.example.org")
    with pytest.raises(DnsUnavailableError) as failure:
        await resolver.mx("broken.example")
    assert str(failure.value) == (
        f"Name server {server.address} could not find out about broken.example (SERVFAIL)."
    )
    with pytest.raises(DnsUnavailableError, match=r"^The aliases \(CNAME\) of ring\.example\.org go round"):
        await resolver.addresses("ring.example.org")


async def test_what_is_asked_is_announced_before_and_answers_are_shared() -> None:
    async with own_server(records({"example.org MX": ["10 mx.example.org."]})) as server:
        announced: list[tuple[Asking, int]] = []

        def announce(asking: Asking) -> None:
            announced.append((asking, len(server.questions)))

        one = Resolver(nameserver=server.address, announce=announce)
        other = replace(one, announce=announce)
        answers = await asyncio.gather(
            one.mx("example.org"), other.mx("EXAMPLE.org"), other.mx("example.org")
        )
        assert set(answers) == {(MailExchanger(10, "mx.example.org"),)}
        for resolver in (one, other, one):
            with pytest.raises(NoSuchDomainError):
                await resolver.mx("absent.example")
        assert server.questions == ["example.org. MX", "absent.example. MX"]
        name = f"name server {server.address}"
        assert announced == [(Asking(name, "example.org"), 0), (Asking(name, "absent.example"), 1)]


async def test_who_gives_up_leaves_the_question_to_the_others() -> None:
    held: list[dns.message.Message] = []

    def hold(query: dns.message.Message) -> None:
        held.append(query)

    async with own_server(hold) as server:
        resolver = asking(server.address)
        impatient = asyncio.create_task(resolver.mx("example.org"))
        patient = asyncio.create_task(resolver.mx("example.org"))
        await server.asked.wait()
        impatient.cancel()
        with pytest.raises(asyncio.CancelledError):
            await impatient
        server.send(records({"example.org MX": ["10 mx.example.org."]})(held[0]))
        assert await patient == (MailExchanger(10, "mx.example.org"),)


async def test_a_question_that_nobody_waits_for_ends_and_can_be_asked_again() -> None:
    async with own_server(lambda query: None) as server:
        resolver = asking(server.address)
        before = asyncio.all_tasks()
        asked = asyncio.create_task(resolver.mx("example.org"))
        await server.asked.wait()
        under_way = asyncio.all_tasks() - before
        asked.cancel()
        await asyncio.wait(under_way)
        assert all(task.cancelled() for task in under_way)
        server.reply = records({"example.org MX": ["10 mx.example.org."]})
        assert await resolver.mx("example.org") == (MailExchanger(10, "mx.example.org"),)


async def test_one_kind_of_address_may_fail() -> None:
    known: dict[str, Sequence[str] | dns.rcode.Rcode] = {
        "half.example A": ["127.0.0.1"],
        "half.example AAAA": dns.rcode.SERVFAIL,
        "unclear.example AAAA": dns.rcode.SERVFAIL,
        "unclear.example TXT": ["exists"],
    }
    async with own_server(records(known)) as server:
        resolver = asking(server.address)
        assert await resolver.addresses("half.example") == ("127.0.0.1",)
        with pytest.raises(DnsUnavailableError):  # there is no A record; whether there is an AAAA is unknown
            await resolver.addresses("unclear.example")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (dns.rcode.REFUSED, "refuses to answer (REFUSED)."),
        (dns.rcode.FORMERR, "answers about example.org with the error FORMERR."),
        (dns.rcode.YXDOMAIN, "gives an answer about example.org that cannot be read."),
    ],
)
async def test_a_server_that_will_not_answer(code: dns.rcode.Rcode, words: str) -> None:
    async with own_server(records({"example.org MX": code})) as server:
        with pytest.raises(DnsUnavailableError) as failure:
            await asking(server.address).mx("example.org")
    assert str(failure.value) == f"Name server {server.address} {words}"


def wrong_id(query: dns.message.Message) -> dns.message.Message:
    response = records({"example.org MX": ["10 evil.example."]})(query)
    assert isinstance(response, dns.message.Message)
    response.id ^= 1
    return response


def wrong_question(query: dns.message.Message) -> dns.message.Message:
    other = dns.message.make_query("evil.example", "MX", id=query.id)
    response = dns.message.make_response(other)
    response.answer = [dns.rrset.from_text("evil.example.", 60, "IN", "MX", "10 evil.example.")]
    return response


@pytest.mark.parametrize(
    "reply",
    [
        lambda query: None,
        lambda query: b"\xff" * 40,
        lambda query: b"",
        lambda query: query.to_wire(),
        wrong_id,
        wrong_question,
    ],
    ids=["silence", "garbage", "nothing", "echo", "wrong-id", "wrong-question"],
)
@pytest.mark.usefixtures("impatient")
async def test_what_is_no_answer_is_waited_past_and_never_believed(reply: Reply) -> None:
    async with own_server(reply) as server:
        with pytest.raises(DnsUnavailableError) as failure:
            await asking(server.address).mx("example.org")
    assert f"{server.address} gave no usable answer within" in str(failure.value)


async def test_a_packet_that_is_lost_is_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery_dns, "_TRY", 0.02)
    async with own_server(lambda query: None) as server:

        def second(query: dns.message.Message) -> dns.message.Message | bytes | None:
            return records({"example.org MX": ["10 mx."]})(query) if len(server.questions) > 1 else None

        server.reply = second
        assert await asking(server.address).mx("example.org") == (MailExchanger(10, "mx"),)


async def test_an_honest_answer_after_a_false_one_counts() -> None:
    async with own_server(lambda query: None) as server:

        def both(query: dns.message.Message) -> dns.message.Message | bytes | None:
            server.send(wrong_id(query))
            return records({"example.org MX": ["10 mx.example.org."]})(query)

        server.reply = both
        assert await asking(server.address).mx("example.org") == (MailExchanger(10, "mx.example.org"),)


async def test_records_of_other_names_are_not_taken() -> None:
    def reply(query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.answer = [dns.rrset.from_text("evil.example.", 60, "IN", "MX", "10 evil.example.")]
        return response

    async with own_server(reply) as server:
        with pytest.raises(NoRecordsError):
            await asking(server.address).mx("example.org")


async def test_half_an_answer_and_no_tcp() -> None:
    def reply(query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.TC
        return response

    async with own_server(reply) as server:
        with pytest.raises(DnsUnavailableError, match="in part only, and not at all over TCP"):
            await asking(server.address).mx("example.org")


def chain(query: dns.message.Message, length: int) -> dns.message.Message:
    response = dns.message.make_response(query)
    names = [str(query.question[0].name), *(f"alias{number}.example." for number in range(length))]
    response.answer = [
        dns.rrset.from_text(alias, 60, "IN", "CNAME", target) for alias, target in itertools.pairwise(names)
    ]
    response.answer.append(dns.rrset.from_text(names[-1], 60, "IN", "MX", "10 mx.example."))
    return response


def ring(query: dns.message.Message) -> dns.message.Message:
    response = dns.message.make_response(query)
    response.answer = [
        dns.rrset.from_text("example.org.", 60, "IN", "CNAME", "other.example."),
        dns.rrset.from_text("other.example.", 60, "IN", "CNAME", "example.org."),
    ]
    return response


@pytest.mark.parametrize("reply", [ring, lambda query: chain(query, 40)], ids=["ring", "endless"])
async def test_aliases_without_end(reply: Reply) -> None:
    async with own_server(reply) as server:
        with pytest.raises(DnsUnavailableError, match="go round in circles or on without end"):
            await asking(server.address).mx("example.org")


async def test_a_few_aliases_are_followed() -> None:
    async with own_server(lambda query: chain(query, 3)) as server:
        assert await asking(server.address).mx("example.org") == (MailExchanger(10, "mx.example"),)


@pytest.mark.parametrize(
    "target", [r"a\000b.example.", r"\027[31m.example.", r"mail\.exa/mple.", "-a.example."]
)
async def test_a_record_that_names_no_host(target: str) -> None:
    known = {
        "example.org MX": [f"10 {target}"],
        "example.org CNAME": [target],
        "_imaps._tcp.example.org SRV": [f"0 0 993 {target}"],
    }
    async with own_server(records(known)) as server:
        resolver = asking(server.address)
        for ask in (resolver.mx, resolver.cname):
            with pytest.raises(SourceError, match=r"which is no host name\.$") as failure:
                await ask("example.org")
            assert str(failure.value).isprintable()
        (record,) = await resolver.srv("_imaps._tcp.example.org")
        assert record.target.isprintable()


@pytest.mark.parametrize(
    "name",
    [
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "two..dots",
        "",
        "a b.example",
        "a\\000b.example",
        "a\x1b.example",
    ],
)
async def test_a_name_that_cannot_exist_is_not_asked_for(name: str) -> None:
    async with own_server(records({})) as server:
        resolver = asking(server.address)
        for ask in (resolver.mx, resolver.srv, resolver.addresses, resolver.cname, resolver.txt):
            with pytest.raises(SourceError, match="cannot be a name in DNS") as failure:
                await ask(name)
            assert str(failure.value).isprintable()
        assert server.questions == []


async def test_a_network_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*arguments: object, **options: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(dns.asyncquery, "udp", down)
    with pytest.raises(DnsUnavailableError) as failure:
        await asking("127.0.0.1:5300").mx("example.org")
    assert str(failure.value) == "Name server 127.0.0.1:5300 cannot be reached (Network is unreachable)."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "dns.example",
        "127.0.0.1:",
        "127.0.0.1:0",
        "127.0.0.1:65536",
        "127.0.0.1:x",
        "[::1",
        "[::1]5300",
        "1.2.3",
        "\x1b[1m",
    ],
)
def test_a_name_server_that_is_no_address(text: str) -> None:
    with pytest.raises(MailferryError, match=r"config\.toml: lookup\.resolver: .*192\.0\.2\.53") as failure:
        asking(text)
    assert str(failure.value).isprintable()


@pytest.mark.parametrize("text", ["192.0.2.1", "192.0.2.1:53", "::1", "[::1]", "[2001:db8::1]:5353"])
def test_forms_of_a_name_server_s_address(text: str) -> None:
    assert asking(text).nameserver == text


async def test_the_system_s_name_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []

    async def udp(query: dns.message.Message, where: str, **options: object) -> dns.message.Message:
        asked.append((str(query.question[0].name), where))
        response = records({"example MX": ["10 mx.example."]})(query)
        assert isinstance(response, dns.message.Message)
        return dns.message.from_wire(response.to_wire())

    announced: list[Asking] = []
    monkeypatch.setattr(dns.asyncquery, "udp", udp)
    monkeypatch.setattr(discovery_dns, "_RESOLV_CONF", str(tmp_path / "resolv.conf"))
    (tmp_path / "resolv.conf").write_text(
        "search home.example\noptions ndots:5\nnameserver 127.0.0.7\nnameserver ::1\n"
    )
    resolver = Resolver(nameserver=None, announce=announced.append)
    assert await resolver.mx("example") == (MailExchanger(10, "mx.example"),)
    assert asked == [("example.", "127.0.0.7")]  # and not example.home.example
    assert announced == [Asking("name server 127.0.0.7 or ::1", "example")]


@pytest.mark.parametrize(
    "content", [None, b"", b"nameserver not-an-address\n", b"\xff\xfe\n", b"search " + b"a" * 70]
)
async def test_a_machine_without_a_name_server(
    content: bytes | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "resolv.conf"
    monkeypatch.setattr(discovery_dns, "_RESOLV_CONF", str(path))
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DnsUnavailableError, match="names no usable name server in"):
        await asking(None).mx("example.org")
