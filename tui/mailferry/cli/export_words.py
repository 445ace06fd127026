"""What `mailferry export` says of an export: why there is none, what to know before it is used, a preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mailferry.cli.output import data, data_json, paragraph
from mailferry.cli.signing_options import say_of_identity
from mailferry.model.problem import MailferryError

if TYPE_CHECKING:
    from mailferry.exporting import Export
    from mailferry.iphone.signing import SigningIdentity
    from mailferry.workspace import AccountEntry, Workspace


def say_why_not(
    error: MailferryError, entries: Sequence[AccountEntry], say: Callable[[str], None], *, as_json: bool
) -> None:
    """Why nothing can be exported, and what works instead."""
    lines = str(error).splitlines()
    if as_json:
        data_json({"ok": False, "refusals": lines})
        return
    say("\n".join(paragraph(line) for line in lines))
    if len(entries) > 1:
        say("Nothing was written; name the accounts that can be exported together.")


def say_beforehand(
    workspace: Workspace, export: Export, identity: SigningIdentity | None, say: Callable[[str], None]
) -> None:
    """What to know before the export is used, the gravest first."""
    from mailferry.phone_changes import replacement

    for warning in export.warnings:
        say(paragraph(f"warning: {warning}"))
    if export.given is None:
        return
    if identity is not None:
        say_of_identity(identity, say)
    replaced = replacement(workspace, export)
    for text in replaced.texts if replaced is not None else ():
        say(paragraph(text))
    say("The iPhone will show and ask:")
    for sentence in export.shown:
        say(paragraph(f"- {sentence}", 2, hang=2))


def show_preview(
    workspace: Workspace,
    entries: Sequence[AccountEntry],
    export: Export,
    identity: SigningIdentity | None,
    *,
    as_json: bool,
) -> None:
    """What a profile would do, in words or as JSON."""
    from mailferry.phone_changes import replacement

    if not as_json:
        data(paragraph(f"A profile can be made of {', '.join(map(_called, entries))}."))
        say_beforehand(workspace, export, identity, data)
        return
    replaced = replacement(workspace, export)
    document: dict[str, Any] = {
        "ok": True,
        "identifier": export.given.identifier if export.given is not None else None,
        "refusals": [],
        "unproven": export.unproven,
        "warnings": export.warnings,
        "shown": export.shown,
        "replaces": None,
    }
    if replaced is not None:
        document["replaces"] = {
            "version": replaced.given.version,
            "when": replaced.given.when,
            "changes": replaced.changes,
            "remove_first": replaced.remove_first,
        }
    data_json(document)


def _called(entry: AccountEntry) -> str:
    """An account by its label and its address."""
    assert entry.value is not None, "a profile was made of it"
    label, address = entry.value.label, entry.value.address
    return address if label in (None, address) else f"{label} ({address})"
