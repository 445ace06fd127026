"""The surroundings that mail settings depend on: password stores, DNS, clock, terminal, file modes."""

from __future__ import annotations

import datetime
import os
import shutil
import stat
import sys
import textwrap
import threading
from collections.abc import Iterable

import msgspec

from mailferry.workspace import Workspace

_BUILT = datetime.date(2026, 11, 20)
"""No clock that is right can be before the day this was written."""

_DNS_SECONDS = 5.0
_STORE_SECONDS = 5.0


class Examined(msgspec.Struct, frozen=True):
    """One thing looked at: what was found, and what to do when it is not well."""

    what: str
    ok: bool
    found: str
    do: str | None = None


def examine(workspace: Workspace) -> list[Examined]:
    """Look at everything, in the order in which a test would need it."""
    return [
        _home(workspace),
        *_modes(workspace),
        _password_store(),
        *_password_commands(workspace),
        _dns(workspace),
        _clock(),
        _terminal(),
    ]


def as_text(found: Iterable[Examined]) -> str:
    """What was found, for people, and under what is not well what to do; 76 columns at most."""
    lines = []
    for each in found:
        lines.append(f"{'✓ ok  ' if each.ok else '✗ look'}  {each.what}")
        for words in (each.found, each.do or ""):
            lines += textwrap.wrap(
                words, 76, initial_indent=" " * 8, subsequent_indent=" " * 8, break_on_hyphens=False
            )
    return "\n".join(lines)


def _home(workspace: Workspace) -> Examined:
    config = workspace.home.config
    if not config.exists():
        return Examined("home folder", True, f"{config} (made when something is saved)")
    if not os.access(config, os.R_OK | os.W_OK | os.X_OK):
        return Examined(
            "home folder", False, f"{config} cannot be written", f"Give it to yourself: chmod u+rwx {config}"
        )
    return Examined("home folder", True, str(config))


def _modes(workspace: Workspace) -> list[Examined]:
    home = workspace.home
    lax = [
        path
        for folder in (home.config, home.state, home.accounts, home.providers)
        if folder.is_dir()
        for path in (folder, *sorted(folder.glob("*.toml")))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if not lax:
        return [Examined("file modes", True, "only you can read your files")]
    names = " ".join(str(path) for path in lax[:5])
    return [
        Examined(
            "file modes",
            False,
            f"{len(lax)} files or folders can be read by others on this computer",
            f"Keep them to yourself: chmod go= {names}" + (" …" if len(lax) > 5 else ""),
        )
    ]


def _password_store() -> Examined:
    from mailferry.secrets.keyring_store import round_trip

    state = round_trip(_STORE_SECONDS)
    if state.kind == "ready":
        return Examined("password store", True, f"{state.backend}: written, read back and removed")
    return Examined("password store", False, f"{state.backend or 'none'}: {state.kind}", state.explanation)


def _password_commands(workspace: Workspace) -> list[Examined]:
    programs = {
        source.command[0]
        for entry in workspace.accounts()
        if entry.value is not None
        for source in (entry.value.password_source("incoming"), entry.value.password_source("outgoing"))
        if source.command
    }
    found = []
    for program in sorted(programs):
        path = shutil.which(program)
        if path:
            found.append(Examined("password command", True, path))
        else:
            found.append(
                Examined(
                    "password command",
                    False,
                    f"{program} is not found",
                    "Install it, or name its whole path.",
                )
            )
    return found


def _dns(workspace: Workspace) -> Examined:
    hosts = sorted(
        {
            host
            for entry in workspace.accounts()
            if entry.value is not None
            for role in ("incoming", "outgoing")
            if (host := workspace.settings(entry.id, entry.value).server(role).host)
        }
    )
    if not hosts:
        return Examined("DNS", True, "no account names a server yet, so no name was looked up")
    from mailferry.checks.deadline import Deadline
    from mailferry.checks.failure import StageFailure
    from mailferry.checks.resolve import resolve

    host = hosts[0]
    try:
        found = resolve(host, 0, workspace.check_options, Deadline(_DNS_SECONDS, threading.Event()))
    except StageFailure as failure:
        return Examined(
            "DNS", False, f"{host}: {failure}", "If no name is found, the network or its DNS is at fault."
        )
    return Examined("DNS", True, f"{host}: {found.detail}")


def _clock() -> Examined:
    now = datetime.datetime.now().astimezone()
    shown = f"{now:%Y-%m-%d %H:%M %Z}"
    if _BUILT <= now.date() <= _BUILT.replace(year=_BUILT.year + 20):
        return Examined("clock", True, shown)
    return Examined(
        "clock",
        False,
        shown,
        "Set the clock: with a wrong date every certificate looks expired or not yet valid.",
    )


def _terminal() -> Examined:
    encoding = (sys.stdout.encoding or "").lower()
    columns, lines = shutil.get_terminal_size()
    term = os.environ.get("TERM", "")
    shown = f"{term or 'no TERM'}, {columns}×{lines}, {encoding or 'no encoding'}"
    if not sys.stdout.isatty():
        return Examined("terminal", True, "none here; commands work without one")
    if term in ("", "dumb"):
        return Examined("terminal", False, shown, "Set TERM, to xterm-256color for instance.")
    if (columns, lines) < (60, 20) or lines < 20:
        return Examined("terminal", False, shown, "The interface needs 60×20 or more.")
    if "utf" not in encoding:
        return Examined(
            "terminal", False, shown, "Use a UTF-8 locale, such as LANG=C.UTF-8, for names with accents."
        )
    return Examined("terminal", True, shown)
