"""`mailferry deliver`: accounts on their way to an iPhone, by a link that works once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailferry.cli.deliver_ways import (
    chosen_sender,
    deliver_as_folder,
    deliver_by_link,
    deliver_by_mail,
    say_beforehand,
)
from mailferry.cli.opening import accounts_argument, chosen, json_option, open_workspace
from mailferry.cli.output import paragraph, words
from mailferry.cli.signing_options import (
    ask_passphrase,
    chosen_identity,
    say_of_identity,
    signing_options,
)
from mailferry.cli.typed_password import typed_password
from mailferry.model.config import LONGEST_DELIVERY
from mailferry.model.secret import Secret

if TYPE_CHECKING:
    from mailferry.iphone.delivery.https import Https
    from mailferry.workspace import AccountEntry, Workspace

_file = click.Path(path_type=Path)


@click.command("deliver")
@accounts_argument
@click.option("--person", help="All accounts of one person.")
@click.option("--host", help="Address or name under which the iPhone reaches this computer.")
@click.option("--port", type=click.IntRange(0, 65535), help="TCP port; 0: any that is free (0).")
@click.option(
    "--expires",
    type=click.IntRange(1, LONGEST_DELIVERY),
    metavar="SECONDS",
    help="After so many seconds the link is dead (900).",
)
@click.option(
    "--certificate", type=_file, metavar="FILE", help="HTTPS with this certificate and chain (PEM)."
)
@click.option(
    "--certificate-key",
    type=_file,
    metavar="FILE",
    help="Its private key, if in a file of its own; without --sign, --key says the same.",
)
@click.option("--sheet", is_flag=True, help="Deliver the instructions alone, without a profile.")
@click.option("--with-password", is_flag=True, help="Put the passwords into the profile; by HTTPS only.")
@signing_options
@click.option("--folder", type=_file, metavar="DIR", help="Write a folder for a web server; open no link.")
@click.option("--url", metavar="URL", help="Where that folder will be: draws its QR code.")
@click.option("--mail-to", metavar="ADDRESS", help="Mail profile and instructions; open no link.")
@click.option("--mail-from", metavar="ACCOUNT", help="The account that the mail is sent from.")
@click.option("--yes", is_flag=True, help="Deliver accounts that are not known to work without asking.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    accounts: tuple[str, ...],
    person: str | None,
    host: str | None,
    port: int | None,
    expires: int | None,
    certificate: Path | None,
    certificate_key: Path | None,
    sheet: bool,
    with_password: bool,
    sign: Path | None,
    key: Path | None,
    chain: Path | None,
    unsigned: bool,
    folder: Path | None,
    url: str | None,
    mail_to: str | None,
    mail_from: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Hand accounts to an iPhone by a one-time link and its QR code; several make one profile.

    The link dies after one whole download (with --sheet: after somebody has opened the page), after its time,
    or with ctrl+c.
    """
    from mailferry.cli.address_choice import choose_address
    from mailferry.consignment import consign
    from mailferry.delivering import Place, known_host
    from mailferry.exporting import NotExportableError, ProfileWishes
    from mailferry.hosting import refuse_folder
    from mailferry.iphone.delivery.listening import link_host

    if sign is None and certificate is not None and certificate_key is None:
        key, certificate_key = None, key
    no_link = "--folder" if folder is not None else "--mail-to" if mail_to is not None else None
    of_links = {"--host": host, "--port": port, "--expires": expires, "--certificate": certificate}
    if no_link is not None:
        _refuse_beside(no_link, of_links | {"--json": as_json, "--with-password": with_password})
    _refuse_without(folder, "--folder", {"--url": url})
    _refuse_without(mail_to, "--mail-to", {"--mail-from": mail_from})
    _refuse_without(certificate, "--certificate", {"--certificate-key": certificate_key})
    if folder is not None and mail_to is not None:
        raise click.UsageError("--folder and --mail-to are two ways; choose one")
    if sheet and with_password:
        raise click.UsageError("--sheet delivers no profile, so there is no place for --with-password")
    workspace = open_workspace(context)
    readable, broken = chosen(workspace, accounts, person=person)
    if not readable:
        words("There is nothing to deliver; mailferry add ADDRESS makes an account.")
        context.exit(2 if broken else 1)
    entries = [entry for entry, _ in readable]
    if not accounts and person is None:
        _refuse_unnamed(entries)
    sender = chosen_sender(workspace, mail_from) if mail_to is not None else None
    if folder is not None:
        refuse_folder(folder, url)
    https = None if no_link else _https(workspace, certificate, certificate_key)
    if no_link is None:
        host = host or known_host(workspace, https)
        port = workspace.config.delivery.port if port is None else port
        _refuse_place(host, port)
    if with_password and https is None:
        raise click.UsageError("--with-password needs HTTPS: name a certificate with --certificate")
    if sys.stdin.isatty():
        workspace.wallet.prompt = _password
    identity = chosen_identity(workspace, sign=sign, key=key, chain=chain, unsigned=unsigned)
    try:
        consignment = consign(
            workspace,
            entries,
            person=person,
            wishes=ProfileWishes(with_password=with_password),
            identity=identity,
            instructions_only=sheet,
        )
    except NotExportableError as error:
        words("\n".join(paragraph(line) for line in str(error).splitlines()))
        if not sheet:
            words("Nothing is delivered; with --sheet, the instructions alone are.")
        context.exit(1)
    if identity is not None and consignment.profile is not None:
        say_of_identity(identity)
    say_beforehand(consignment, ask=not (yes or as_json))
    if folder is not None:
        deliver_as_folder(consignment, folder, url)
    elif mail_to is not None and sender is not None:
        if not deliver_by_mail(consignment, mail_to, sender):
            context.exit(1)
    else:
        place = Place(
            host=link_host(host or choose_address(ask=not as_json)),
            port=port or 0,
            expires=expires or workspace.config.delivery.expires,
            https=https,
        )
        if deliver_by_link(consignment, place, as_json=as_json) != "delivered":
            context.exit(1)
    context.exit(2 if broken else 0)


def _https(workspace: Workspace, certificate: Path | None, key: Path | None) -> Https | None:
    from mailferry.delivering import certificate_of

    return certificate_of(
        workspace,
        certificate=certificate,
        key=key,
        passphrase=lambda: ask_passphrase("Passphrase of the certificate’s key"),
    )


def _refuse_beside(way: str, options: Mapping[str, object]) -> None:
    for option, value in options.items():
        if value not in (None, False):
            raise click.UsageError(f"{option} belongs to a link, and {way} opens none")


def _refuse_without(needed: object, name: str, options: Mapping[str, object]) -> None:
    for option, value in options.items():
        if value is not None and needed is None:
            raise click.UsageError(f"{option} goes with {name}")


def _refuse_unnamed(entries: list[AccountEntry]) -> None:
    """Without a name or --person it is all there are: none that may be somebody else's goes along."""
    owners = {entry.value.person for entry in entries if entry.value is not None}
    if len(owners) > 1 and None in owners:
        raise click.UsageError(
            "not all accounts have a person, so it is not known whose iPhone they are for; name the accounts,"
            " or --person NAME"
        )


def _refuse_place(host: str | None, port: int) -> None:
    """Where no link could be is known before anything is said of what would go there."""
    from mailferry.delivering import refuse_place
    from mailferry.iphone.delivery.addresses import local_addresses

    known = local_addresses(os.environ.get("SSH_CONNECTION"))
    if host is not None or known:
        refuse_place(host or known[0].address, port)


def _password(question: str) -> Secret:
    return typed_password(click.prompt(question, hide_input=True, err=True))
