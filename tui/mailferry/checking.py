"""Testing the servers of accounts: requests go from the workspace to the check engine, results come back."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from mailferry.model.account import Account, Role
from mailferry.model.check import AccountCheck, Change, Repair, ServerCheck
from mailferry.model.problem import MailferryError
from mailferry.model.secret import SecretError
from mailferry.model.settings import ROLES, ServerSettings
from mailferry.server_requests import explained, password_of, server_request
from mailferry.workspace import Workspace, secret_role, today

if TYPE_CHECKING:
    from mailferry.checks.events import CheckEvent
    from mailferry.checks.options import CheckOptions
    from mailferry.checks.request import AccountRequest
    from mailferry.store.refusals import Refusals
    from mailferry.store.results import StoredCheck

_RESUMABLE = datetime.timedelta(minutes=15)
"""How old a test may be for another to go on from where it failed."""


def run_checks(
    workspace: Workspace,
    accounts: Iterable[tuple[str, Account]],
    *,
    options: CheckOptions | None = None,
    jobs: int | None = None,
    resume: bool = False,
    send: bool = False,
    on_event: Callable[[CheckEvent], None] = lambda _event: None,
    cancel: threading.Event | None = None,
) -> Iterator[AccountCheck]:
    """Test the servers of accounts, many at once; results are kept, and yielded as each is done.

    `jobs` given lifts the cap per host as well. With `resume`, a test that failed within the last quarter of
    an hour goes on from the stage that failed, and its servers that passed are not tested again. With `send`,
    each account sends a message to itself. `on_event` is called from other threads. When results cannot be
    kept, the test goes on, and MailferryError is raised after the last one. A set `cancel` ends everything
    quickly; Ctrl+C in a password command that asks in the terminal sets it.
    """
    from mailferry.checks.events import AccountDone
    from mailferry.checks.many import check_accounts

    cancel = cancel or threading.Event()
    tests = {
        account_id: _Test(workspace, account_id, account, resume, send, cancel)
        for account_id, account in accounts
    }
    not_kept: MailferryError | None = None

    def tell(event: CheckEvent) -> None:
        on_event(
            replace(event, check=tests[event.account].whole(event.check))
            if isinstance(event, AccountDone)
            else event
        )

    for tested in check_accounts(
        [test.request() for test in tests.values()],
        options or workspace.check_options,
        jobs=jobs or workspace.config.checks.jobs,
        per_host=jobs or 8,
        refusals=refusals_of(workspace),
        diagnose=lambda request, check: tests[request.account].judged(check),
        on_event=tell,
        cancel=cancel,
    ):
        test = tests[tested.account]
        result = test.whole(tested)
        if not any(server.cause == "cancelled" for server in result.servers):
            try:
                workspace.results.keep(test.stored(result))
            except MailferryError as error:
                not_kept = error
        yield result
    if not_kept is not None:
        raise not_kept


def refusals_of(workspace: Workspace) -> Refusals:
    """How many passwords each server has refused within the last hour, and how many are put up with."""
    from mailferry.store.refusals import Refusals

    file = workspace.home.state / "refusals.json"
    return Refusals(file, workspace.lock, limit=workspace.config.checks.refusals)


def has_news(check: AccountCheck) -> bool:
    """Whether a server of an account shows something else than before."""
    return any(server.changed for server in check.servers)


def note_seen(workspace: Workspace, checks: Iterable[AccountCheck]) -> None:
    """What these results show otherwise than before has been read, and need not be told again."""
    for check in filter(has_news, checks):
        with contextlib.suppress(MailferryError):  # where results cannot be kept, it is told again
            workspace.results.seen(check.account)


def ask_ahead(workspace: Workspace, accounts: Iterable[tuple[str, Account]]) -> None:
    """Ask for what must be asked before a test starts, one after the other, so that prompts never mix.

    Raises nothing: a password that cannot be had is reported by the test itself.
    """
    for _, account in accounts:
        for role in ROLES:
            if account.password_source(role).source == "ask":
                with contextlib.suppress(SecretError):
                    password_of(workspace, account, role)()


class _Test:
    """The test of one account: what is asked of the engine, and what is made of its answer."""

    def __init__(
        self,
        workspace: Workspace,
        account_id: str,
        account: Account,
        resume: bool,
        send: bool,
        cancel: threading.Event,
    ) -> None:
        self._workspace = workspace
        self._id = account_id
        self._account = account
        self._send = send
        self._cancel = cancel
        self._settings = workspace.settings(account_id, account)
        self._digest = workspace.digest(account_id, account)
        self._digests = {role: _digest(self._settings.server(role)) for role in ROLES}
        before = workspace.results.get(account_id) if resume else None
        self._before = before if before is not None and is_resumable(before) else None

    def request(self) -> AccountRequest:
        """What the engine is to do; servers that need no test are left out."""
        from mailferry.checks.request import AccountRequest
        from mailferry.secrets.shared_secret import SharedSecret

        shared = {
            role: SharedSecret(password_of(self._workspace, self._account, role, self._cancel))
            for role in ROLES
        }
        carried = {server.role for server in self._carried}
        return AccountRequest(
            account=self._id,
            address=self._account.address,
            servers=tuple(
                server_request(
                    self._workspace,
                    self._id,
                    self._account,
                    role,
                    shared[secret_role(self._account, role)],
                    failed_before=self._failed_before(role),
                )
                for role in ROLES
                if role not in carried
            ),
            send=self._send,
            name=self._account.name,
        )

    def judged(self, check: ServerCheck) -> ServerCheck:
        """A tested server with all that is known of it: why it fails, what would work, what has changed."""
        check = msgspec.structs.replace(
            check,
            repairs=self._compared(check) if check.repairs else (),
            changed=self._changed(check),
        )
        return check if check.ok else explained(self._workspace, self._account, check)

    def _changed(self, check: ServerCheck) -> tuple[Change, ...]:
        """What the server shows otherwise than when all was well, as long as it is still to be told."""
        from mailferry.advice.changed import changes

        good = self._workspace.results.familiar(self._id)
        before = (each for each in good.check.servers if each.role == check.role) if good else ()
        return next((changes(each, check) for each in before), ())

    def _compared(self, check: ServerCheck) -> tuple[Repair, ...]:
        """What would work, the best first, with what comparing would say of it."""
        from mailferry.advice.hypothesis import compared

        workspace, account = self._workspace, self._account
        return compared(
            check,
            account,
            workspace.recommendation(account),
            today=today(),
            owner_of=workspace.owner_of,
        )

    def whole(self, tested: AccountCheck) -> AccountCheck:
        """The engine's result, with the servers that were not tested again."""
        servers = sorted((*tested.servers, *self._carried), key=lambda server: ROLES.index(server.role))
        return msgspec.structs.replace(
            tested, servers=tuple(servers), ok=all(server.ok for server in servers)
        )

    def stored(self, result: AccountCheck) -> StoredCheck:
        """The result as it is kept."""
        from mailferry.store.results import StoredCheck

        now = datetime.datetime.now(datetime.UTC)
        return StoredCheck(when=now, settings=self._digest, check=result, servers=self._digests)

    @cached_property
    def _carried(self) -> tuple[ServerCheck, ...]:
        """Results of the earlier test that still hold; a message can be sent only where both are tested."""
        if self._before is None or self._send:
            return ()
        from mailferry.advice.earlier import as_earlier

        return tuple(
            as_earlier(server, self._before.when)
            for server in self._before.check.servers
            if server.ok and self._before.servers.get(server.role) == self._digests[server.role]
        )

    def _failed_before(self, role: Role) -> ServerCheck | None:
        """The earlier test of a server, where it did not get past a stage that a changed setting concerns."""
        if self._before is None:
            return None
        earlier = next((each for each in self._before.check.servers if each.role == role), None)
        if earlier is None or earlier.ok:
            return None
        same = self._before.servers.get(role) == self._digests[role]
        if not same and earlier.failed_stage in _SIGNED_IN:
            return None
        from mailferry.advice.earlier import as_earlier

        return as_earlier(earlier, self._before.when)


_SIGNED_IN = ("mailbox", "send", "deliver")
"""Stages after the sign-in, whose user name an earlier result does not tell."""


def is_resumable(before: StoredCheck) -> bool:
    """Whether a test can go on from where this one failed: the failure is of the last quarter of an hour."""
    return not before.check.ok and abs(datetime.datetime.now(datetime.UTC) - before.when) <= _RESUMABLE


def last_server_check(
    workspace: Workspace, account_id: str, account: Account, role: Role
) -> ServerCheck | None:
    """The last test of one server as it is set now; None when its settings have changed since."""
    stored = workspace.results.get(account_id)
    now = _digest(workspace.settings(account_id, account).server(role))
    if stored is None or stored.servers.get(role) != now:
        return None
    return next((server for server in stored.check.servers if server.role == role), None)


def _digest(server: ServerSettings) -> str:
    return hashlib.sha256(msgspec.json.encode(server)).hexdigest()[:16]
