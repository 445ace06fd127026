"""Guessing: only a certificate for the very name and a proper greeting count, and nothing secret is said."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
import trustme

from mailferry.catalog.discovery import guess as guess_module
from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.guess import ask_guess
from mailferry.catalog.discovery.question import Question
from mailferry.model.recommendation import SourceAnswer
from tests.catalog.https_fixtures import trusted_fixture, web_authority_fixture
from tests.catalog.sources import question
from tests.checks.fault_server import FaultServer, Peer, Script

__all__ = ["trusted_fixture", "web_authority_fixture"]


@dataclass(frozen=True)
class _NoSuchHost:
    """Stands for the resolver: a name that is not dialled elsewhere does not exist, as most guessed ones."""

    known: Mapping[str, tuple[str, ...]]

    async def addresses(self, host: str) -> tuple[str, ...]:
        if host not in self.known:
            raise SourceError(f"{host} does not exist in DNS.")
        return self.known[host]


def greets(greeting: bytes) -> Script:
    def script(peer: Peer) -> None:
        peer.say(greeting)
        peer.stall()

    return script


class Domain:
    """firm.example, with the servers that a test starts under its names."""

    def __init__(self, authority: trustme.CA, running: ExitStack) -> None:
        self._authority = authority
        self._running = running
        self.connect_to: dict[str, str] = {}

    def context(self, *names: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert(*names).configure_cert(context)
        return context

    def serve(self, place: str, script: Script, *, certificate: str | None = None) -> FaultServer:
        """A server at “host:port”, speaking TLS from the start but on 587."""
        host, _, port = place.partition(":")
        tls = None if port == "587" else self.context(certificate or host)
        server = self._running.enter_context(FaultServer(script, tls=tls))
        self.connect_to[place] = f"127.0.0.1:{server.port}"
        return server

    async def guess(self, **known: tuple[str, ...]) -> SourceAnswer:
        return await ask_guess(self.question(known))

    def question(
        self, known: Mapping[str, tuple[str, ...]], announce: Callable[[Asking], None] = lambda _: None
    ) -> Question:
        asked = question(announce=announce)
        resolver: Any = _NoSuchHost(known)  # a stand-in with what is used
        web = replace(asked.web, connect_to=self.connect_to, resolver=resolver)
        return replace(asked, resolver=resolver, web=web)


@pytest.fixture
def domain(trusted: trustme.CA) -> Iterator[Domain]:
    with ExitStack() as running:
        yield Domain(trusted, running)


def _places(answer: SourceAnswer) -> list[str]:
    return [
        f"{each.protocol} {each.host}:{each.port} {each.security}"
        for each in (*answer.incoming, *answer.outgoing)
    ]


def _submission(domain: Domain, name: str) -> Script:
    def script(peer: Peer) -> None:
        peer.say(b"220-mail.firm.example\r\n220 ready\r\n")
        assert peer.hear().startswith(b"EHLO ")
        peer.say(b"250-mail.firm.example\r\n250 STARTTLS\r\n")
        assert peer.hear() == b"STARTTLS"
        peer.say(b"220 go on\r\n")
        peer.start_tls(domain.context(name))
        peer.stall()

    return script


async def test_what_proves_itself_is_found(domain: Domain) -> None:
    domain.serve("imap.firm.example:993", greets(b"* OK IMAP4rev1 ready\r\n"))
    domain.serve("mail.firm.example:993", greets(b"* OK IMAP4rev1 ready\r\n"))
    domain.serve("pop.firm.example:995", greets(b"+OK\r\n"))
    domain.serve("firm.example:465", greets(b"220 firm.example ESMTP\r\n"))
    domain.serve("smtp.firm.example:587", _submission(domain, "smtp.firm.example"))
    answer = await domain.guess()
    assert _places(answer) == [
        "imap imap.firm.example:993 tls",
        "pop3 pop.firm.example:995 tls",
        "smtp firm.example:465 tls",
        "smtp smtp.firm.example:587 starttls",
    ]
    assert answer.name is None
    assert answer.incoming[0].username == "eva@firm.example"
    assert answer.incoming[0].username_also == ()
    assert "imap.firm.example on port 993 greets with “* OK IMAP4rev1 ready”." in answer.remarks
    assert any("mail.firm.example" in remark for remark in answer.remarks)


async def test_nothing_secret_and_no_address_is_sent(domain: Domain) -> None:
    servers = [
        domain.serve("imap.firm.example:993", greets(b"* OK\r\n")),
        domain.serve("smtp.firm.example:587", _submission(domain, "smtp.firm.example")),
    ]
    await domain.guess()
    assert [server.heard for server in servers] == [[], [b"EHLO [127.0.0.1]", b"STARTTLS"]]


async def test_every_name_is_announced_before_it_is_asked(domain: Domain) -> None:
    announced: list[str] = []
    with pytest.raises(SourceError):
        await ask_guess(domain.question({}, lambda asking: announced.append(asking.host)))
    assert announced == [
        "imap.firm.example",
        "mail.firm.example",
        "firm.example",
        "pop.firm.example",
        "smtp.firm.example",
    ]


async def test_a_wildcard_with_a_certificate_for_another_name_is_no_proof(domain: Domain) -> None:
    for place in ("imap.firm.example:993", "smtp.firm.example:465"):
        domain.serve(place, greets(b"* OK\r\n"), certificate="hosting.example")
    domain.serve("smtp.firm.example:587", _submission(domain, "hosting.example"))
    with pytest.raises(SourceError) as caught:
        await domain.guess()
    assert "imap.firm.example shows a certificate for other names (hosting.example)" in str(caught.value)
    assert str(caught.value).count("smtp.firm.example") == 1


async def test_a_wrong_certificate_after_starttls_is_no_proof(domain: Domain) -> None:
    server = domain.serve("smtp.firm.example:587", _submission(domain, "hosting.example"))
    with pytest.raises(SourceError, match=r"What smtp\.firm\.example shows on port 587 is no certificate"):
        await domain.guess()
    assert server.connections == 1


async def test_an_unknown_issuer_is_no_proof(domain: Domain) -> None:
    stranger = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("imap.firm.example").configure_cert(stranger)
    with FaultServer(greets(b"* OK\r\n"), tls=stranger) as server:
        domain.connect_to["imap.firm.example:993"] = f"127.0.0.1:{server.port}"
        with pytest.raises(SourceError, match="issuer unknown"):
            await domain.guess()


@pytest.mark.parametrize(
    "greeting",
    [b"220 mail\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"* BYE\r\n", b"\r\n", b"", b"* OK" + b"x" * 5000],
    ids=["of SMTP", "of the web", "refusal", "empty line", "silence", "endless line"],
)
async def test_another_greeting_is_no_proof(domain: Domain, greeting: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.say(greeting)

    domain.serve("imap.firm.example:993", script)
    with pytest.raises(SourceError, match="No usual name"):
        await domain.guess()


@pytest.mark.parametrize("reply", [b"502 no\r\n", b"250 firm.example\r\n502 no\r\n", b"250-x\r\n" * 99])
async def test_a_server_without_starttls_is_no_proof(domain: Domain, reply: bytes) -> None:
    def script(peer: Peer) -> None:
        peer.say(b"220 ready\r\n")
        peer.hear()
        peer.say(reply)
        peer.stall()

    domain.serve("smtp.firm.example:587", script)
    with pytest.raises(SourceError):
        await domain.guess()


async def test_a_greeting_is_shown_harmless_and_short(domain: Domain) -> None:
    domain.serve("imap.firm.example:993", greets(b"* OK \x1b[2J\xff" + b"x" * 200 + b"\r\n"))
    remark, _ = (await domain.guess()).remarks
    assert "\x1b" not in remark
    assert r"\x1b[2J" in remark
    assert len(remark) < 150


async def test_one_that_never_answers_does_not_take_the_others_along(
    domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guess_module, "_EACH", 0.5)
    domain.serve("imap.firm.example:993", greets(b""))
    domain.serve("mail.firm.example:993", greets(b"* OK\r\n"))
    assert _places(await domain.guess()) == ["imap mail.firm.example:993 tls"]


async def test_stopped_it_leaves_nothing_open(domain: Domain) -> None:
    servers = [
        domain.serve("imap.firm.example:993", greets(b"")),
        domain.serve("smtp.firm.example:587", greets(b"")),
    ]
    task = asyncio.create_task(domain.guess())
    while any(server.connections == 0 for server in servers):
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task  # that no connection stays open, the end of each server's script shows


async def test_a_place_that_cannot_be_dialled_is_passed_over(domain: Domain) -> None:
    domain.connect_to = {"imap.firm.example:993": "127.0.0.1:99999", "mail.firm.example:993": "127.0.0.1"}
    with pytest.raises(SourceError):
        await domain.guess()
