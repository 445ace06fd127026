"""Many accounts at once: room, order, stopping, and refused passwords."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
import pytest

from mailferry.checks.events import AccountDone, CheckEvent, StageEnded, StageStarted
from mailferry.checks.failure import StageFailure
from mailferry.checks.many import check_accounts
from mailferry.checks.options import CheckOptions
from mailferry.checks.refusals import RefusalGate
from mailferry.checks.request import AccountRequest, ServerRequest
from mailferry.model.account import Protocol
from mailferry.model.cause import Cause
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.secret import Secret, SecretError
from mailferry.model.spared import is_not_tried, why_left_alone
from tests.checks import scripts
from tests.checks.asking import HOST, PASSWORD, settings
from tests.checks.fault_server import FaultServer, Peer


class Budget:
    """A refusal budget in memory."""

    def __init__(self, limit: int, before: int = 0) -> None:
        self.limit = limit
        self.before = before
        self.refused: Counter[tuple[str, int]] = Counter()

    def count(self, host: str, port: int) -> int:
        return self.before + self.refused[host, port]

    def add(self, host: str, port: int) -> None:
        self.refused[host, port] += 1


def as_wrong_password(_account: AccountRequest, check: ServerCheck) -> ServerCheck:
    """What the failure book would say."""
    if check.cause == "unknown" and check.failed_stage == "auth":
        return msgspec.structs.replace(check, cause="wrong-password")
    return check


def accounts(count: int, *ports: int, password: str = PASSWORD) -> list[AccountRequest]:
    """Accounts with an IMAP server and perhaps an SMTP server."""
    protocols: tuple[Protocol, Protocol] = ("imap", "smtp")
    return [
        AccountRequest(
            account=f"a{place}",
            address=f"a{place}@mail.test",
            servers=tuple(
                ServerRequest(settings=settings(port, protocol), secret=lambda: Secret(password))
                for port, protocol in zip(ports, protocols, strict=False)
            ),
        )
        for place in range(count)
    ]


def run(
    requests: Sequence[AccountRequest],
    *ports: int,
    jobs: int = 32,
    per_host: int = 8,
    budget: Budget | None = None,
    events: list[CheckEvent] | None = None,
    cancel: threading.Event | None = None,
    timeout: float = 20.0,
) -> Iterator[AccountCheck]:
    return check_accounts(
        requests,
        CheckOptions(
            timeout=timeout,
            connect_to={f"{HOST}:{port}": f"127.0.0.1:{port}" for port in ports},
            resolve_only=True,
        ),
        jobs=jobs,
        per_host=per_host,
        refusals=budget,
        diagnose=as_wrong_password,
        on_event=(events if events is not None else []).append,
        cancel=cancel or threading.Event(),
    )


def test_all_accounts_with_both_servers_and_their_events() -> None:
    events: list[CheckEvent] = []
    with FaultServer(scripts.imap()) as imap, FaultServer(scripts.smtp()) as smtp:
        checks = list(run(accounts(5, imap.port, smtp.port), imap.port, smtp.port, events=events))
    assert sorted(check.account for check in checks) == ["a0", "a1", "a2", "a3", "a4"]
    assert all(check.ok and check.seconds > 0 for check in checks)
    assert [server.role for server in checks[0].servers] == ["incoming", "outgoing"]
    assert sum(isinstance(event, AccountDone) for event in events) == 5
    started = Counter(
        (event.account, event.role, event.stage) for event in events if isinstance(event, StageStarted)
    )
    ended = Counter(
        (event.account, event.role, event.result.stage) for event in events if isinstance(event, StageEnded)
    )
    assert started == ended
    assert len(started) == 5 * (6 + 5)


def test_nothing_to_do() -> None:
    assert list(run([])) == []


def test_an_account_without_servers_is_not_well() -> None:
    (check,) = run([AccountRequest(account="a", address="a@mail.test", servers=())])
    assert not check.ok


class Meeting:
    """IMAP servers whose clients wait for each other before the greeting: `size` of them, or in vain."""

    def __init__(self, size: int) -> None:
        self._barrier = threading.Barrier(size)

    def serve(self, peer: Peer) -> None:
        self._barrier.wait(20)
        scripts.imap()(peer)


def test_as_many_at_once_as_a_host_may_have_and_no_more() -> None:
    meeting = Meeting(3)
    with FaultServer(meeting.serve) as server:
        checks = list(run(accounts(9, server.port), server.port, per_host=3))
    assert all(check.ok for check in checks)
    assert server.peak == 3


def test_as_many_at_once_as_there_are_jobs_and_no_more() -> None:
    meeting = Meeting(2)
    with FaultServer(meeting.serve) as server:
        assert all(check.ok for check in run(accounts(6, server.port), server.port, jobs=2))
    assert server.peak == 2


def test_a_slow_host_does_not_hold_up_another() -> None:
    with FaultServer(Peer.stall) as slow, FaultServer(scripts.imap()) as quick:
        other = msgspec.structs.replace(settings(quick.port), host="other.test")
        requests = [
            *accounts(4, slow.port),
            AccountRequest(
                account="quick",
                address="q@other.test",
                servers=(ServerRequest(settings=other, secret=lambda: Secret("x")),),
            ),
        ]
        cancel = threading.Event()
        results = check_accounts(
            requests,
            CheckOptions(
                timeout=60,
                connect_to={
                    f"{HOST}:{slow.port}": f"127.0.0.1:{slow.port}",
                    f"other.test:{quick.port}": f"127.0.0.1:{quick.port}",
                },
            ),
            jobs=2,
            per_host=1,
            refusals=None,
            diagnose=as_wrong_password,
            on_event=lambda _: None,
            cancel=cancel,
        )
        assert next(results).account == "quick"
        cancel.set()
        assert {server.cause for check in results for server in check.servers} == {"cancelled"}


def test_a_slow_host_does_not_take_all_jobs_even_where_it_may() -> None:
    with FaultServer(Peer.stall) as slow, FaultServer(scripts.imap()) as quick:
        other = msgspec.structs.replace(settings(quick.port), host="other.test")
        requests = accounts(20, slow.port) + [
            AccountRequest(
                account=f"quick{number}",
                address="q@other.test",
                servers=(ServerRequest(settings=other, secret=lambda: Secret("x")),),
            )
            for number in range(6)
        ]
        cancel = threading.Event()
        results = check_accounts(
            requests,
            CheckOptions(
                timeout=60,
                connect_to={
                    f"{HOST}:{slow.port}": f"127.0.0.1:{slow.port}",
                    f"other.test:{quick.port}": f"127.0.0.1:{quick.port}",
                },
            ),
            jobs=4,
            per_host=4,
            refusals=None,
            diagnose=as_wrong_password,
            on_event=lambda _: None,
            cancel=cancel,
        )
        assert {next(results).account for _ in range(6)} == {f"quick{number}" for number in range(6)}
        cancel.set()
        assert len(list(results)) == 20


def test_a_thousand_accounts_with_few_threads() -> None:
    most = 0

    def count(_account: AccountRequest, check: ServerCheck) -> ServerCheck:
        nonlocal most
        most = max(most, threading.active_count())
        return check

    before = threading.active_count()
    nowhere = ServerRequest(settings=settings(1, host="nowhere.test"), secret=lambda: Secret("x"))
    requests = [
        AccountRequest(account=f"a{number}", address="a@mail.test", servers=(nowhere,))
        for number in range(1000)
    ]
    checks = list(
        check_accounts(
            requests,
            CheckOptions(resolve_only=True),
            jobs=32,
            per_host=8,
            refusals=None,
            diagnose=count,
            on_event=lambda _: None,
            cancel=threading.Event(),
        )
    )
    assert len({check.account for check in checks}) == 1000
    assert {server.cause for check in checks for server in check.servers} == {"host-not-found"}
    assert most - before <= 3 * 32


def test_leaving_early_stops_the_rest() -> None:
    cancel = threading.Event()
    with FaultServer(scripts.imap()) as server:
        results = run(accounts(50, server.port), server.port, per_host=1, cancel=cancel)
        next(results)
        results.close()  # type: ignore[attr-defined]  # it is a generator
    assert cancel.is_set()
    assert server.connections < 50


def test_a_defect_reaches_whoever_waits() -> None:
    def broken(_account: AccountRequest, _check: ServerCheck) -> ServerCheck:
        raise RuntimeError("a defect")

    with FaultServer(scripts.imap(login=b"%t NO no\r\n")) as server:
        results = check_accounts(
            accounts(3, server.port),
            CheckOptions(connect_to={f"{HOST}:{server.port}": f"127.0.0.1:{server.port}"}),
            jobs=1,
            per_host=1,
            refusals=None,
            diagnose=broken,
            on_event=lambda _: None,
            cancel=threading.Event(),
        )
        with pytest.raises(RuntimeError, match="a defect"):
            list(results)


@pytest.mark.parametrize(
    ("limit", "before", "sent"), [(3, 0, 3), (3, 2, 1), (3, 3, 0), (1, 0, 1), (0, 0, 12)]
)
def test_refused_passwords_stop_at_the_limit(limit: int, before: int, sent: int) -> None:
    budget = Budget(limit, before)
    with FaultServer(scripts.imap(login=b"%t NO [AUTHENTICATIONFAILED] no\r\n")) as server:
        checks = list(run(accounts(12, server.port), server.port, per_host=12, budget=budget))
    causes = Counter(check.servers[0].cause for check in checks)
    assert causes == Counter({"wrong-password": sent, "not-tried": 12 - sent}) - Counter()
    assert sum(b"LOGIN" in line for line in server.heard) == sent
    for check in checks:
        if check.servers[0].cause == "not-tried":
            assert "refused" in check.servers[0].stages[-1].detail
            assert check.servers[0].attempts == 0


@pytest.mark.parametrize(("cause", "alone"), [("rate-limited", 4), ("ip-blocked", 4), ("server-error", 0)])
def test_who_asks_to_come_less_often_is_left_alone(cause: Cause, alone: int) -> None:
    def diagnose(_account: AccountRequest, check: ServerCheck) -> ServerCheck:
        known = check.cause != "unknown"
        return check if known else msgspec.structs.replace(check, cause=cause)

    with FaultServer(scripts.imap(login=b"%t NO [LIMIT] Rate limit hit\r\n")) as server:
        checks = list(
            check_accounts(
                accounts(5, server.port),
                CheckOptions(
                    connect_to={f"{HOST}:{server.port}": f"127.0.0.1:{server.port}"}, resolve_only=True
                ),
                jobs=1,
                per_host=1,
                refusals=None,
                diagnose=diagnose,
                on_event=lambda _: None,
                cancel=threading.Event(),
            )
        )
    assert Counter(check.servers[0].cause for check in checks)["not-tried"] == alone
    assert server.connections == 5 - alone
    assert [is_not_tried(check) for check in checks] == [False] * (5 - alone) + [True] * alone
    for check in checks[1:]:
        assert (check.servers[0].failed_stage == "connect") == bool(alone)
        assert (why_left_alone(check) is not None) == bool(alone)


def test_right_passwords_cost_nothing_of_the_limit() -> None:
    budget = Budget(2)
    with FaultServer(scripts.imap()) as server:
        checks = list(run(accounts(10, server.port), server.port, budget=budget))
    assert all(check.ok for check in checks)
    assert budget.count(HOST, server.port) == 0


def test_each_server_has_its_own_count() -> None:
    budget = Budget(1)
    refusing = scripts.imap(login=b"%t NO no\r\n")
    with FaultServer(refusing) as imap, FaultServer(scripts.smtp(auth=b"535 no\r\n")) as smtp:
        list(run(accounts(3, imap.port, smtp.port), imap.port, smtp.port, budget=budget))
    assert budget.refused == Counter({(HOST, imap.port): 1, (HOST, smtp.port): 1})


def test_a_password_that_cannot_be_had_blocks_nobody() -> None:
    def locked() -> Secret:
        raise SecretError("locked")

    with FaultServer(scripts.imap()) as server:
        requests = accounts(2, server.port)
        requests[0] = AccountRequest(
            account="locked",
            address="l@mail.test",
            servers=(ServerRequest(settings=settings(server.port), secret=locked),),
        )
        checks = {check.account: check for check in run(requests, server.port, jobs=1, budget=Budget(1))}
    assert checks["locked"].servers[0].cause == "no-password"
    assert checks["a1"].ok


def test_each_accepted_password_makes_room_for_one_more() -> None:
    gate = RefusalGate(Budget(2))
    cancel = threading.Event()
    stopped = threading.Event()
    stopped.set()
    for _ in range(2):
        gate.enter(HOST, 1, cancel)
    with pytest.raises(StageFailure):  # two are under way, and both could be refused
        gate.enter(HOST, 1, stopped)
    gate.leave(HOST, 1, "accepted")
    for _ in range(2):
        gate.enter(HOST, 1, cancel)
    gate.leave(HOST, 1, "refused")
    with pytest.raises(StageFailure) as caught:
        gate.enter(HOST, 1, stopped)
    assert caught.value.cause == "cancelled"
    gate.leave(HOST, 1, "refused")
    with pytest.raises(StageFailure) as caught:
        gate.enter(HOST, 1, cancel)
    assert caught.value.cause == "not-tried"


def test_waiting_for_others_outcome_can_be_stopped() -> None:
    gate = RefusalGate(Budget(1))
    cancel = threading.Event()
    gate.enter(HOST, 1, cancel)
    cancel.set()
    with pytest.raises(StageFailure) as caught:
        gate.enter(HOST, 1, cancel)
    assert caught.value.cause == "cancelled"
