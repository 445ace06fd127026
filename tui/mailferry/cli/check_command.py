"""`mailferry check`: tests the servers, stage by stage."""

from __future__ import annotations

import contextlib
import sys
import threading

import click

from mailferry.cli.opening import accounts_argument, chosen, json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, words
from mailferry.cli.typed_password import typed_password
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.secret import Secret


@click.command("check")
@accounts_argument
@click.option("--jobs", type=click.IntRange(min=1), help="Accounts at once; lifts the cap of 8 per host too.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), help="Deadline of each stage, in seconds (15)."
)
@click.option(
    "--send", is_flag=True, help="Also send a message to itself, find it in the inbox, and delete it again."
)
@json_option
@click.pass_context
def command(
    context: click.Context,
    accounts: tuple[str, ...],
    jobs: int | None,
    timeout: float | None,
    send: bool,
    as_json: bool,
) -> None:
    """Test the servers of accounts, step by step; no ACCOUNT named: all of them."""
    import dataclasses

    from mailferry.checking import ask_ahead, run_checks

    workspace = open_workspace(context)
    readable, broken = chosen(workspace, accounts)
    if not readable and not broken:
        words("There are no accounts yet; mailferry add ADDRESS makes one.")
    chosen_accounts = [(entry.id, account) for entry, account in readable]
    options = workspace.check_options
    if timeout is not None:
        options = dataclasses.replace(options, timeout=timeout)
    if sys.stdin.isatty():
        workspace.wallet.prompt = _prompt
        workspace.wallet.terminal = contextlib.nullcontext  # a command may ask for a passphrase here
        ask_ahead(workspace, chosen_accounts)
    well = True
    cancel = threading.Event()
    try:
        for result in run_checks(
            workspace, chosen_accounts, options=options, jobs=jobs, send=send, cancel=cancel
        ):
            well = well and result.ok
            if as_json:
                data_json(result)
            else:
                show(result)
    except KeyboardInterrupt:
        cancel.set()
        raise click.Abort from None
    context.exit(2 if broken else 0 if well else 1)


def show(result: AccountCheck) -> None:
    """Print an account's ladders for people."""
    state = "ok" if result.ok else "fails"
    data(f"{'✓' if result.ok else '✗'} {state}  {result.account}  {result.address}  {result.seconds:.1f} s")
    for server in result.servers:
        data(f"  {_name(server)}")
        for stage in server.stages:
            mark = "✓" if stage.ok else "✗"
            data(f"    {mark} {stage.stage:<10} {stage.seconds * 1000:6.0f} ms  {stage.detail}")
        if not server.ok:
            data(paragraph(f"{server.cause}: {server.advice or ''}", 4))
            for line in (server.server_said or "").splitlines():
                data(f"    The server said: {line}")


def _name(server: ServerCheck) -> str:
    place = f"{server.host}:{server.port}" if server.host else "no host"
    return f"{server.protocol.upper()}  {place}  {server.security or ''}".rstrip()


def _prompt(question: str) -> Secret:
    return typed_password(click.prompt(question, hide_input=True, err=True))
