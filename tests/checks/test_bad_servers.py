"""What bad input gets: servers that break off, drip, flood or babble meet the right stage and cause."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

import pytest

from mailferry.model.account import Protocol
from mailferry.model.cause import Stage
from mailferry.model.visible import visible
from tests.checks import scripts
from tests.checks.asking import ask, outcome
from tests.checks.fault_server import FaultServer, Peer, Script

WELL: dict[Protocol, Script] = {
    "imap": scripts.imap(scripts.IMAP_GREETING, offers=b"IMAP4rev1"),
    "pop3": scripts.pop3(),
    "smtp": scripts.smtp(),
}
STAGES: dict[Protocol, tuple[Stage, ...]] = {
    "imap": ("greeting", "auth", "mailbox"),
    "pop3": ("greeting", "capability", "auth", "mailbox"),
    "smtp": ("greeting", "capability", "auth"),
}
PROTOCOLS: tuple[Protocol, ...] = ("imap", "pop3", "smtp")


class Miser(Peer):
    """Says so many bytes in all and then hangs up."""

    def __init__(self, peer: Peer, bytes_left: int) -> None:
        self._peer = peer
        self._left = bytes_left

    def say(self, data: bytes) -> None:
        self._peer.say(data[: self._left])
        self._left -= len(data)
        if self._left <= 0:
            raise ConnectionResetError("that was all")

    def hear(self) -> bytes:
        return self._peer.hear()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_hanging_up_at_every_possible_moment(protocol: Protocol) -> None:
    said: list[bytes] = []
    allowance = [0]

    class Listening(Miser):
        def say(self, data: bytes) -> None:
            said.append(data)
            super().say(data)

    def serve(peer: Peer) -> None:
        WELL[protocol](Listening(peer, allowance[0]))

    with FaultServer(serve) as server:
        allowance[0] = 1_000_000
        assert ask(server, protocol).ok
        total = sum(map(len, said))
        reached: list[str | None] = []
        for allowance[0] in range(total):
            check = ask(server, protocol)
            if check.ok:  # the farewell is not waited for
                break
            assert check.cause == "server-closed", (allowance[0], check)
            assert check.failed_stage == check.stages[-1].stage
            reached.append(check.failed_stage)
    assert len(reached) > 50
    assert tuple(dict.fromkeys(reached)) == STAGES[protocol]


WRONG: list[tuple[Protocol, bytes, str]] = [
    ("imap", b"220 mail.test ESMTP\r\n", "wrong-protocol"),
    ("imap", b"+OK POP3 ready\r\n", "wrong-protocol"),
    ("pop3", b"* OK IMAP4rev1 ready\r\n", "wrong-protocol"),
    ("pop3", b"220 mail.test ESMTP\r\n", "wrong-protocol"),
    ("smtp", b"* OK IMAP4rev1 ready\r\n", "wrong-protocol"),
    ("smtp", b"+OK POP3 ready\r\n", "wrong-protocol"),
    ("smtp", b"HTTP/1.1 400 Bad Request\r\n\r\n", "wrong-protocol"),
    ("imap", b"SSH-2.0-OpenSSH_9.7\r\n", "wrong-protocol"),
    ("imap", b"\x15\x03\x01\x00\x02\x02\x46", "port-speaks-tls"),
    *((protocol, "你好，欢迎".encode("gbk") + b"\r\n", "protocol-error") for protocol in PROTOCOLS),
    *((protocol, b"\xff\xfe\x00\x01\r\n", "protocol-error") for protocol in PROTOCOLS),
    *((protocol, b"\r\n\r\n\r\n", "protocol-error") for protocol in PROTOCOLS),
]


@pytest.mark.parametrize(("protocol", "greeting", "cause"), WRONG)
def test_a_greeting_of_something_else(protocol: Protocol, greeting: bytes, cause: str) -> None:
    def serve(peer: Peer) -> None:
        peer.say(greeting)

    with FaultServer(serve) as server:
        check = ask(server, protocol)
    assert outcome(check) == ("greeting", cause)


def always(protocol: Protocol, data: bytes) -> Script:
    """A good greeting, and then the same thing again and again."""

    def serve(peer: Peer) -> None:
        peer.say({"imap": b"* OK ready\r\n", "pop3": b"+OK ready\r\n", "smtp": b"220 ready\r\n"}[protocol])
        peer.hear()
        while True:
            peer.say(data)

    return serve


FLOODS: dict[str, Callable[[Protocol], bytes]] = {
    "no line end": lambda _protocol: b"x" * 65_536,
    "untagged lines": lambda protocol: (
        {
            "imap": b"* 12 FETCH (FLAGS ())\r\n",
            "pop3": b"a line\r\n",
            "smtp": b"250-FEATURE\r\n",
        }[protocol]
        * 500
    ),
    "empty lines": lambda protocol: (
        {"imap": b"* \r\n", "pop3": b"\r\n", "smtp": b"250-\r\n"}[protocol] * 5_000
    ),
    "NUL bytes": lambda _protocol: b"\0" * 65_536,
    "line ends": lambda _protocol: b"\n" * 65_536,
}


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_flood_ends_soon_and_takes_little_memory(protocol: Protocol, flood: str) -> None:
    data = FLOODS[flood](protocol)
    with FaultServer(always(protocol, data)) as server:
        ask(server, protocol)  # what is loaded once is no concern
        tracemalloc.start()
        try:
            check = ask(server, protocol)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert outcome(check) == ("capability", "protocol-error")
    assert peak < 12_000_000
    assert len(check.server_said or "") <= 2_000


@pytest.mark.parametrize("size", [b"4294967296", b"9" * 30, b"-5", b"1048577"])
@pytest.mark.parametrize("stage", ["capability", "auth", "mailbox"])
def test_a_literal_of_any_announced_size(size: bytes, stage: Stage) -> None:
    literal = b"* LIST {" + size + b"}\r\n"
    answers = {"capability": "capability", "auth": "login", "mailbox": "examine"}
    script = scripts.imap(b"* OK ready\r\n", tls=None, **{answers[stage]: literal + b"%t OK\r\n"})
    with FaultServer(script) as server:
        check = ask(server, opts={"timeout": 1.0})
    assert check.failed_stage == stage
    assert check.cause == "protocol-error"


STEERING = b"\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08" + "\u202e\u200b".encode() + b"\xff"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_what_steers_a_terminal_is_kept_and_made_harmless(protocol: Protocol) -> None:
    said: dict[Protocol, Script] = {
        "imap": scripts.imap(
            authenticate=b"%t NO no " + STEERING + b"\r\n", login=b"%t NO no " + STEERING + b"\r\n"
        ),
        "pop3": scripts.pop3(pass_=b"-ERR no " + STEERING + b"\r\n"),
        "smtp": scripts.smtp(auth=b"535 no " + STEERING + b"\r\n"),
    }
    with FaultServer(said[protocol]) as server:
        check = ask(server, protocol)
    assert check.failed_stage == "auth"
    assert "\x1b" in (check.server_said or "")
    assert visible(check.server_said or "").isprintable()
    assert all(visible(stage.detail).isprintable() for stage in check.stages)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_byte_at_a_time_meets_the_deadline(protocol: Protocol) -> None:
    def serve(peer: Peer) -> None:
        peer.drip(b"* OK +OK 220 slow" * 50, 0.02)

    with FaultServer(serve) as server:
        check = ask(server, protocol, opts={"timeout": 0.2})
    assert outcome(check) == ("greeting", "timeout")
