"""The options of a command that signs profiles, and the passphrase of what is encrypted."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mailferry.cli.output import paragraph, words
from mailferry.model.secret import Secret
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    from mailferry.iphone.signing import SigningIdentity

_F = TypeVar("_F", bound=Callable[..., Any])
_file = click.Path(path_type=Path)


def signing_options(command: _F) -> _F:
    """Adds `sign`, `key`, `chain` and `unsigned`, which `chosen_identity` takes as they are."""
    for option in (
        click.option("--unsigned", is_flag=True, help="Do not sign, although config.toml names an identity."),
        click.option(
            "--chain",
            type=_file,
            metavar="FILE",
            help="Certificates between the identity's and the root, as PEM.",
        ),
        click.option(
            "--key", type=_file, metavar="FILE", help="The private key, if it is in a file of its own."
        ),
        click.option(
            "--sign",
            type=_file,
            metavar="CERT-OR-P12",
            help="Sign with this certificate (PEM, DER) or identity (PKCS#12).",
        ),
    ):
        command = option(command)
    return command


def chosen_identity(
    workspace: Workspace, *, sign: Path | None, key: Path | None, chain: Path | None, unsigned: bool
) -> SigningIdentity | None:
    """The identity that the options, else config.toml, name; None to leave profiles unsigned.

    Asks for a passphrase where one is needed: in the terminal, or as a line of standard input. Raises
    click.UsageError, SigningError, FileError, SecretError.
    """
    if unsigned:
        if sign is not None or key is not None or chain is not None:
            raise click.UsageError("--unsigned and --sign, --key or --chain contradict each other")
        return None
    if sign is None and (key is not None or chain is not None):
        raise click.UsageError("--key and --chain belong to a certificate: name it with --sign")
    from mailferry.signing import identity_for

    return identity_for(
        workspace,
        certificate=sign,
        key=key,
        chain=chain,
        passphrase=ask_passphrase,
        with_terminal=sys.stdin.isatty(),
    )


def say_of_identity(identity: SigningIdentity, say: Callable[[str], None] = words) -> None:
    """Until when the signature holds, what then, and what a replacement needs."""
    from mailferry.signing import signing_remarks

    for remark in signing_remarks(identity, now=datetime.datetime.now(datetime.UTC)):
        say(paragraph(remark))


def ask_passphrase(question: str) -> Secret:
    """A passphrase, typed in the terminal or as a line of standard input."""
    if sys.stdin.isatty():
        return Secret(click.prompt(question, hide_input=True, err=True, default="", show_default=False))
    return Secret(sys.stdin.readline().removesuffix("\n").removesuffix("\r"))
