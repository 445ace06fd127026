"""A report about one account for a helper or a forum: no secret in it, nothing raw, if wished no address."""

from __future__ import annotations

import platform
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mailferry import __version__
from mailferry.advice.ladder_text import ladder_lines, server_name
from mailferry.model.account import Account
from mailferry.model.address import parse_address
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.finding import DEVIATIONS
from mailferry.model.problem import MailferryError
from mailferry.model.settings import ROLES, ServerSettings, Settings
from mailferry.model.transcript import ServerTranscript
from mailferry.model.visible import visible
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    from mailferry.model.anonymise import Anonymiser

_FIELDS = ("protocol", "host", "port", "security", "auth")
_EXACT = "The server said: "
_WIDTH = 88
_DEEPEST_FENCE = re.compile(r"`{3,}")


def report(
    workspace: Workspace,
    account_id: str,
    *,
    check: AccountCheck | None = None,
    transcripts: Sequence[ServerTranscript] = (),
    without_address: bool = False,
) -> str:
    """A report in Markdown, of `check` or else of the account's last test.

    `transcripts` are the conversations of that test, where they are at hand. With `without_address`, the
    address, user names and what else names the person are put out of it. Raises MailferryError for an account
    that there is not or that cannot be read.
    """
    entry = workspace.account_files.get(account_id)
    if entry is None or entry.value is None:
        raise MailferryError(
            f"there is no account “{account_id}” that can be read", problems=entry.problems if entry else ()
        )
    settings = workspace.settings(account_id, entry.value)
    sections = [
        "# mailferry report",
        *_surroundings(),
        *_settings_section(settings, without_address),
        *_comparison_section(workspace, account_id, entry.value),
        *_check_section(workspace, account_id, entry.value, check),
        *_transcript_section(transcripts),
    ]
    text = "\n\n".join(sections).replace(str(Path.home()), "~") + "\n"
    return anonymiser_of(workspace, account_id, entry.value).text(text) if without_address else text


def _surroundings() -> Iterator[str]:
    system = f"{platform.system()} {platform.release()}"
    yield f"mailferry {__version__}, Python {platform.python_version()}, {system}"


def _settings_section(settings: Settings, without_address: bool) -> Iterator[str]:
    yield "## Settings"
    lines = [] if without_address else [f"address   {settings.address}"]
    for role in ROLES:
        server = settings.server(role)
        lines += ["", role]
        for field in _FIELDS:
            lines.append(_setting(settings, server, field, getattr(server, field)))
        form = _username_form(server.username, settings.address)
        shown = form if without_address or server.username is None else f"{server.username} ({form})"
        lines.append(_setting(settings, server, "username", shown))
        lines += [f"  {field:<10} given" for field in ("ca_file", "fingerprint") if getattr(server, field)]
    yield _block(lines)


def _setting(settings: Settings, server: ServerSettings, field: str, value: str | int | None) -> str:
    source = "" if f"{server.role}.{field}" in settings.own else "  (inherited)"
    return f"  {field:<10} {'not known' if value is None else value}{'' if value is None else source}"


def _username_form(username: str | None, address: str) -> str:
    if username is None:
        return "not known"
    parsed = parse_address(address)
    if username.casefold() in (address.casefold(), str(parsed).casefold()):
        return "the whole address"
    if username.casefold() == parsed.local.casefold():
        return "the part before the @"
    return "another name"


def _comparison_section(workspace: Workspace, account_id: str, account: Account) -> Iterator[str]:
    comparison = workspace.compare(account_id, account)
    yield "## Compared with the recommendation"
    yield _block(
        [f"provider: {comparison.provider or 'nobody who is listed'}"]
        + [
            line
            for finding in comparison.findings
            if finding.verdict in DEVIATIONS
            for line in _wrapped(
                f"{finding.path}: {finding.verdict}: {finding.yours} (recommended: {finding.recommended})."
                f" {finding.why}"
            )
        ]
    )


def _check_section(
    workspace: Workspace, account_id: str, account: Account, check: AccountCheck | None
) -> Iterator[str]:
    if check is not None:
        yield "## Test, just now"
    else:
        stored = workspace.results.get(account_id)
        if stored is None:
            yield "## Test"
            yield "Not tested yet."
            return
        changed = "" if workspace.last_check(account_id, account) else ", of settings that have changed since"
        yield f"## Test, {stored.when:%Y-%m-%d %H:%M} UTC{changed}"
        check = stored.check
    for server in check.servers:
        yield f"### {server.role.capitalize()}"
        yield _block(_server_lines(server))


def _server_lines(server: ServerCheck) -> list[str]:
    lines = [server_name(server)]
    for line in ladder_lines(server, details=True):
        lines += [line.text] if line.text.startswith(_EXACT) else _wrapped(line.text, line.indent, line.hang)
    if server.capabilities:
        lines.append(f"Capabilities: {', '.join(server.capabilities)}")
    return lines


def _wrapped(text: str, indent: int = 0, hang: int = 2) -> list[str]:
    """A sentence in lines that a forum shows whole."""
    return textwrap.wrap(
        visible(text),
        _WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _transcript_section(transcripts: Sequence[ServerTranscript]) -> Iterator[str]:
    if not transcripts:
        return
    from mailferry.model.transcript_text import as_text

    yield "## What was said"
    yield _block(as_text(transcripts).splitlines())


def _block(lines: Sequence[str]) -> str:
    """Lines as they are, harmless, in a fence that nothing in them closes."""
    text = "\n".join(visible(line) for line in lines)
    fence = "`" * (1 + max((len(found) for found in _DEEPEST_FENCE.findall(text)), default=2))
    return f"{fence}text\n{text}\n{fence}"


def anonymiser_of(workspace: Workspace, account_id: str, account: Account) -> Anonymiser:
    """What leaves out whose account it is. A domain that a shipped provider lists tells nobody that."""
    from mailferry.model.anonymise import Anonymiser

    settings = workspace.settings(account_id, account)
    usernames = [name for role in ROLES if (name := settings.server(role).username)]
    names = [name for name in (account.name, account.label, account.person, account_id) if name]
    domain = account.address.rpartition("@")[2]
    shared = workspace.recommendation(account).how == "domain"
    return Anonymiser(account.address, usernames, names, public=[domain] if shared else [])
