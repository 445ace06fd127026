"""`mailferry report`: what a helper or a forum needs to know about an account, without secrets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from mailferry.cli.opening import accounts_argument, chosen, open_workspace
from mailferry.cli.output import data, words


@click.command("report")
@accounts_argument
@click.option("--output", type=click.Path(path_type=Path), help="Write it to this file instead.")
@click.option("--without-address", is_flag=True, help="Leave out the address and whatever names the person.")
@click.pass_context
def command(
    context: click.Context, accounts: tuple[str, ...], output: Path | None, without_address: bool
) -> None:
    """Report on accounts from their last test; no ACCOUNT named: all that are not well.

    Settings, deviations, the test stage by stage and what the servers said: Markdown, without any password.
    The conversations are not kept; mailferry check --report FILE has them too.
    """
    from mailferry.reporting import report

    workspace = open_workspace(context)
    readable, broken = chosen(workspace, accounts)
    entries = [entry for entry, _ in readable if accounts or workspace.state(entry) not in _WELL]
    if entries:
        write_report(
            output, [report(workspace, each.id, without_address=without_address) for each in entries]
        )
    elif not broken:
        words("No account is known to be in trouble; name the ACCOUNT to report on.")
    context.exit(2 if broken else 0)


_WELL = ("ok", "untested", "differs")


def write_report(output: Path | None, reports: Sequence[str]) -> None:
    """Write reports, one after the other, to a file that only its owner can read, or to standard output.

    Raises FileError.
    """
    text = "\n".join(reports)
    if output is None or str(output) == "-":
        data(text.removesuffix("\n"))
        return
    from mailferry.store.files import write_atomically

    write_atomically(output, text.encode())
    words(f"wrote {output}")
