"""The ways in which `mailferry deliver` hands over what it has: by link, as a folder, by mail."""

from __future__ import annotations

import asyncio
import datetime
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailferry.cli.delivery_words import Teller
from mailferry.cli.output import data, paragraph, words

if TYPE_CHECKING:
    from mailferry.consignment import Consignment
    from mailferry.delivering import Delivery, Place
    from mailferry.iphone.delivery.events import Reason
    from mailferry.workspace import AccountEntry, Workspace


def say_beforehand(consignment: Consignment, *, ask: bool) -> None:
    """What is left out, what to know, what changes on the iPhone, and what it will show.

    With `ask`, at a terminal, asks before anything goes out that is not known to work. Raises click.Abort.
    """
    from mailferry.phone_changes import replacement

    doubts = consignment.notes.unproven if ask and sys.stdin.isatty() else ()
    for line in consignment.left_out:
        words(paragraph(f"not in the profile: {line}"))
    if consignment.left_out:
        words("The instructions on the page are for all of these accounts.")
    for warning in consignment.notes.warnings:
        if warning not in doubts:  # which come with the question
            words(paragraph(f"warning: {warning}"))
    replaced = replacement(consignment.workspace, consignment.notes)
    for text in replaced.texts if replaced is not None else ():
        words(paragraph(text))
    if consignment.notes.shown:
        words("What the iPhone will show:")
        for sentence in consignment.notes.shown:
            words(paragraph(f"- {sentence}", 2, hang=2))
    if doubts:
        words("Not known to work:")
        for doubt in doubts:
            words(paragraph(f"- {doubt}", 2, hang=2))
        click.confirm("Deliver it all the same?", abort=True, err=True)


def deliver_by_link(consignment: Consignment, place: Place, *, as_json: bool) -> Reason:
    """Open the link and tell what happens, until its end. Raises ListeningError."""
    from mailferry.delivering import PLAIN_HTTP, Delivery

    for doubt in place.doubts(datetime.datetime.now(datetime.UTC)):
        words(paragraph(f"warning: {doubt}"))
    if place.https is None:
        words(paragraph(f"warning: {PLAIN_HTTP}"))
    delivery = Delivery(consignment, place)
    listener = delivery.open()
    if listener.everywhere:
        words(
            paragraph(
                f"{place.host} is no address of this computer itself, so the link takes connections on all of"
                f" its addresses, port {listener.port}."
            )
        )
    return asyncio.run(_until_the_end(delivery, Teller(expires=place.expires, as_json=as_json)))


async def _until_the_end(delivery: Delivery, teller: Teller) -> Reason:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(each, delivery.stop)
    return await delivery.run(teller.tell)


def deliver_as_folder(consignment: Consignment, folder: Path, url: str | None) -> None:
    """Write the folder and say what is to be done with it."""
    from mailferry.hosting import write_folder
    from mailferry.iphone.delivery.hosted import README

    written = write_folder(consignment, folder, url=url)
    for file in written.files:
        data(str(file))
    for warning in written.warnings:
        words(paragraph(f"warning: {warning}"))
    words(f"The folder is ready for a web server with HTTPS; {README} in it says how.")
    if url is not None:
        from mailferry.cli.qr_code import show_qr_code

        without_code = show_qr_code(url)
        if without_code is not None:
            words(paragraph(without_code))
        data(url)


def chosen_sender(workspace: Workspace, name: str | None) -> AccountEntry:
    """The account that a mail is sent from, the only one if none is named.

    Raises click.UsageError, UnknownAccountError.
    """
    if name is not None:
        return workspace.find(name)
    if len(workspace.accounts()) > 1:
        raise click.UsageError("name the account that the mail is sent from with --mail-from")
    return workspace.accounts()[0]


def deliver_by_mail(consignment: Consignment, to: str, sender: AccountEntry) -> bool:
    """Mail profile and instructions from one of the user's accounts; whether they were sent.

    Raises what mailing.mail_export does.
    """
    from mailferry.handing_over import hand_over
    from mailferry.mailing import mail_export

    workspace = consignment.workspace
    sent = mail_export(
        workspace,
        sender,
        to,
        consignment.attachments(),
        title=consignment.title,
        lang=consignment.language or "en",
    )
    if not sent.ok:
        words(paragraph(f"Not sent: {sent.advice or sent.cause or 'the server refused it'}"))
        if sent.server_said:
            words(paragraph(f"The server said: {sent.server_said}"))
        return False
    for warning in hand_over(workspace, consignment.notes, "mail", to=to).warnings:
        words(paragraph(f"warning: {warning}"))
    words(f"Sent from {sender.id} to {to}.")
    return True
