"""`mailferry read`: explains a configuration profile of any maker, and makes accounts of it."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, paragraph, words
from mailferry.model.problem import InvalidFileError, Problem

if TYPE_CHECKING:
    from mailferry.importing import ImportPlan
    from mailferry.iphone.reading.report import ProfileReport
    from mailferry.workspace import Workspace

_STANDARD_INPUT = "-"


@click.command("read")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--import", "make_accounts", is_flag=True, help="Make accounts of what is in it.")
@click.option("--person", help="With --import: whose accounts they are.")
@click.option("--address", help="With --import: the address, where the profile leaves it to the iPhone.")
@click.option(
    "--keep-passwords", is_flag=True, help="With --import: keep its passwords in the password store."
)
@json_option
@click.pass_context
def command(
    context: click.Context,
    file: Path,
    make_accounts: bool,
    person: str | None,
    address: str | None,
    keep_passwords: bool,
    as_json: bool,
) -> None:
    """Explain the configuration profile FILE (“-”: standard input), signed or not, of any maker."""
    if not make_accounts and (person or address or keep_passwords):
        raise click.UsageError("--person, --address and --keep-passwords go with --import")
    from mailferry.cli.profile_document import profile_document
    from mailferry.cli.profile_lines import profile_lines
    from mailferry.profile_matching import compare_profile, replaced_by

    workspace = open_workspace(context)
    report = _report(file)
    compared, replaced = compare_profile(workspace, report), replaced_by(workspace, report)
    document = profile_document(report, compared, replaced) if as_json else None
    if document is None:
        for line in profile_lines(report, compared, replaced):
            data(line)
        if report.accounts and not make_accounts and any(each.account is None for each in compared):
            words(paragraph("With --import, mailferry makes accounts of what is not there yet."))
    well = True
    if make_accounts:
        asks = sys.stdin.isatty() and str(file) != _STANDARD_INPUT and not as_json
        if asks:
            address = _asked_address(report, address)
            keep_passwords = keep_passwords or _asked_to_keep(report)
        well = _import(workspace, report, file, person, address, keep_passwords, document)
    if document is not None:
        data_json(document)
    context.exit(0 if well else 1)


def _report(file: Path) -> ProfileReport:
    """The profile in a file or on standard input. Raises FileError, InvalidFileError."""
    from mailferry.iphone.reading.budget import MOST_BYTES
    from mailferry.iphone.reading.profile import read_profile
    from mailferry.iphone.reading.refused import RefusedProfileError
    from mailferry.store.files import read_bytes

    from_input = str(file) == _STANDARD_INPUT
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1) if from_input else read_bytes(file, most=MOST_BYTES)
        return read_profile(content, now=datetime.datetime.now(datetime.UTC))
    except RefusedProfileError as error:
        name = "standard input" if from_input else str(file)
        raise InvalidFileError([Problem(file=name, message=str(error))]) from None


def _import(
    workspace: Workspace,
    report: ProfileReport,
    file: Path,
    person: str | None,
    address: str | None,
    keep: bool,
    document: dict[str, Any] | None,
) -> bool:
    """Make the accounts and say what was made; whether all went well that could."""
    from mailferry.editing import Editor
    from mailferry.importing import carry_out, plan_import
    from mailferry.importing import keep_passwords as put_away

    plan = plan_import(workspace, report, person=person, address=address, keep_passwords=keep)
    editor = Editor(workspace)
    if plan.accounts:
        carry_out(editor, plan, f"import {file.name}")
    failed = put_away(workspace, plan)
    if document is not None:
        document |= _made(workspace, plan)
    else:
        for account in plan.accounts:
            data(str(workspace.account_files.path(account.id)))
    _say(plan, report, failed)
    there = all(left.account is not None for left in plan.left)
    return there and not failed and bool(plan.accounts or plan.left)


def _made(workspace: Workspace, plan: ImportPlan) -> dict[str, Any]:
    return {
        "imported": [
            {
                "account": account.id,
                "address": account.address,
                "file": str(workspace.account_files.path(account.id)),
                "payload": account.payload,
            }
            for account in plan.accounts
        ],
        "left": [
            {"address": left.who, "why": left.why, "account": left.account, "payload": left.payload}
            for left in plan.left
        ],
    }


def _say(plan: ImportPlan, report: ProfileReport, failed: tuple[str, ...]) -> None:
    for account in plan.accounts:
        words(paragraph(f"{account.address} is now the account “{account.id}”.", hang=2))
        for note in account.notes:
            words(paragraph(note, 2))
    for left in plan.left:
        words(paragraph(f"{left.who}: {left.why}.", hang=2))
    if not report.accounts:
        words("There is no account in it to import.")
    for certificate in plan.certificates:
        words(
            paragraph(
                f"The profile’s certificate authority is in {certificate.path}; it is trusted for the servers"
                " of these accounts that no provider lists, and for no others."
            )
        )
    for note in plan.notes:
        words(paragraph(note))
    inside = {account.payload for account in report.accounts if account.password_inside}
    lying = [account for account in plan.accounts if account.payload in inside and not account.passwords]
    for account in lying:
        words(
            paragraph(
                f"The password in the profile was not kept: mailferry password set {account.id} stores it, or"
                " --keep-passwords does while importing. Until then, only the profile’s own file has it."
            )
        )
    for sentence in failed:
        words(paragraph(sentence))
    if inside and plan.accounts and not (lying or failed):
        words("The profile’s own file still holds the password; delete it when it is no longer needed.")


def _asked_address(report: ProfileReport, address: str | None) -> str | None:
    if address is not None or all(account.address for account in report.accounts):
        return address
    typed: str = click.prompt(
        "The address, which the profile leaves to the iPhone (empty: none)",
        default="",
        show_default=False,
        err=True,
    )
    return typed.strip() or None


def _asked_to_keep(report: ProfileReport) -> bool:
    if not any(account.password_inside for account in report.accounts):
        return False
    return click.confirm("Keep the password that stands in the profile in the password store?", err=True)
