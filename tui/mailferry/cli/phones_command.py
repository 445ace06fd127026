"""`mailferry phones`: what was handed over for each person's iPhone, and which one needs a new profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mailferry.cli.opening import json_option, open_workspace
from mailferry.cli.output import data, data_json, show_problems, words

if TYPE_CHECKING:
    from mailferry.phones import Phone


@click.command("phones")
@click.argument("people", nargs=-1, metavar="[PERSON]...")
@click.option(
    "--forget",
    metavar="IDENTIFIER",
    help="Note that no iPhone has this profile any longer; it is asked about no more.",
)
@json_option
@click.pass_context
def command(context: click.Context, people: tuple[str, ...], forget: str | None, as_json: bool) -> None:
    """Show what was handed over for each iPhone, and end with 1 when one needs a new profile.

    Whether somebody installed it, only the iPhone knows. A PERSON without a name is the label of an account
    that belongs to nobody.
    """
    from mailferry.cli.phone_lines import phone_document, phone_lines
    from mailferry.phones import forget_profile, phones

    workspace = open_workspace(context)
    if forget is not None:
        if people:
            raise click.UsageError("--forget names a profile, so no person goes with it")
        forget_profile(workspace, forget)
        words(f"forgot {forget}")
        return
    broken = [problem for entry in workspace.accounts() for problem in entry.problems]
    show_problems(broken)
    shown = _named(phones(workspace), people)
    if as_json:
        data_json([phone_document(phone) for phone in shown])
    elif shown:
        data("\n\n".join("\n".join(phone_lines(phone)) for phone in shown))
    elif not broken:
        words("There are no accounts yet; mailferry add ADDRESS makes one.")
    context.exit(2 if broken else 1 if any(phone.needs_profile for phone in shown) else 0)


def _named(found: tuple[Phone, ...], people: tuple[str, ...]) -> list[Phone]:
    """The iPhones of these people, all of them where none is named."""
    by_name = {phone.name.casefold(): phone for phone in found}
    for person in people:
        if person.casefold() not in by_name:
            known = ", ".join(phone.name for phone in found)
            raise click.UsageError(
                f"nobody is called “{person}”; "
                + (f"there are {known}" if known else "no account has a person")
            )
    return [by_name[person.casefold()] for person in people] if people else list(found)
