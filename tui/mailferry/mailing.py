"""Sending an export by mail, from one of the user's accounts, on the safe path of the check engine."""

from __future__ import annotations

import datetime
import re
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from email import policy
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from mailferry.checking import refusals_of
from mailferry.exporting import Export
from mailferry.iphone.plain import plain
from mailferry.model.account import Account
from mailferry.model.address import Address, parse_address, pasted_address
from mailferry.model.check import ServerCheck
from mailferry.model.problem import InvalidFileError, MailferryError
from mailferry.server_requests import explained, password_of, server_request
from mailferry.workspace import AccountEntry, Workspace

if TYPE_CHECKING:
    from mailferry.checks.events import CheckEvent
    from mailferry.checks.letter import Letter

_TYPES = {
    "mobileconfig": ("application", "x-apple-aspen-config"),
    "html": ("text", "html"),
    "md": ("text", "markdown"),
    "txt": ("text", "plain"),
}
_PASSWORD_KEYS = (b"<key>IncomingPassword</key>", b"<key>OutgoingPassword</key>", b"<key>Password</key>")
_LONGEST_NAME = 60


class UnfitForMailError(MailferryError):
    """An export that is not sent by mail; the message says why, and what to do instead."""


def mail_export(
    workspace: Workspace,
    sender: AccountEntry,
    to: str,
    exports: Sequence[Export],
    *,
    title: str,
    lang: str = "en",
    on_event: Callable[[CheckEvent], None] = lambda _event: None,
    cancel: threading.Event | None = None,
) -> ServerCheck:
    """Send a profile, its instructions or both from an account to an address, and say how that went.

    `title` is what the letter calls the accounts on their way. The result is the outgoing server's ladder up
    to the stage `send`: it was sent, or why not, with the advice. A password is used once, and refusals are
    counted as in tests. `on_event` is called from another thread.

    Raises AddressError for `to`, UnfitForMailError, InvalidFileError for a sender whose file is broken, and
    MailferryError for a config.toml that cannot be used. Nothing has been sent then.
    """
    from mailferry.checks.many import check_accounts
    from mailferry.checks.request import AccountRequest

    if sender.value is None:
        raise InvalidFileError(sender.problems)
    account = sender.value
    letter = compose(account, parse_address(pasted_address(to)), exports, title=title, lang=lang)
    server = server_request(
        workspace, sender.id, account, "outgoing", password_of(workspace, account, "outgoing", cancel)
    )
    request = AccountRequest(
        account=sender.id,
        address=account.address,
        servers=(replace(server, doors=()),),  # a letter is to be sent, not another way to be found
        letter=letter,
    )
    (result,) = check_accounts(
        [request],
        workspace.check_options,
        jobs=1,
        per_host=1,
        refusals=refusals_of(workspace),
        diagnose=lambda _request, check: check if check.ok else explained(workspace, account, check),
        on_event=on_event,
        cancel=cancel or threading.Event(),
    )
    return result.servers[0]


def compose(account: Account, to: Address, exports: Sequence[Export], *, title: str, lang: str) -> Letter:
    """The letter with its attachments. Raises UnfitForMailError."""
    from mailferry.checks.letter import Letter
    from mailferry.iphone.covering_letter import covering_letter

    for export in exports:
        if any(key in export.content for key in _PASSWORD_KEYS):
            raise UnfitForMailError(
                f"{export.file_name} has a password in it, and mail is read by others too easily. Export it"
                " without the password, for which the iPhone then asks, or hand the file over yourself."
            )
    names = [export.file_name for export in exports]
    sender = parse_address(account.address)
    words = covering_letter(
        lang,
        title=title,
        sender=account.name or account.address,
        profile=next((name for name in names if _ending(name) == "mobileconfig"), None),
        sheet=next((name for name in names if _ending(name) != "mobileconfig"), None),
    )
    letter = Letter(sender, to, b"")
    message = EmailMessage(policy=policy.SMTPUTF8 if letter.needs_utf8 else policy.SMTP)
    message["Date"] = format_datetime(datetime.datetime.now(datetime.UTC))
    message["From"] = _mailbox(sender, plain(account.name or "")[:_LONGEST_NAME])
    message["To"] = _mailbox(to, "")
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.domain}>"
    message["Subject"] = words.subject
    message.set_content(words.text, cte="quoted-printable")
    for export in exports:
        maintype, subtype = _TYPES[_ending(export.file_name)]
        message.add_attachment(export.content, maintype=maintype, subtype=subtype, filename=export.file_name)
    return replace(letter, data=message.as_bytes())


def _ending(file_name: str) -> str:
    return file_name.rpartition(".")[2]


def _mailbox(address: Address, name: str) -> Mailbox:
    local = address.local
    if local.startswith('"'):  # the library puts the quotes back
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    return Mailbox(display_name=name, username=local, domain=address.domain)
