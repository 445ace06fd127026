"""A report about one account for a helper or a forum: no secret in it, nothing raw, if wished no address."""

from __future__ import annotations

import platform
import re
import textwrap
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry import __version__
from mailferry.advice.earlier import not_tested_again
from mailferry.advice.ladder_text import ladder_lines, server_name
from mailferry.model.account import Account
from mailferry.model.address import parse_address
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.finding import DEVIATIONS
from mailferry.model.problem import MailferryError
from mailferry.model.settings import ROLES, ServerSettings, Settings, recommended_server
from mailferry.model.transcript import ServerTranscript
from mailferry.model.visible import visible
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    from mailferry.model.anonymise import Anonymiser
    from mailferry.store.results import StoredCheck

_FIELDS = ("protocol", "host", "port", "security", "auth")
_DEFAULTS = {"protocol": "imap", "auth": "password"}
"""What counts where nobody says anything."""
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
    stored = workspace.results.get(account_id) if check is None else None
    tested = check if stored is None else stored.check
    sections = [
        "# mailferry report",
        *_surroundings(),
        *_settings_section(workspace, entry.value, settings, without_address),
        *_comparison_section(workspace, account_id, entry.value),
        *_check_section(tested, _heading(workspace, account_id, entry.value, stored)),
        *_transcript_section(transcripts, tested),
    ]
    text = "\n\n".join(sections).replace(str(Path.home()), "~") + "\n"
    if not without_address:
        return text
    return anonymiser_of(workspace, account_id, entry.value, tested).text(text)


def _surroundings() -> Iterator[str]:
    system = f"{platform.system()} {platform.release()}"
    yield f"mailferry {__version__}, Python {platform.python_version()}, {system}"


def _settings_section(
    workspace: Workspace, account: Account, settings: Settings, without_address: bool
) -> Iterator[str]:
    yield "## Settings"
    advised = workspace.recommendation(account)
    parts = [] if without_address else [[f"address   {settings.address}"]]
    for role in ROLES:
        server = settings.server(role)
        inherits = recommended_server(account, advised, role) is not None
        lines = [_setting(settings, server, field, inherits) for field in _FIELDS]
        form = _username_form(server.username, settings.address)
        name = form if without_address or server.username is None else f"{server.username} ({form})"
        lines.append(_setting(settings, msgspec.structs.replace(server, username=name), "username", inherits))
        lines += [f"  {field:<11} given" for field in ("ca_file", "fingerprint") if getattr(server, field)]
        parts.append([role, *lines])
    yield _block("\n\n".join(map("\n".join, parts)).splitlines())


def _setting(settings: Settings, server: ServerSettings, field: str, inherits: bool) -> str:
    """A setting and where it comes from; `inherits` tells whether a recommendation could have said it."""
    value = getattr(server, field)
    if f"{server.role}.{field}" in settings.own:
        source = ""
    elif inherits and value is not None:
        source = "  (inherited)"
    else:
        value = value or _DEFAULTS.get(field)
        source = "  (by default)" if field in _DEFAULTS else ""
    return f"  {field:<11} {value or 'not known'}{source}"


def _username_form(username: str | None, address: str) -> str | None:
    if username is None:
        return None
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


def _heading(workspace: Workspace, account_id: str, account: Account, stored: StoredCheck | None) -> str:
    if stored is None:
        return "## Test, just now"
    changed = "" if workspace.last_check(account_id, account) else ", of settings that have changed since"
    return f"## Test, {stored.when:%Y-%m-%d %H:%M} UTC{changed}"


def _check_section(check: AccountCheck | None, heading: str) -> Iterator[str]:
    if check is None:
        yield "## Test"
        yield "Not tested yet."
        return
    yield heading
    for place, server in enumerate(check.servers):
        yield f"### {server.role.capitalize()}"
        yield _block(_server_lines(server, check.servers[:place]))


def _server_lines(server: ServerCheck, above: Sequence[ServerCheck]) -> list[str]:
    lines = [server_name(server)]
    for line in ladder_lines(server, above=above, details=True):
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


def _transcript_section(transcripts: Sequence[ServerTranscript], check: AccountCheck | None) -> Iterator[str]:
    if not transcripts:
        return
    from mailferry.model.transcript_text import as_text

    yield "## What was said"
    missing = not_tested_again(check) if check is not None else ()
    yield _block(as_text(transcripts, missing).splitlines())


def _block(lines: Sequence[str]) -> str:
    """Lines as they are, harmless, in a fence that nothing in them closes."""
    text = "\n".join(visible(line) for line in lines)
    fence = "`" * (1 + max((len(found) for found in _DEEPEST_FENCE.findall(text)), default=2))
    return f"{fence}text\n{text}\n{fence}"


def anonymiser_of(
    workspace: Workspace, account_id: str, account: Account, check: AccountCheck | None = None
) -> Anonymiser:
    """What leaves out whose account it is. A domain that a shipped provider lists tells nobody that.

    The certificates that `check` met are in public logs: from the fingerprint of one that is for a hidden
    name, or from other names in it, anybody finds the hidden one, so they are left out too.
    """
    from mailferry.model.anonymise import Anonymiser

    settings = workspace.settings(account_id, account)
    usernames = [name for role in ROLES if (name := settings.server(role).username)]
    names = [name for name in (account.name, account.label, account.person, account_id) if name]
    domain = account.address.rpartition("@")[2]
    shared = workspace.recommendation(account).how == "domain"
    hide = partial(Anonymiser, account.address, usernames, names, public=[domain] if shared else [])
    return hide(telling=list(_telling(settings, check, hide())))


def _telling(settings: Settings, check: AccountCheck | None, plain: Anonymiser) -> Iterator[str]:
    """Words about certificates from which one finds what `plain` leaves out."""
    servers = check.servers if check is not None else ()
    pins = [settings.server(role).fingerprint for role in ROLES]
    hosts = {settings.server(role).host for role in ROLES} | {server.host for server in servers}
    for fingerprint in filter(None, pins):
        yield from _fingerprint_forms(fingerprint)
    for certificate in filter(None, (server.certificate for server in servers)):
        if any(plain.text(name) != name for name in (certificate.subject, *certificate.names)):
            yield from _fingerprint_forms(certificate.fingerprint)
            yield from (each for each in certificate.names if plain.text(each) == each and each not in hosts)
        chain = (words for link in certificate.chain for words in (link.subject, link.issuer))
        for words in (certificate.subject, certificate.issuer, *chain):
            if words not in certificate.names and plain.text(words) != words:
                yield words  # half replaced, it would read like the name of somebody that there is


def _fingerprint_forms(fingerprint: str) -> tuple[str, ...]:
    digits = "".join(fingerprint.lower().removeprefix("sha256:").replace(":", "").split())
    return fingerprint, digits, ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
