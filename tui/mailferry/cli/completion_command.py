"""`mailferry completion`: the script that teaches a shell our commands and account names."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(context: click.Context, shell: str) -> None:
    """Print the completion script of a SHELL; in bash: eval "$(mailferry completion bash)"."""
    completion = get_completion_class(shell)
    assert completion is not None, "click has all three"
    click.echo(completion(context.find_root().command, {}, "mailferry", "_MAILFERRY_COMPLETE").source())
