"""The stages dns and connect, and what a silent or flooding server does to the others."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

from mailferry.checks import dial as dialling
from mailferry.checks import resolve as resolving
from mailferry.checks.deadline import Deadline
from mailferry.checks.dial import dial
from mailferry.checks.failure import StageFailure
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import ServerRequest
from mailferry.checks.resolve import Address, resolve
from mailferry.checks.server import check_server
from mailferry.model.account import Protocol
from mailferry.model.cause import Stage
from mailferry.model.check import StageResult
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.checks import scripts
from tests.checks.asking import HOST, ask, never, options, outcome, settings
from tests.checks.fault_server import FaultServer, Peer


def look_up(host: str, opts: CheckOptions | None = None, *, seconds: float = 10) -> resolving.Endpoint:
    return resolve(host, 993, opts or CheckOptions(), Deadline(seconds, threading.Event()))


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_no_host_has_no_ladder() -> None:
    check = ask(993, host=None)
    assert (check.cause, check.stages, check.ok) == ("no-host", (), False)


@pytest.mark.parametrize(
    "host", ["a..b", " imap.test", "https://imap.test", "imap.test:993", "a b", "x" * 64]
)
def test_text_that_is_no_host_name(host: str) -> None:
    check = ask(993, host=host, secret=never)
    assert outcome(check) == ("dns", "bad-host-name")


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (socket.EAI_NONAME, "host-not-found"),
        (socket.EAI_NODATA, "host-not-found"),
        (socket.EAI_AGAIN, "dns-unavailable"),
        (socket.EAI_FAIL, "dns-unavailable"),
    ],
)
def test_what_name_servers_answer(monkeypatch: pytest.MonkeyPatch, number: int, cause: str) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(number, "words")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(StageFailure) as caught:
        look_up("imap.test")
    assert caught.value.cause == cause


def test_a_name_server_that_hangs_meets_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    forever = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        forever.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(StageFailure) as caught:
        look_up("imap.test", seconds=0.2)
    forever.set()
    assert caught.value.cause == "timeout"


def test_only_named_hosts_exist_where_no_name_server_may_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name server was asked"))
    with pytest.raises(StageFailure) as caught:
        look_up("imap.test", CheckOptions(resolve_only=True))
    assert caught.value.cause == "host-not-found"


def test_a_route_is_taken_and_the_name_stays() -> None:
    endpoint = look_up("Imap.Test", CheckOptions(connect_to={"imap.test:993": "127.0.0.1:40993"}))
    assert endpoint.name == "imap.test"
    assert endpoint.addresses[0].sockaddr == ("127.0.0.1", 40993)


def test_a_route_that_is_no_address_is_explained() -> None:
    with pytest.raises(StageFailure, match="address:port"):
        look_up("imap.test", CheckOptions(connect_to={"imap.test:993": "127.0.0.1"}))


def test_international_names_are_asked_in_ascii() -> None:
    endpoint = look_up("bücher.test", CheckOptions(connect_to={"xn--bcher-kva.test:993": "127.0.0.1:1"}))
    assert endpoint.name == "xn--bcher-kva.test"


def test_nothing_listens() -> None:
    check = ask(closed_port(), secret=never)
    assert outcome(check) == ("connect", "connection-refused")


def test_an_address_that_refuses_does_not_hide_one_that_answers() -> None:
    with FaultServer(scripts.imap()) as server:
        bad, good = (Address(socket.AF_INET, ("127.0.0.1", port)) for port in (closed_port(), server.port))
        sock = dial([bad, good], Deadline(10, threading.Event()))
        assert sock.getpeername()[1] == server.port
        sock.close()


def test_a_silent_address_does_not_hold_up_the_next_family(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "_HEAD_START", 0.01)
    # A full backlog drops what comes next: such an address neither answers nor refuses.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, FaultServer(scripts.imap()) as server:
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
            fillers.append(filler)
        silent = Address(socket.AF_INET, full.getsockname())
        good = Address(socket.AF_INET, ("127.0.0.1", server.port))
        sock = dial([silent, good], Deadline(10, threading.Event()))
        assert sock.getpeername()[1] == server.port
        for each in (*fillers, sock):
            each.close()


def test_the_failure_that_says_most_is_told() -> None:
    refused = Address(socket.AF_INET, ("127.0.0.1", closed_port()))
    unreachable = Address(socket.AF_INET, ("255.255.255.255", 1))
    with pytest.raises(StageFailure) as caught:
        dial([refused, unreachable], Deadline(10, threading.Event()))
    assert caught.value.cause == "connection-refused"
    with pytest.raises(StageFailure) as caught:
        dial([unreachable], Deadline(10, threading.Event()))
    assert caught.value.cause == "network-unreachable"


def test_both_families_take_turns() -> None:
    six, four = socket.AF_INET6, socket.AF_INET
    addresses = [Address(family, (str(place),)) for place, family in enumerate((six, six, six, four))]
    turns = dialling._families_in_turn(addresses)
    assert [address.family for address in turns] == [six, four, six, six]


def silent(peer: Peer) -> None:
    peer.stall()


def trickling(peer: Peer) -> None:
    peer.drip(b"* OK " + b"x" * 10_000, 0.02)


def flooding(peer: Peer) -> None:
    for _ in range(800):
        peer.say(b"x" * 65536)


def chattering(peer: Peer) -> None:
    peer.say(scripts.IMAP_GREETING)
    peer.hear()
    while True:
        peer.say(b"* OK still here\r\n" * 1000)


def test_silence_ends_at_the_deadline() -> None:
    with FaultServer(silent) as server:
        assert outcome(ask(server, secret=never, opts={"timeout": 0.3})) == ("greeting", "timeout")


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_a_trickle_does_not_move_the_deadline(protocol: Protocol) -> None:
    with FaultServer(trickling) as server:
        check = ask(server, protocol, secret=never, opts={"timeout": 0.3})
    assert outcome(check) == ("greeting", "timeout")


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_fifty_megabytes_without_a_line_end(protocol: Protocol) -> None:
    with FaultServer(flooding) as server:
        assert outcome(ask(server, protocol, secret=never)) == ("greeting", "protocol-error")


def test_lines_without_an_end() -> None:
    with FaultServer(chattering) as server:
        check = ask(server, secret=lambda: Secret("x"))
    assert outcome(check) == ("auth", "protocol-error")


def test_a_huge_literal_is_not_waited_for() -> None:
    with FaultServer(scripts.imap(examine=b"* LIST () {4294967296}\r\n")) as server:
        check = ask(server)
    assert outcome(check) == ("mailbox", "protocol-error")
    assert "4294967296" in check.stages[-1].detail


def test_a_literal_with_a_number_that_no_int_takes() -> None:
    with FaultServer(scripts.imap(examine=b"* LIST () {" + b"9" * 5000 + b"}\r\n")) as server:
        assert outcome(ask(server)) == ("mailbox", "protocol-error")


@pytest.mark.parametrize("stage", ["greeting", "capability", "auth", "mailbox"])
def test_stopping_is_quick_at_every_stage_of_imap(stage: Stage) -> None:
    def serve(peer: Peer) -> None:
        if stage == "greeting":
            peer.stall()
        peer.say(b"* OK ready\r\n")
        for command in ("capability", "auth", "mailbox"):
            tag = peer.hear().split()[0]
            if stage == command:
                peer.stall()
            said = b"* CAPABILITY IMAP4rev1\r\n" if command == "capability" else b""
            peer.say(said + tag + b" OK done\r\n")

    cancel = threading.Event()

    def stop_there(news: object) -> None:
        if news == stage:
            cancel.set()

    with FaultServer(serve) as server:
        check = ask(server, cancel=cancel, on_stage=stop_there, opts={"timeout": 60.0})
    assert outcome(check) == (stage, "cancelled")


def test_a_stage_is_announced_and_then_told() -> None:
    news: list[object] = []
    with FaultServer(scripts.imap()) as server:
        check = ask(server, on_stage=news.append)
    begun = [each for each in news if isinstance(each, str)]
    ended = [each for each in news if isinstance(each, StageResult)]
    assert begun == [result.stage for result in check.stages]
    assert tuple(ended) == check.stages


def test_nothing_said_means_tls_from_the_start() -> None:
    request = ServerRequest(
        settings=ServerSettings(role="incoming", protocol="imap", host=HOST, username="joe"), secret=never
    )
    check = check_server(request, options(1), on_stage=lambda _: None, cancel=threading.Event())
    assert (check.port, check.security) == (993, "tls")


def test_settings_are_named_in_the_result() -> None:
    check = ask(closed_port(), "smtp", secret=never)
    wanted = settings(check.port or 0, "smtp")
    assert (check.role, check.protocol, check.host, check.security) == (
        wanted.role,
        wanted.protocol,
        wanted.host,
        wanted.security,
    )


def test_who_asks_for_the_same_name_meanwhile_shares_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answers = threading.Event()

    def hang(name: str, *_: object, **__: object) -> list[object]:
        asked.append(name)
        answers.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    for _ in range(3):
        with pytest.raises(StageFailure, match="no answer within"):
            look_up("busy.test", seconds=0.05)
    answers.set()
    assert asked == ["busy.test"]


def test_a_good_test_needs_one_connection_and_keeps_the_greeting() -> None:
    with FaultServer(scripts.imap()) as server:
        check = ask(server)
    assert check.ok
    assert server.connections == 1
    assert check.greeting == scripts.IMAP_GREETING.decode().strip()
    assert check.mechanism
    assert not check.repairs
    assert not check.addresses


def test_a_name_without_any_address_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    with pytest.raises(StageFailure) as caught:
        look_up("empty.test")
    assert caught.value.cause == "host-not-found"


def test_a_known_address_is_taken_without_asking_for_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(name: str, port: int, **more: Any) -> Any:
        asked.append(name)
        return real(name, port, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    endpoint = resolve("imap.test", 993, CheckOptions(), Deadline(10, threading.Event()), known="127.0.0.1")
    assert asked == ["127.0.0.1"]
    assert endpoint.name == "imap.test"
