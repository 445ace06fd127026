"""Guessing: usual names tried, because nobody says what a domain's servers are and the user asked for it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.discovery.trust import refusal, trust
from mailferry.model.account import Protocol, Security
from mailferry.model.address import Address
from mailferry.model.recommendation import RecommendedServer, SourceAnswer, fill_username
from mailferry.model.visible import visible

_EACH = 8.0  # seconds for one candidate, so that those that answer count although others never do
_CONNECT = 4.0  # seconds for one address of it
_ADDRESSES = 2
_LINE = 1024  # bytes of one line of a server; RFC 5321 section 4.5.3.1.5 allows 512
_LINES = 50
_SHOWN = 60
_ASSUMED = (
    "Servers do not say what names they know; the address and a password are what most want at sign-in."
)


@dataclass(frozen=True)
class _Candidate:
    protocol: Protocol
    host: str
    port: int
    security: Security


@dataclass(frozen=True)
class _Tried:
    """`greeting` is the proof; `refused` says why an answer was none, where that is worth knowing."""

    candidate: _Candidate
    greeting: str | None = None
    refused: str | None = None


class _NoProofError(Exception):
    """What answers is not the server it was tried as; the message says why, empty where it hardly matters."""


async def ask_guess(question: Question) -> SourceAnswer:
    """Servers under usual names of the domain that prove themselves by certificate and greeting.

    A certificate for that very name, from a trusted issuer, and the greeting of the protocol are needed; no
    password is sent. Only encrypted ways in are tried (RFC 8314), all at once. Raises SourceError.
    """
    candidates = _candidates(question.address.domain)
    for host in dict.fromkeys(candidate.host for candidate in candidates):
        question.web.announce(Asking(host=host, about=question.address.domain))
    tried = await asyncio.gather(*(_try(candidate, question) for candidate in candidates))
    proven = [each for each in tried if each.greeting is not None]
    refusals = {each.candidate.host: each.refused for each in reversed(tried) if each.refused}
    refused = tuple(reversed(refusals.values()))  # one for each host, that of the first port tried
    if not proven:
        nobody = f"No usual name of {question.address.domain} answers as a mail server that can be trusted."
        raise SourceError(" ".join((nobody, *refused)))
    servers = _servers([each.candidate for each in proven], question.address)
    return SourceAnswer(
        source="guess",
        ok=True,
        incoming=tuple(server for server in servers if server.protocol != "smtp"),
        outgoing=tuple(server for server in servers if server.protocol == "smtp"),
        remarks=(*(_greeted(each) for each in proven), _ASSUMED, *refused),
    )


def _candidates(domain: str) -> tuple[_Candidate, ...]:
    """What is tried, the best first."""
    kinds: tuple[tuple[Protocol, int, Security, str], ...] = (
        ("imap", 993, "tls", "imap"),
        ("pop3", 995, "tls", "pop"),
        ("smtp", 465, "tls", "smtp"),
        ("smtp", 587, "starttls", "smtp"),
    )
    return tuple(
        _Candidate(protocol, host, port, security)
        for protocol, port, security, usual in kinds
        for host in (f"{usual}.{domain}", f"mail.{domain}", domain)
    )


def _servers(proven: Sequence[_Candidate], address: Address) -> list[RecommendedServer]:
    """One server for each way in, under the first of its names that answered."""
    first: dict[tuple[Protocol, int], _Candidate] = {}
    for candidate in proven:
        first.setdefault((candidate.protocol, candidate.port), candidate)
    return [
        RecommendedServer(
            protocol=each.protocol,
            host=each.host,
            port=each.port,
            security=each.security,
            username=fill_username("address", address),
            auth=("password",),
        )
        for each in first.values()
    ]


def _greeted(tried: _Tried) -> str:
    candidate = tried.candidate
    return f"{candidate.host} on port {candidate.port} greets with “{tried.greeting}”."


async def _try(candidate: _Candidate, question: Question) -> _Tried:
    try:
        async with asyncio.timeout(_EACH):
            for address, port in (await question.web.places(candidate.host, candidate.port))[:_ADDRESSES]:
                try:
                    return _Tried(candidate, greeting=await _greeting(candidate, address, port))
                except ssl.SSLError as error:
                    return _Tried(candidate, refused=await _refused(error, candidate, address, port))
                except (OSError, TimeoutError):
                    continue  # its next address may answer
    except _NoProofError as error:
        return _Tried(candidate, refused=str(error))
    except (SourceError, TimeoutError):
        pass  # that there is no such host is the usual outcome of a guess
    return _Tried(candidate)


async def _refused(error: ssl.SSLError, candidate: _Candidate, address: str, port: int) -> str:
    if candidate.security == "tls":
        return await refusal(error, candidate.host, address, port)
    # Finding out more would mean dialling again, with TLS from the start, which this port does not speak.
    return f"What {candidate.host} shows on port {candidate.port} is no certificate that can be trusted."


async def _greeting(candidate: _Candidate, address: str, port: int) -> str:
    """The server's greeting, fit to be shown, once its certificate is proven too.

    Raises _NoProofError, ssl.SSLError, OSError and TimeoutError.
    """
    async with _connected(candidate, address, port) as (reader, writer):
        expected = {"imap": b"* OK", "pop3": b"+OK", "smtp": b"220"}[candidate.protocol]
        greeting = await _line(reader)
        if not greeting.upper().startswith(expected):
            raise _NoProofError(
                f"What answers at {candidate.host} on port {candidate.port} is no"
                f" {candidate.protocol.upper()} server."
            )
        if candidate.security == "starttls":
            await _rest(greeting, reader)
            await _upgrade(candidate, reader, writer)
        text = greeting.decode("utf-8", "replace").strip()
        return visible(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


@asynccontextmanager
async def _connected(
    candidate: _Candidate, address: str, port: int
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    at_once = candidate.security == "tls"
    async with asyncio.timeout(_CONNECT):
        reader, writer = await asyncio.open_connection(
            address,
            port,
            limit=_LINE,
            ssl=trust() if at_once else None,
            server_hostname=candidate.host if at_once else None,
        )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def _upgrade(candidate: _Candidate, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """STARTTLS (RFC 3207), which shows the certificate; nothing is said afterwards."""
    for command in (b"EHLO [127.0.0.1]\r\n", b"STARTTLS\r\n"):
        writer.write(command)
        await writer.drain()
        reply = await _line(reader)
        if reply[:1] != b"2":
            raise _NoProofError(f"{candidate.host} on port {candidate.port} does not offer STARTTLS.")
        await _rest(reply, reader)
    await writer.start_tls(trust(), server_hostname=candidate.host)


async def _rest(line: bytes, reader: asyncio.StreamReader) -> None:
    """Read the further lines of a reply that has several."""
    for _ in range(_LINES):
        if line[3:4] != b"-":
            return
        line = await _line(reader)
    raise _NoProofError("")


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise _NoProofError("") from None
