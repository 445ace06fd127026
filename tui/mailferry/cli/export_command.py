"""`mailferry export`: a configuration profile or set-up instructions for the iPhone."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mailferry.cli.export_words import say_beforehand, say_why_not, show_preview
from mailferry.cli.opening import accounts_argument, chosen, json_option, open_workspace
from mailferry.cli.output import data, paragraph, words
from mailferry.cli.signing_options import chosen_identity, signing_options
from mailferry.cli.typed_password import typed_password
from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible

if TYPE_CHECKING:
    from mailferry.exporting import Export, ProfileWishes
    from mailferry.iphone.forms import Form
    from mailferry.iphone.signing import SigningIdentity
    from mailferry.workspace import Workspace

_FORMS: dict[str, Form] = {"html": "html", "markdown": "markdown", "text": "text"}


def _target(_context: click.Context, parameter: click.Parameter, typed: str | None) -> Path | None:
    """Where to write. Raises BadParameter for what is written as a folder and is none."""
    if typed is None:
        return None
    path = Path(typed)
    if typed.endswith("/") and not os.path.isdir(typed):  # noqa: PTH112  Path raises for a name too long
        raise click.BadParameter(f"there is no folder {visible(typed)}; make it first", param=parameter)
    return path


@click.command("export")
@accounts_argument
@click.option("--person", help="All accounts of one person.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["profile", *_FORMS]),
    help="profile: a .mobileconfig file; html: instructions with pictures; markdown, text: to read.",
)
@click.option("--output", callback=_target, help="File to write, or a folder to write into.")
@click.option("--ios", type=int, help="iOS version of the phone: 15, 16, 17, 18 or 26 (26).")
@click.option("--lang", help="Language of what is read on the iPhone: en, de, fr or es (en).")
@click.option("--leaving", is_flag=True, help="Instructions for taking the accounts off the iPhone again.")
@click.option(
    "--with-password", is_flag=True, help="Put the passwords into the profile, readable; needs --output."
)
@click.option("--organization", metavar="NAME", help="Who made the profile, as the iPhone shows it.")
@click.option("--consent", metavar="TEXT", help="Text to agree to before the profile is installed.")
@click.option("--remove-on", metavar="DATE", help="Day on which the profile vanishes, with its mail.")
@signing_options
@click.option("--preview", is_flag=True, help="Only say whether a profile can be made, and what it does.")
@click.option("--yes", is_flag=True, help="Export accounts that are not known to work without asking.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    accounts: tuple[str, ...],
    person: str | None,
    form: str | None,
    output: Path | None,
    ios: int | None,
    lang: str | None,
    leaving: bool,
    with_password: bool,
    organization: str | None,
    consent: str | None,
    remove_on: str | None,
    sign: Path | None,
    key: Path | None,
    chain: Path | None,
    unsigned: bool,
    preview: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Write an iPhone profile or instructions for accounts; several make one document."""
    from mailferry.exporting import NotExportableError, export_profile, export_sheet
    from mailferry.iphone.way import way_through
    from mailferry.saving import refuse_target

    of_profiles = {
        "--with-password": with_password,
        "--organization": organization,
        "--consent": consent,
        "--remove-on": remove_on,
        "--preview": preview,
    }
    form = _form(form, preview=preview)
    if form == "profile":
        _refuse({"--leaving": leaving}, "goes with instructions: --as html, markdown or text")
    else:
        _refuse(of_profiles, "goes with --as profile")
    if with_password and output is None and not preview:
        raise click.UsageError("--with-password needs --output: a file that only you can read")
    if as_json and not preview:
        raise click.UsageError("--json goes with --preview")
    way_through(ios or 26, lang or "en")  # of a profile too, what there is not is said
    if output is not None:
        refuse_target(output)
    wishes = _wishes(with_password, organization, consent, remove_on, lang)
    workspace = open_workspace(context)
    readable, broken = chosen(workspace, accounts, person=person)
    if not readable:
        if broken:
            context.exit(2)
        raise click.UsageError("there is no account to export; mailferry add ADDRESS makes one")
    entries = [entry for entry, _ in readable]
    if sys.stdin.isatty():
        workspace.wallet.prompt = lambda question: typed_password(
            click.prompt(question, hide_input=True, err=True)
        )
    identity = _identity(workspace, form, sign=sign, key=key, chain=chain, unsigned=unsigned)
    try:
        if form == "profile":
            export = export_profile(workspace, entries, person=person, wishes=wishes, identity=identity)
        else:
            signer = identity.signer if identity is not None else None
            export = export_sheet(
                workspace,
                entries,
                _FORMS[form],
                person=person,
                ios=ios,
                lang=lang,
                signer=signer,
                leaving=leaving,
            )
    except NotExportableError as error:
        say_why_not(error, entries, data if preview else words, as_json=as_json)
        context.exit(1)
    if preview:
        show_preview(workspace, entries, export, identity, as_json=as_json)
    else:
        to_terminal = output is None and sys.stdout.isatty()
        if form == "profile" and to_terminal:
            raise click.UsageError(f"name a file with --output, such as {export.file_name}")
        say_beforehand(workspace, export, identity, words)
        if not (yes or to_terminal or _confirmed(export)):
            words("Nothing was written.")
            context.exit(1)
        _write(workspace, export, output)
    context.exit(2 if broken else 0)


