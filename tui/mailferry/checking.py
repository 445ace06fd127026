"""Testing the servers of accounts: requests go from the workspace to the check engine, results come back."""

from __future__ import annotations

import contextlib
import datetime
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from mailferry.model.account import Account, Role
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret, SecretError
from mailferry.model.settings import ROLES
from mailferry.workspace import Workspace, secret_role

if TYPE_CHECKING:
    from mailferry.checks.events import CheckEvent
    from mailferry.checks.options import CheckOptions
    from mailferry.checks.request import AccountRequest


def run_checks(
    workspace: Workspace,
    accounts: Iterable[tuple[str, Account]],
    *,
    options: CheckOptions | None = None,
    jobs: int | None = None,
    on_event: Callable[[CheckEvent], None] = lambda _event: None,
    cancel: threading.Event | None = None,
) -> Iterator[AccountCheck]:
    """Test the servers of accounts, many at once; results are kept, and yielded as each is done.

    `jobs` given lifts the cap per host as well. `on_event` is called from other threads. When results
    cannot be kept, the test goes on, and MailferryError is raised after the last one.
    """
    from mailferry.checks.many import check_accounts
    from mailferry.store.refusals import Refusals
    from mailferry.store.results import StoredCheck

    chosen = list(accounts)
    known = dict(chosen)
    digests = {account_id: workspace.digest(account_id, account) for account_id, account in chosen}
    options = options or workspace.check_options
    not_kept: MailferryError | None = None
    refusals = Refusals(
        workspace.home.state / "refusals.json", workspace.lock, limit=workspace.config.checks.refusals
    )
    for result in check_accounts(
        [_request(workspace, account_id, account) for account_id, account in chosen],
        options,
        jobs=jobs or workspace.config.checks.jobs,
        per_host=jobs or 8,
        refusals=refusals,
        diagnose=lambda request, check: _explain(workspace, known[request.account], check),
        on_event=on_event,
        cancel=cancel or threading.Event(),
    ):
        if not any(server.cause == "cancelled" for server in result.servers):
            now = datetime.datetime.now(datetime.UTC)
            try:
                workspace.results.keep(StoredCheck(when=now, settings=digests[result.account], check=result))
            except MailferryError as error:
                not_kept = error
        yield result
    if not_kept is not None:
        raise not_kept


def ask_ahead(workspace: Workspace, accounts: Iterable[tuple[str, Account]]) -> None:
    """Ask for what must be asked before a test starts, one after the other, so that prompts never mix.

    Raises nothing: a password that cannot be had is reported by the test itworkspace.
    """
    for _, account in accounts:
        for role in ROLES:
            if account.password_source(role).source == "ask":
                with contextlib.suppress(SecretError):
                    _secret(workspace, account, role)()


def _explain(workspace: Workspace, account: Account, check: ServerCheck) -> ServerCheck:
    """A failed ladder with its cause named and advice given."""
    from mailferry.advice.explain import explain

    try:
        return explain(check, workspace.failure_book, workspace.recommendation(account))
    except MailferryError as error:
        # A rule of one's own that cannot be used must not stop a run in which passwords were sent.
        return msgspec.structs.replace(check, advice=f"The failure could not be explained: {error}")


def _request(workspace: Workspace, account_id: str, account: Account) -> AccountRequest:
    from mailferry.checks.request import AccountRequest, ServerRequest
    from mailferry.secrets.shared_secret import SharedSecret

    settings = workspace.settings(account_id, account)
    shared = {role: SharedSecret(_secret(workspace, account, role)) for role in ROLES}
    servers = []
    for role in ROLES:
        server = settings.server(role)
        if server.ca_file is not None:
            server = msgspec.structs.replace(server, ca_file=str(workspace.home.config / server.ca_file))
        slip = workspace.unconfirmed_slip(account, role)
        withhold = (
            f"{server.host} looks like a typing slip of {slip}. No password is sent there: the name may"
            f" belong to a stranger. If it is right, accept {role}.host with this name as value."
            if slip
            else None
        )
        servers.append(
            ServerRequest(settings=server, secret=shared[secret_role(account, role)], withhold=withhold)
        )
    return AccountRequest(account=account_id, address=account.address, servers=tuple(servers))


def _secret(workspace: Workspace, account: Account, role: Role) -> Callable[[], Secret]:
    """How to get the password for a server, when it is needed."""
    source = account.password_source(role)
    return lambda: workspace.wallet.get(account.address, secret_role(account, role), source)
