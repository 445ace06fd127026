"""A password command: a program whose first line of output is the password."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from mailferry.model.secret import Secret, SecretError
from mailferry.model.visible import visible
from mailferry.secrets.bounded_process import Outcome, run_bounded
from mailferry.secrets.foreground import terminal_name, terminal_to_lend
from mailferry.secrets.masking import shown_words

_MOST_OUTPUT = 64 * 1024  # bytes


class PasswordCommandError(SecretError):
    """A password command gave no password. The message names the program and never holds what it printed."""

    def __init__(self, message: str) -> None:
        super().__init__(message, cause="password-command-failed")


def run_password_command(
    argv: Sequence[str],
    *,
    timeout: float = 60.0,
    terminal: Callable[[], AbstractContextManager[None]] | None = None,
) -> Secret:
    r"""Run a program and take the first line it prints as the password.

    The line loses its end (`\n` or `\r\n`) and nothing else; blanks around it belong to the password. No
    shell is involved. `timeout` is in seconds. `terminal` hands the terminal over for as long as its
    context lasts (an interface steps aside), so that pinentry and its like can ask for a passphrase;
    without it the program reads from /dev/null. GPG_TTY is set wherever there is a terminal.

    Raises PasswordCommandError.
    """
    if not argv or not argv[0]:
        raise PasswordCommandError(
            'no password command is stated; name one, like command = ["pass", "show", "mail/mum"]'
        )
    password: Secret | str
    with contextlib.nullcontext() if terminal is None else terminal():
        try:
            outcome = run_bounded(
                argv,
                environment=_environment(),
                terminal=None if terminal is None else terminal_to_lend(),
                seconds=timeout,
                most_output=_MOST_OUTPUT,
            )
        except (OSError, ValueError) as error:
            password = _why_not_started(argv[0], error)
        else:
            password = _what_went_wrong(outcome, timeout) or _first_line(outcome.stdout)
    if isinstance(password, str):
        # Raised here, so that no frame of the traceback holds what the program printed.
        raise PasswordCommandError(f"the password command “{visible(argv[0])}” {password}")
    return password


def _environment() -> dict[str, str]:
    terminal = terminal_name()
    return dict(os.environ) if terminal is None else {**os.environ, "GPG_TTY": terminal}


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
        return Secret(line.decode("utf-8"))
    except UnicodeDecodeError:
        return "printed a first line that is not UTF-8 text"


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


def _what_went_wrong(outcome: Outcome, timeout: float) -> str | None:
    if outcome.ending == "too-much-output":
        return f"printed more than {_MOST_OUTPUT // 1024} KiB and was stopped; a password is one line"
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
