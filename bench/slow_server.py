"""IMAP, POP3 and SMTP servers as far away as one likes, in a process of their own. Everybody may sign in.

    slow_server.py SECONDS CA_FILE

SECONDS is what a round trip takes. The certificate's issuer is written to CA_FILE, and the ports are printed
as a line of JSON. After that each line on standard input is answered by one with the number of turns so far;
the end of standard input ends the program. A turn is a time the client speaks up and then waits: TLS counts,
and so does opening the connection.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import trustme

HOST = "mail.bench.example"

_Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def talk_imap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As little IMAP as a sign-in and a look into the inbox need."""
    writer.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
    while line := await reader.readline():
        tag, command = line.split()[:2]
        if command == b"CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1\r\n")
        elif command == b"EXAMINE":
            writer.write(b"* FLAGS ()\r\n* 12 EXISTS\r\n* 0 RECENT\r\n* OK [UIDVALIDITY 1] valid\r\n")
        elif command == b"LOGOUT":
            writer.write(b"* BYE\r\n")
        writer.write(tag + b" OK done\r\n")


async def talk_smtp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As little SMTP as a sign-in needs."""
    answers = {
        b"EHLO": b"250-mail\r\n250 AUTH PLAIN LOGIN\r\n",
        b"AUTH": b"235 welcome\r\n",
        b"QUIT": b"221 bye\r\n",
    }
    writer.write(b"220 mail ESMTP ready\r\n")
    while line := await reader.readline():
        writer.write(answers.get(line.split()[0].upper(), b"500 what?\r\n"))


async def talk_pop3(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """As little POP3 as a sign-in and a look into the inbox need."""
    answers = {
        b"CAPA": b"+OK\r\nUSER\r\nTOP\r\nUIDL\r\n.\r\n",
        b"STAT": b"+OK 2 640\r\n",
        b"UIDL": b"+OK\r\n1 a\r\n2 b\r\n.\r\n",
    }
    writer.write(b"+OK ready\r\n")
    while line := await reader.readline():
        writer.write(answers.get(line.split()[0].upper(), b"+OK\r\n"))
        if line.upper().startswith(b"QUIT"):
            return


class FarAway:
    """Passes bytes on to a server near by, the client's a round trip late, and counts the turns."""

    def __init__(self, port: int, round_trip: float) -> None:
        self.turns = 0
        self._port = port
        self._round_trip = round_trip

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.turns += 1
        await asyncio.sleep(self._round_trip)
        their_reader, their_writer = await asyncio.open_connection("127.0.0.1", self._port)
        answered = True

        async def forth() -> None:
            nonlocal answered
            while data := await reader.read(65536):
                self.turns += answered
                answered = False
                await asyncio.sleep(self._round_trip)
                their_writer.write(data)
            their_writer.close()

        async def back() -> None:
            nonlocal answered
            while data := await their_reader.read(65536):
                answered = True
                writer.write(data)
            writer.close()

        with suppress(OSError):
            await asyncio.gather(forth(), back())


async def serve(round_trip: float, ca_file: Path) -> None:
    """Serve until standard input ends."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(ca_file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    fronts: dict[str, FarAway] = {}
    ports: dict[str, int] = {}
    for name, talk in (("imap", talk_imap), ("pop3", talk_pop3), ("smtp", talk_smtp)):
        near = await asyncio.start_server(_politely(talk), "127.0.0.1", 0, ssl=context, backlog=1000)
        fronts[name] = FarAway(near.sockets[0].getsockname()[1], round_trip)
        far = await asyncio.start_server(fronts[name].pass_on, "127.0.0.1", 0, backlog=1000)
        ports[name] = far.sockets[0].getsockname()[1]
    print(json.dumps(ports), flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps({name: front.turns for name, front in fronts.items()}), flush=True)


def _politely(talk: _Talk) -> _Talk:
    """Clients hang up when they have what they want; that is no fault."""

    async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await talk(reader, writer)
        writer.close()

    return serve_one


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]), Path(sys.argv[2])))
