"""Whether the settings of an account, as they are, are known to work."""

from __future__ import annotations

import datetime

from mailferry.iphone.account import Proof
from mailferry.model.account import Account
from mailferry.model.settings import ROLES
from mailferry.model.spared import is_not_tried
from mailferry.store.results import StoredCheck
from mailferry.workspace import AccountEntry, Workspace


def proof_of(workspace: Workspace, account_id: str, account: Account) -> Proof | None:
    """The newest test that the settings passed, here or, as the account's file says, on another machine.

    A test that failed since takes it away; one in which a server was left alone says nothing.
    """
    day = _passed_on(workspace, account_id, account)
    failed = _failed(workspace, account_id, account)
    if day is None or (failed is not None and day <= _day(failed)):
        return None
    settings = workspace.settings(account_id, account)
    hosts = (settings.server(role).host for role in ROLES)
    return Proof(day=day, hosts=tuple(dict.fromkeys(host for host in hosts if host)))


def untested(workspace: Workspace, entry: AccountEntry) -> str | None:
    """Why an account's settings are not known to work; None when they passed their test as they are now."""
    if entry.value is not None and proof_of(workspace, entry.id, entry.value) is not None:
        return None
    stored = _failed(workspace, entry.id, entry.value) if entry.value is not None else None
    if stored is None:
        return "Not tested with these settings yet; a test shows whether they work."
    failed = (server for server in stored.check.servers if not server.ok)
    where = ", ".join(f"{server.protocol.upper()}: {server.cause or 'unknown'}" for server in failed)
    return f"The last test failed ({where}); what is exported will not work until that is mended."


def _passed_on(workspace: Workspace, account_id: str, account: Account) -> datetime.date | None:
    digest = workspace.digest(account_id, account)
    stored = workspace.last_check(account_id, account)
    good = workspace.results.last_good(account_id)
    days = [
        _day(each)
        for each in (stored, good)
        if each is not None and each.settings == digest and each.check.ok
    ]
    if account.iphone.tested is not None and account.iphone.tested_as == digest:
        days.append(account.iphone.tested)
    return max(days, default=None)


def _failed(workspace: Workspace, account_id: str, account: Account) -> StoredCheck | None:
    stored = workspace.last_check(account_id, account)
    if stored is None or stored.check.ok or is_not_tried(stored.check):
        return None
    return stored


def _day(stored: StoredCheck) -> datetime.date:
    """In UTC, so that a copy of the files gives the same day wherever it is."""
    return stored.when.astimezone(datetime.UTC).date()
