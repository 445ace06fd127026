"""Opening the home folder for a command, and finding the accounts that it names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from mailferry.cli.output import show_problems
from mailferry.model.account import Account
from mailferry.store.home import locate_home
from mailferry.workspace import AccountEntry, Workspace


def open_workspace(context: click.Context) -> Workspace:
    """The workspace of `--home`, `$MAILFERRY_HOME` or the usual place."""
    home: Path | None = context.find_root().obj
    return Workspace(locate_home(home))


def chosen(
    workspace: Workspace, names: Sequence[str], *, person: str | None = None
) -> tuple[list[tuple[AccountEntry, Account]], bool]:
    """The readable accounts among the named ones (none named: all), and whether any file was broken.

    Broken files, those of own providers too, are named on standard error here. Raises MailferryError for a
    name or person nobody has.
    """
    if names:
        entries = list({(entry := workspace.find(name)).id: entry for name in names}.values())
    else:
        entries = list(workspace.accounts())
    if person is not None:
        of_person = [entry for entry in entries if entry.value is None or _is(entry.value.person, person)]
        if not any(entry.value for entry in of_person):
            known = sorted({entry.value.person for entry in entries if entry.value and entry.value.person})
            raise click.UsageError(
                f"nobody is called “{person}”; "
                + (f"there are {', '.join(known)}" if known else "no account has a person")
            )
        entries = of_person
    broken = [problem for entry in entries if entry.value is None for problem in entry.problems]
    broken += workspace.catalogue.problems()
    show_problems(broken)
    show_problems(workspace.label_clashes())
    return [(entry, entry.value) for entry in entries if entry.value is not None], bool(broken)


def complete_account(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """File stems, for the shell's completion."""
    entries = open_workspace(context).accounts()
    return [entry.id for entry in entries if entry.id.startswith(incomplete)]


accounts_argument = click.argument(
    "accounts", nargs=-1, metavar="[ACCOUNT]...", shell_complete=complete_account
)
account_argument = click.argument("account", metavar="ACCOUNT", shell_complete=complete_account)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def _is(person: str | None, wanted: str) -> bool:
    return person is not None and person.casefold() == wanted.casefold()
