"""`mailferry`: finds the command's module and runs it; alone it opens the interface."""

from __future__ import annotations

import gc
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailferry import __version__
from mailferry.model.problem import MailferryError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "add": "create an account for an address",
    "check": "test the servers of accounts, step by step",
    "compare": "compare accounts with what their providers recommend",
    "completion": "print the completion script of a shell",
    "deliver": "hand accounts to an iPhone by a link that works once, and its QR code",
    "demo": "show the whole job on small servers of its own",
    "doctor": "look at the surroundings: passwords, DNS, clock, terminal, files",
    "export": "write an iPhone profile or set-up instructions",
    "fix": "put in the recommended values",
    "keep": "stand by a setting that deviates, with a reason",
    "lint": "validate account, provider and theme files",
    "list": "show the accounts",
    "lookup": "find the recommended settings of an address",
    "password": "set, forget or test a password in its store",
    "phones": "show what was handed over for each iPhone, and which needs a new profile",
    "pin": "accept a certificate that nobody vouches for",
    "providers": "show the providers, or one of them",
    "read": "explain a configuration profile of any maker, and make accounts of it",
    "report": "write what a helper needs to know about an account, without secrets",
}
"""Every command and its one line of help, so that `--help` need not import them all."""


class LazyGroup(click.Group):
    """Imports a command's module when the command is used: a start pays for one command only."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Names of all commands."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command of a name, imported now."""
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"mailferry.cli.{name}_command").command
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in `--help`, without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest command named when there is none such."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "mailferry --help lists the commands"
            raise click.UsageError(f"there is no command “{args[0]}”; {hint}", context)
        return super().resolve_command(context, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command, mailferry opens its interface.",
)
@click.option(
    "--home",
    type=click.Path(path_type=Path),
    help="Folder of accounts and settings, instead of $MAILFERRY_HOME or the usual place.",
)
@click.version_option(__version__, prog_name="mailferry")
@click.pass_context
def program(context: click.Context, home: Path | None) -> None:
    """Keeps mail account settings in order and carries them to iPhones."""
    context.obj = home
    if context.invoked_subcommand is None:
        from mailferry.cli.interface import open_interface

        context.exit(open_interface(home))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit: 0 all well, 1 something is not well, 2 wrong usage or unreadable input."""
    gc.set_threshold(50_000)  # what a start makes stays; looking through it every 700 objects finds nothing
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without ✓ must not end in a traceback
    status = _run(arguments)
    gc.freeze()  # all ends now; a last search for what could be collected would take longer than a look-up
    sys.exit(status)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status = program.main(arguments, prog_name="mailferry", standalone_mode=False)
    except click.Abort:
        click.echo("mailferry: stopped", err=True)
        return 130
    except click.ClickException as error:
        click.echo(f"mailferry: {error.format_message()}", err=True)
        return error.exit_code if error.exit_code != 1 else 2
    except MailferryError as error:
        from mailferry.cli.output import show_error

        show_error(error)
        return 2
    except BrokenPipeError:
        # The reader of our output has gone (`mailferry list | head`); there is nobody left to tell.
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status if isinstance(status, int) else 0
