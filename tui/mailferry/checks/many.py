"""Testing many accounts at once."""

from __future__ import annotations

import queue
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from mailferry.checks.account import AccountTester, Diagnose
from mailferry.checks.events import CheckEvent
from mailferry.checks.options import CheckOptions
from mailferry.checks.refusals import RefusalBudget, RefusalGate
from mailferry.checks.request import AccountRequest
from mailferry.model.check import AccountCheck


def check_accounts(
    requests: Sequence[AccountRequest],
    options: CheckOptions,
    *,
    jobs: int,
    per_host: int,
    refusals: RefusalBudget | None,
    diagnose: Diagnose,
    on_event: Callable[[CheckEvent], None],
    cancel: threading.Event,
) -> Iterator[AccountCheck]:
    """Test accounts, each as soon as there is room, and yield each as it is done.

    At most `jobs` accounts are under way at once, and at most `per_host` of them at one host. Events come
    from worker threads. A set `cancel` ends everything quickly with cause `cancelled`, and so does
    closing the iterator, which sets it.
    """
    gate = RefusalGate(refusals) if refusals is not None and refusals.limit > 0 else None
    tester = AccountTester(options, gate, diagnose, on_event, cancel)
    run = _Run(requests, tester.check, jobs, per_host)
    try:
        yield from run.results()
    finally:
        if not run.finished:
            cancel.set()
        run.close()


class _Run:
    """Starts accounts as there is room for them and collects what comes of them."""

    def __init__(
        self,
        requests: Sequence[AccountRequest],
        check: Callable[[AccountRequest], AccountCheck],
        jobs: int,
        per_host: int,
    ) -> None:
        # By their hosts: where a host is busy, thousands that wait for it need not be looked through.
        self._waiting: dict[frozenset[str], deque[AccountRequest]] = {}
        for request in requests:
            self._waiting.setdefault(_hosts(request), deque()).append(request)
        self._left = len(requests)
        self._check = check
        self._jobs = max(1, jobs)
        self._per_host = max(1, per_host)
        self._under_way = 0
        self._at_host: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._done: queue.SimpleQueue[AccountCheck | BaseException] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(max(1, min(self._jobs, self._left)), thread_name_prefix="check")

    @property
    def finished(self) -> bool:
        """Whether all results have been handed out."""
        return self._left == 0

    def results(self) -> Iterator[AccountCheck]:
        """Each account as it is done."""
        self._start_what_fits()
        while not self.finished:
            result = self._done.get()
            if isinstance(result, BaseException):
                raise result
            self._left -= 1
            yield result

    def close(self) -> None:
        """Start nothing more, and wait for what is under way."""
        with self._lock:
            self._waiting.clear()
        self._pool.shutdown(wait=True)

    def _start_what_fits(self) -> None:
        with self._lock:
            while self._under_way < self._jobs and (hosts := self._next_hosts()) is not None:
                queue_there = self._waiting[hosts]
                self._under_way += 1
                self._at_host.update(hosts)
                self._pool.submit(self._work, queue_there.popleft())
                if not queue_there:
                    del self._waiting[hosts]

    def _next_hosts(self) -> frozenset[str] | None:
        """Where the next account is tested: where least is under way, so that no slow host takes all."""
        found, least = None, self._per_host
        for hosts in self._waiting:
            busy = max((self._at_host[host] for host in hosts), default=0)
            if busy == 0:
                return hosts
            if busy < least:
                found, least = hosts, busy
        return found

    def _work(self, request: AccountRequest) -> None:
        result: AccountCheck | BaseException
        try:
            result = self._check(request)
        except BaseException as error:  # noqa: BLE001 - raised again where results are awaited
            result = error
        with self._lock:
            self._under_way -= 1
            self._at_host.subtract(_hosts(request))
        self._start_what_fits()
        self._done.put(result)


def _hosts(request: AccountRequest) -> frozenset[str]:
    return frozenset(server.settings.host.lower() for server in request.servers if server.settings.host)