def _form(form: str | None, *, preview: bool) -> str:
    if form is None and not preview:
        raise click.UsageError(f"say what to write: --as profile, {', '.join(_FORMS)}")
    return form or "profile"


def _refuse(options: Mapping[str, object], where_it_belongs: str) -> None:
    for option, value in options.items():
        if value not in (None, False):
            raise click.UsageError(f"{option} {where_it_belongs}")


def _wishes(
    with_password: bool,
    organization: str | None,
    consent: str | None,
    remove_on: str | None,
    lang: str | None,
) -> ProfileWishes:
    from mailferry.exporting import ProfileWishes
    from mailferry.own_people import removal_day

    return ProfileWishes(
        with_password=with_password,
        organization=organization,
        consent=None if consent is None else {"default": consent},
        remove_on=removal_day(remove_on or ""),
        lang=lang,
    )


def _identity(
    workspace: Workspace,
    form: str,
    *,
    sign: Path | None,
    key: Path | None,
    chain: Path | None,
    unsigned: bool,
) -> SigningIdentity | None:
    """Who signs the profile, or would sign the one that instructions speak of."""
    try:
        return chosen_identity(workspace, sign=sign, key=key, chain=chain, unsigned=unsigned)
    except MailferryError as error:
        if form == "profile" or sign is not None:
            raise
        words(paragraph(f"warning: the instructions speak of a profile that is not signed: {error}"))
        return None


def _confirmed(export: Export) -> bool:
    """Whether the user, where there is one, wants accounts exported that are not known to work."""
    if not export.unproven or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return True
    failing = any("failed" in words for words in export.unproven)
    what = "the last test failed" if failing else "not tested yet"
    return click.confirm(f"{what}; export it all the same?", err=True)


def _write(workspace: Workspace, export: Export, output: Path | None) -> None:
    """Write the export, and note what an iPhone is given. A sheet that is only looked at leaves no trace."""
    from mailferry.handing_over import hand_over
    from mailferry.saving import save_export

    if output is not None:
        in_folder = output / export.file_name if output.is_dir() else None
        was_there = in_folder is not None and in_folder.exists()
        path = save_export(export, output)
        over = was_there and path == in_folder and export.given is None
        words(f"wrote {path}" + (", in place of the file of that name" if over else ""))
        if in_folder not in (None, path):
            words(f"{export.file_name}, which was there, is another profile or none, and stays.")
        handed = hand_over(workspace, export, "file", str(path.absolute()))
    else:
        sys.stdout.buffer.write(export.content)
        sys.stdout.flush()
        if export.given is None:
            return
        handed = hand_over(workspace, export, "file")
    for warning in handed.warnings:
        words(paragraph(f"warning: {warning}"))
