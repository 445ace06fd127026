"""Commands that print secrets: of a password command, the first line of output is the password."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mailferry.model.secret import Secret, SecretError
from mailferry.model.visible import visible
from mailferry.secrets.bounded_process import Outcome, run_bounded
from mailferry.secrets.foreground import terminal_name, terminal_to_lend
from mailferry.secrets.masking import shown_words

_MOST_OUTPUT = 64 * 1024  # bytes


_INTERRUPTED = (-signal.SIGINT, 128 + signal.SIGINT)
"""How a program ends that Ctrl+C has reached: by the signal, or with the status that shells make of it."""


_T = TypeVar("_T")


@dataclass(frozen=True)
class CommandKind:
    """What people call a command, and what it is to print; `example` is one as in a TOML file."""

    name: str
    prints: str
    example: str


PASSWORD_COMMAND = CommandKind("password command", "a password is one line", '["pass", "show", "mail/mum"]')


class PasswordCommandError(SecretError):
    """A command gave no secret. The message names the program and never holds what it printed.

    `may_ask`: it had no terminal and ended with a status of its own, so that it may have wanted to ask.
    """

    def __init__(self, message: str, *, may_ask: bool = False) -> None:
        super().__init__(message, cause="password-command-failed")
        self.may_ask = may_ask


class PasswordCommandStoppedError(SecretError):
    """A command was stopped before it was through."""

    def __init__(self) -> None:
        super().__init__("stopped", cause="cancelled")


def run_password_command(
    argv: Sequence[str],
    *,
    timeout: float = 60.0,
    with_terminal: bool = False,
    cancel: threading.Event | None = None,
) -> Secret:
    r"""Run a program and take the first line it prints as the password.

    The line loses its end (`\n` or `\r\n`) and nothing else; blanks around it belong to the password. No
    shell is involved. `timeout` is in seconds. The program runs apart: it reads from /dev/null, and neither
    it nor a pinentry that it starts finds the terminal. `with_terminal` lends it the terminal instead, where
    there is one, so that it can ask for a passphrase. A set `cancel` kills it with everything it started.

    Raises PasswordCommandError, and PasswordCommandStoppedError for `cancel` and for Ctrl+C where it asks.
    """
    return run_command(
        argv, PASSWORD_COMMAND, _first_line, timeout=timeout, with_terminal=with_terminal, cancel=cancel
    )


def run_command(
    argv: Sequence[str],
    kind: CommandKind,
    take: Callable[[bytes], _T | str],
    *,
    timeout: float,
    with_terminal: bool,
    cancel: threading.Event | None,
) -> _T:
    """Run a program as `run_password_command` does; `take` gives the secret in its output, or what is wrong.

    Raises PasswordCommandError, PasswordCommandStoppedError.
    """
    if not argv or not argv[0]:
        raise PasswordCommandError(f"no {kind.name} is stated; name one, like command = {kind.example}")
    terminal = terminal_to_lend() if with_terminal else None
    taken: _T | str
    status = 0
    try:
        outcome = run_bounded(
            argv,
            environment=_environment(terminal),
            terminal=terminal,
            seconds=timeout,
            most_output=_MOST_OUTPUT,
            cancel=cancel or threading.Event(),
        )
    except (OSError, ValueError) as error:
        taken = _why_not_started(argv[0], error)
    else:
        interrupted = terminal is not None and outcome.status in _INTERRUPTED
        if outcome.ending == "cancelled" or (outcome.ending == "exited" and interrupted):
            raise PasswordCommandStoppedError
        taken = _what_went_wrong(outcome, timeout, kind) or take(outcome.stdout)
        status = outcome.status
    if isinstance(taken, str):
        # Raised here, so that no frame of the traceback holds what the program printed.
        raise PasswordCommandError(
            f"the {kind.name} “{visible(argv[0])}” {taken}",
            may_ask=terminal is None and status > 0,
        )
    return taken


def _environment(terminal: int | None) -> dict[str, str]:
    """With GPG_TTY only where the terminal is lent: a pinentry draws on the one that it names."""
    environment = dict(os.environ)
    if terminal is None:
        environment.pop("GPG_TTY", None)
    elif (name := terminal_name()) is not None:
        environment["GPG_TTY"] = name
    return environment


def _first_line(output: bytes) -> Secret | str:
    """The password, or the reason why there is none."""
    line, newline, _ = output.partition(b"\n")
    if newline:
        line = line.removesuffix(b"\r")
    if not output:
        return "printed nothing, and its first line should be the password"
    if not line:
        return "printed an empty first line, and that should be the password"
    try:
        password = line.decode("utf-8")
    except UnicodeDecodeError:
        return "printed a first line that is not UTF-8 text"
    if "\0" in password:
        return "printed a first line with a NUL character, which no password for mail can hold"
    return Secret(password)


def _why_not_started(program: str, error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):  # a NUL inside an argument, or text that no file system can name
        return "cannot be started: its name or an argument holds a character that no argument can have"
    if isinstance(error, FileNotFoundError):
        if shutil.which(program) is not None:
            return "cannot be started: the interpreter that its first line (#!) names does not exist"
        return f"was not found{_likely_slip(program)}"
    if isinstance(error, NotADirectoryError):
        return "was not found: a part of its path is not a folder"
    if isinstance(error, PermissionError):
        if Path(program).is_dir():
            return "is a folder, not a program"
        return f"is not executable; if it is a program, allow it with: chmod u+x {visible(program)}"
    if error.errno == errno.ENOEXEC:
        return "is not a program; a script needs a first line such as #!/bin/sh"
    return f"cannot be started: {error.strerror}"


def _likely_slip(program: str) -> str:
    if any(character.isspace() for character in program):
        return '; each argument is a text of its own, like command = ["pass", "show", "mail/mum"]'
    if program.startswith("~") or "$" in program:
        return "; no shell is involved, so ~ and $ stand for nothing here: write the whole path"
    if "/" in program:
        return ""
    return " on the PATH of this session; write its whole path or install it"


def _what_went_wrong(outcome: Outcome, timeout: float, kind: CommandKind) -> str | None:
    if outcome.ending == "too-much-output":
        return f"printed more than {_MOST_OUTPUT // 1024} KiB and was stopped; {kind.prints}"
    words = shown_words(
        outcome.stderr.decode("utf-8", "replace"),
        hide=outcome.stdout.decode("utf-8", "replace").splitlines(),
    )
    said = f" It said: {words}" if words else ""
    if outcome.ending == "timed-out":
        return (
            f"did not end within {timeout:g} s and was stopped.{said} Perhaps it waits for a passphrase: "
            "run it once by hand, so that its agent is unlocked, and try again."
        )
    if outcome.status < 0:
        return f"was killed by {_signal_name(-outcome.status)}.{said}"
    if outcome.status > 0:
        return f"ended with status {outcome.status}.{said or ' It gave no reason.'}"
    return None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # real-time signals have no names
        return f"signal {number}"
