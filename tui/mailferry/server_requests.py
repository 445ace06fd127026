"""What is asked of the check engine about an account's servers, and what is made of a failure."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from mailferry.model.account import Account, Role
from mailferry.model.check import ServerCheck
from mailferry.model.problem import MailferryError
from mailferry.model.secret import Secret
from mailferry.workspace import Workspace, secret_role

if TYPE_CHECKING:
    from mailferry.checks.request import ServerRequest


def server_request(
    workspace: Workspace,
    account_id: str,
    account: Account,
    role: Role,
    secret: Callable[[], Secret],
    *,
    failed_before: ServerCheck | None = None,
) -> ServerRequest:
    """One server, with the reason, if there is one, why it must not be given a password."""
    from mailferry.advice.doors import other_auth, other_doors
    from mailferry.checks.request import ServerRequest

    recommendation = workspace.recommendation(account)
    server = workspace.settings(account_id, account).server(role)
    if server.ca_file is not None:
        server = msgspec.structs.replace(server, ca_file=str(workspace.home.config / server.ca_file))
    slip = workspace.unconfirmed_slip(account, role)
    withhold = (
        f"{server.host} looks like a typing slip of {slip}. No password is sent there: the name may"
        f" belong to a stranger. If it is right, accept {role}.host with this name as value."
        if slip
        else None
    )
    return ServerRequest(
        settings=server,
        secret=secret,
        withhold=withhold,
        doors=other_doors(server, account, recommendation, role),
        other_auth=other_auth(server, recommendation, role),
        failed_before=failed_before,
    )


def password_of(
    workspace: Workspace, account: Account, role: Role, cancel: threading.Event | None = None
) -> Callable[[], Secret]:
    """How to get the password for a server, when it is needed."""
    source = account.password_source(role)
    return lambda: workspace.wallet.get(account.address, secret_role(account, role), source, cancel)


def explained(workspace: Workspace, account: Account, check: ServerCheck) -> ServerCheck:
    """A failed ladder with its cause named and advice given."""
    from mailferry.advice.explain import explain

    try:
        return explain(check, workspace.failure_book, workspace.recommendation(account), account)
    except MailferryError as error:
        # A rule of one's own that cannot be used must not stop a run in which passwords were sent.
        return msgspec.structs.replace(check, advice=f"The failure could not be explained: {error}")
