"""IPv4 and IPv6 of one server, each timed and told of."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from mailferry.checks import dial as dialling
from mailferry.checks import families as timing
from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.families import Families
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import ServerRequest
from mailferry.checks.resolve import Address
from mailferry.checks.server import check_server
from mailferry.model.check import ServerCheck, StageResult
from mailferry.model.secret import Secret
from tests.checks import scripts
from tests.checks.asking import outcome, settings
from tests.checks.fault_server import FaultServer


def _has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


pytestmark = pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6, not even on loopback")

Place = tuple[int, str, int]
Names = Callable[..., None]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Lets every name have these addresses, each with a port of its own."""

    def know(*places: Place) -> None:
        rows = [
            (family, socket.SOCK_STREAM, 6, "", _address(family, text, port).sockaddr)
            for family, text, port in places
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)

    return know


def _address(family: int, text: str, port: int) -> Address:
    return Address(family, (text, port, 0, 0) if family == socket.AF_INET6 else (text, port))


def four(port: int) -> Place:
    return socket.AF_INET, "127.0.0.1", port


def six(port: int) -> Place:
    return socket.AF_INET6, "::1", port


def check(news: list[object] | None = None, cancel: threading.Event | None = None) -> ServerCheck:
    return check_server(
        ServerRequest(settings=settings(143, host="both.test"), secret=lambda: Secret("s3cret-Pferd")),
        CheckOptions(timeout=3.0),
        on_stage=(news if news is not None else []).append,
        cancel=cancel or threading.Event(),
    )


def detail(result: ServerCheck, stage: str) -> str:
    return next(each.detail for each in result.stages if each.stage == stage)


@contextmanager
def listening() -> Iterator[int]:
    """A port of IPv6 that answers."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:
        yield listener.getsockname()[1]


@contextmanager
def silent(family: int, address: str) -> Iterator[int]:
    """A port that neither answers nor refuses: its backlog is full."""
    with ExitStack() as stack:
        full = stack.enter_context(socket.create_server((address, 0), family=family, backlog=0))
        for _ in range(4):
            filler = stack.enter_context(socket.socket(family))
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        yield full.getsockname()[1]


def closed() -> int:
    with listening() as port:
        return port


def test_both_answer(names: Names) -> None:
    with FaultServer(scripts.imap()) as server, listening() as port:
        names(four(server.port), six(port))
        result = check()
    assert result.ok, result
    assert [(each.family, each.address, each.ok, each.detail) for each in result.addresses] == [
        ("ipv4", "127.0.0.1", True, "connected"),
        ("ipv6", "::1", True, "connected"),
    ]
    assert detail(result, "dns") == "2 addresses (1 IPv4, 1 IPv6)"
    assert detail(result, "connect") == "127.0.0.1"


def test_the_slower_family_is_hung_up_on_at_once(names: Names) -> None:
    with FaultServer(scripts.imap()) as server, listening_and_accepting() as (port, accepted):
        names(four(server.port), six(port))
        assert check().ok
        assert accepted() == b""


@contextmanager
def listening_and_accepting() -> Iterator[tuple[int, Callable[[], bytes]]]:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as listener:

        def first_words() -> bytes:
            sock, _ = listener.accept()
            with sock:
                return sock.recv(1)

        yield listener.getsockname()[1], first_words


def test_one_family_is_nothing_to_tell_apart(names: Names) -> None:
    with FaultServer(scripts.imap()) as server:
        names(four(server.port))
        result = check()
    assert result.addresses == ()
    assert detail(result, "dns") == "1 address"


@pytest.mark.parametrize("silent_first", [True, False])
def test_a_family_that_is_dead(names: Names, silent_first: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialling, "_HEAD_START", 0.01)
    monkeypatch.setattr(timing, "_GRACE", 0.2)
    news: list[object] = []
    with FaultServer(scripts.imap()) as server, silent(socket.AF_INET6, "::1") as port:
        places = (six(port), four(server.port)) if silent_first else (four(server.port), six(port))
        names(*places)
        result = check(news)
    assert result.ok, result
    assert {each.family: each.ok for each in result.addresses} == {"ipv4": True, "ipv6": False}
    assert detail(result, "connect").startswith("127.0.0.1; IPv6 does not answer")
    assert "will be slow" in detail(result, "connect")
    assert [each for each in news if isinstance(each, str)] == [each.stage for each in result.stages]
    assert sum(isinstance(each, StageResult) for each in news) == len(result.stages)


def test_a_family_that_is_refused(names: Names) -> None:
    with FaultServer(scripts.imap()) as server:
        names(six(closed()), four(server.port))
        result = check()
    assert result.ok, result
    assert detail(result, "connect") == "127.0.0.1; IPv6 is refused"
    assert [each.ok for each in result.addresses] == [False, True]
    assert "nothing listens" in result.addresses[0].detail


def test_a_machine_without_a_way_there_is_not_the_servers_fault(names: Names) -> None:
    with FaultServer(scripts.imap()) as server:
        names((socket.AF_INET6, "ff0e::1", 1), four(server.port))  # TCP knows no groups
        result = check()
    assert result.ok, result
    assert detail(result, "connect") == "127.0.0.1"
    assert [each.ok for each in result.addresses] == [False, True]


def test_both_fail(names: Names) -> None:
    names(six(closed()), four(closed()))
    result = check()
    assert outcome(result) == ("connect", "connection-refused")
    assert [each.ok for each in result.addresses] == [False, False]


def test_both_are_silent(names: Names) -> None:
    with silent(socket.AF_INET6, "::1") as one, silent(socket.AF_INET, "127.0.0.1") as other:
        families = Families([_address(*six(one)), _address(*four(other))])
        with pytest.raises(StageFailure) as caught:
            families.connect(Deadline(0.4, threading.Event()))
    assert caught.value.cause == "timeout"
    assert [each.ok for each in families.wait()] == [False, False]


def test_stopping_does_not_wait_for_the_slower_family(names: Names) -> None:
    cancel = threading.Event()
    with FaultServer(scripts.imap()) as server, silent(socket.AF_INET6, "::1") as port:
        names(four(server.port), six(port))

        class Stopping(list[object]):
            def append(self, news: object) -> None:
                if news == "greeting":
                    cancel.set()

        result = check(Stopping(), cancel)
    assert outcome(result) == ("greeting", "cancelled")
    assert "slow" not in detail(result, "connect")
