"""Name servers on loopback: NSD with zones of one's own, and one within the test that can be faulty."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self, cast

import dns.message
import dns.rcode
import dns.rrset
import pytest

from tests.real.servers import wait_for

_HEAD = """\
$ORIGIN {origin}
$TTL 60
@ SOA ns.invalid. hostmaster.invalid. 1 3600 600 86400 60
@ NS ns.invalid.
"""


class NameServer:
    """NSD that serves zones; every other name does not exist. Runs inside `with`, needs no privileges.

    `zones` maps a domain to its records without SOA and NS, such as "@ MX 10 mail"; names without a final dot
    are below the domain. Aliases are followed from zone to zone. About names in `broken` it answers SERVFAIL.
    """

    def __init__(self, folder: Path, zones: Mapping[str, str], *, broken: tuple[str, ...] = ()) -> None:
        self._folder = folder
        self._zones = {f"{domain.rstrip('.')}.": records for domain, records in {".": "", **zones}.items()}
        self._broken = broken
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """ "address:port", as `lookup.resolver` in config.toml wants it."""
        return f"127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        program, check_zone = _program("nsd"), _program("nsd-checkzone")
        self._folder.mkdir(parents=True, exist_ok=True)
        log = self._folder / "log"
        config = self._folder / "nsd.conf"
        config.write_text(self._config(log))
        for number, (origin, content) in enumerate(self._zones.items()):
            zone = self._folder / f"{number}.zone"
            zone.write_text(f"{_HEAD.format(origin=origin)}{content}\n")
            # NSD itself would leave a zone with a mistake out.
            subprocess.run([check_zone, origin, str(zone)], check=True, stdout=subprocess.DEVNULL)
        # In the foreground it is our child, and ends with us.
        self._process = subprocess.Popen([program, "-d", "-c", str(config)], stderr=subprocess.DEVNULL)
        wait_for(self._port, log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def _config(self, log: Path) -> str:
        folder = self._folder
        text = f"""\
server:
  ip-address: 127.0.0.1
  port: {self._port}
  username: ""
  server-count: 1
  database: ""
  zonesdir: "{folder}"
  xfrdir: "{folder}"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  pidfile: "{folder}/nsd.pid"
  logfile: "{log}"
remote-control:
  control-enable: no
"""
        for number, origin in enumerate(self._zones):
            text += f'zone:\n  name: "{origin}"\n  zonefile: "{number}.zone"\n'
        for domain in self._broken:
            text += f'zone:\n  name: "{domain}"\n  zonefile: "absent.zone"\n'
        return text


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip("nsd is not installed; get it with: apt-get install nsd")
    return found


class ServeZones(Protocol):
    """The fixture `serve_zones`: starts a NameServer that ends with the test."""

    def __call__(self, zones: Mapping[str, str], *, broken: tuple[str, ...] = ()) -> NameServer:
        """As the class NameServer takes them."""
        ...


def _free_port() -> int:
    """A port that nobody listens on, neither over UDP nor over TCP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


Reply = Callable[[dns.message.Message], dns.message.Message | bytes | None]
"""What a server answers to a question; None for nothing."""


def records(known: Mapping[str, Sequence[str] | dns.rcode.Rcode]) -> Reply:
    """Honest replies: "name type" to records, or to the code of a failure. No other names exist."""
    names = {entry.split()[0] for entry in known}

    def reply(query: dns.message.Message) -> dns.message.Message:
        asked = query.question[0]
        name = asked.name.to_text(omit_final_dot=True)
        found = known.get(f"{name} {asked.rdtype.name}", ())
        response = dns.message.make_response(query)
        if isinstance(found, dns.rcode.Rcode):
            response.set_rcode(found)
        elif found:
            response.answer = [dns.rrset.from_text(asked.name, 60, "IN", asked.rdtype, *found)]
        elif name not in names:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response

    return reply


@asynccontextmanager
async def own_server(reply: Reply) -> AsyncIterator[OwnServer]:
    """A server over UDP alone that answers as `reply` says."""
    server = OwnServer(reply)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: server, local_addr=("127.0.0.1", 0)
    )
    server.address = "127.0.0.1:{}".format(transport.get_extra_info("sockname")[1])
    try:
        yield server
    finally:
        transport.close()


class OwnServer(asyncio.DatagramProtocol):
    """`questions` holds what was asked, "name type" each; the first sets `asked`. `reply` may be changed.

    `delay`: seconds that each reply takes.
    """

    address = ""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        self.questions: list[str] = []
        self.asked = asyncio.Event()
        self.delay = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # asyncio's own does not inherit it

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        self.questions.append(f"{query.question[0].name} {query.question[0].rdtype.name}")
        self._client = address
        self.asked.set()
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._send, self.reply(query), address)
        else:
            self._send(self.reply(query), address)

    def send(self, reply: dns.message.Message | bytes | None) -> None:
        """Send something to the last who asked."""
        self._send(reply, self._client)

    def _send(self, reply: dns.message.Message | bytes | None, client: tuple[str, int]) -> None:
        if reply is not None and not self._transport.is_closing():
            self._transport.sendto(reply if isinstance(reply, bytes) else reply.to_wire(), client)
