"""`mailferry password`: a password in its store; read from a prompt or standard input, never an argument."""

from __future__ import annotations

import contextlib
import sys

import click

from mailferry.cli.lending import lending
from mailferry.cli.opening import account_argument, open_workspace
from mailferry.cli.output import words
from mailferry.cli.typed_password import typed_password
from mailferry.model.account import Account, Role
from mailferry.model.problem import InvalidFileError, MailferryError
from mailferry.model.secret import Secret, SecretError
from mailferry.workspace import AccountEntry, Workspace, secret_role

_outgoing = click.option("--outgoing", is_flag=True, help="The outgoing server's own password.")


@click.group("password")
def command() -> None:
    """Set, forget or test the password of an account in its store."""


@command.command("set")
@account_argument
@_outgoing
@click.pass_context
def set_password(context: click.Context, account: str, outgoing: bool) -> None:
    """Store the password of ACCOUNT, read from a prompt or, without a terminal, from standard input."""
    workspace, entry, settings = _find(context, account)
    if outgoing and settings.outgoing.password is None:
        # Only with its own table does the account use a separate outgoing password.
        from mailferry.editing import Editor

        entry = Editor(workspace).give_outgoing_password(entry)
        assert entry.value is not None
        settings = entry.value
    role: Role = "outgoing" if outgoing else "incoming"
    source = settings.password_source(role)
    if source.source == "ask":
        raise MailferryError(
            f"{entry.path}: the password is asked for in each run, so there is nothing to store"
        )
    secret = _read(f"Password for {settings.address}" + (" (outgoing)" if outgoing else ""))
    workspace.wallet.set(settings.address, role, source, secret)
    words(f"{entry.id}: the password is stored, and was read back")


@command.command("forget")
@account_argument
@_outgoing
@click.pass_context
def forget_password(context: click.Context, account: str, outgoing: bool) -> None:
    """Remove the password of ACCOUNT from its store."""
    workspace, entry, settings = _find(context, account)
    role: Role = "outgoing" if outgoing else "incoming"
    had = workspace.wallet.forget(settings.address, role, settings.password_source(role))
    words(f"{entry.id}: " + ("the password is forgotten" if had else "there was no password stored"))


@command.command("test")
@account_argument
@_outgoing
@click.pass_context
def test_password(context: click.Context, account: str, outgoing: bool) -> None:
    """Tell whether the password of ACCOUNT can be had from its store, without showing it."""
    workspace, entry, settings = _find(context, account)
    role = secret_role(settings, "outgoing") if outgoing else "incoming"
    source = settings.password_source(role)
    if source.source == "ask" and sys.stdin.isatty():
        words(f"{entry.id}: the password is asked for each run, so there is nothing stored to test")
        return
    if sys.stdin.isatty():
        workspace.wallet.terminal = lending(contextlib.nullcontext)
    try:
        workspace.wallet.get(settings.address, role, source)
    except SecretError as error:
        if error.cause == "cancelled":
            raise click.Abort from None
        words(f"{entry.id}: {error}")
        context.exit(1)
    words(f"{entry.id}: the password can be had from the {source.source}")


def _find(context: click.Context, name: str) -> tuple[Workspace, AccountEntry, Account]:
    workspace = open_workspace(context)
    entry = workspace.find(name)
    if entry.value is None:
        raise InvalidFileError(entry.problems)
    return workspace, entry, entry.value


def _read(question: str) -> Secret:
    if sys.stdin.isatty():
        return typed_password(click.prompt(question, hide_input=True, confirmation_prompt=True, err=True))
    line = sys.stdin.readline()
    text = line.removesuffix("\n").removesuffix("\r")
    if not text:
        raise click.UsageError("there was no password on standard input")
    return typed_password(text)
