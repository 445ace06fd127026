"""What was said in a test: written to a file, and played again from one."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry.cli.output import words
from mailferry.model.account import Account
from mailferry.model.check import AccountCheck
from mailferry.model.problem import InvalidFileError
from mailferry.model.transcript import ServerTranscript

if TYPE_CHECKING:
    from mailferry.workspace import Workspace

_MAX_BYTES = 16 * 1024 * 1024
STANDARD_STREAM = "-"


@dataclasses.dataclass(frozen=True)
class TranscriptFile:
    """Where transcripts go. “-” is standard output, which then has nothing else on it."""

    path: Path
    without_address: bool

    @property
    def is_standard_output(self) -> bool:
        """Whether results must stay away from standard output."""
        return str(self.path) == STANDARD_STREAM

    def write(
        self,
        workspace: Workspace,
        accounts: Sequence[tuple[str, Account]],
        conversations: Mapping[str, Sequence[ServerTranscript]],
        results: Sequence[AccountCheck],
    ) -> None:
        """Write the conversations of accounts, in their order, mode 0600. Raises FileError.

        `results` tell which servers were not tested again, and so have no conversation.
        """
        from mailferry.advice.earlier import not_tested_again
        from mailferry.model.transcript_text import as_text
        from mailferry.reporting import anonymiser_of
        from mailferry.store.files import write_atomically

        transcripts: list[ServerTranscript] = []
        remarks: list[str] = []
        checks = {result.account: result for result in results}
        for account_id, account in accounts:
            said = conversations.get(account_id, ())
            missing = not_tested_again(checks[account_id]) if account_id in checks else ()
            if self.without_address and (said or missing):
                hide = anonymiser_of(workspace, account_id, account, checks.get(account_id))
                said = tuple(map(hide.transcript, said))
                missing = tuple(map(hide.text, missing))
            transcripts += sorted(said, key=lambda each: each.role)
            remarks += missing
        if not transcripts:
            words("No server was reached, so there is no transcript to write.")
            return
        text = as_text(transcripts, remarks)
        if self.is_standard_output:
            sys.stdout.write(text)
            return
        write_atomically(self.path, text.encode())
        words(f"wrote {self.path}")


class NoResults:
    """Prints nothing: the results' place on standard output is taken."""

    def take(self, result: object) -> None:
        """An account is done."""

    def end(self) -> None:
        """No more are done."""


def replay_file(
    workspace: Workspace, path: Path, timeout: float | None, *, as_json: bool, details: bool
) -> bool:
    """Play the conversations of a file and print what is diagnosed now; whether all went well.

    Raises FileError, InvalidFileError.
    """
    from mailferry.cli.check_printers import show
    from mailferry.cli.output import data_json
    from mailferry.replaying import PATIENCE, replay, titles

    transcripts = _read(path)
    for title, transcript in zip(titles(transcripts), transcripts, strict=True):
        if transcript.cut:
            words(f"{title}: the middle is missing, so it may end otherwise than it did")
    well = True
    for result in replay(workspace, transcripts, timeout=timeout or PATIENCE):
        well = well and result.ok
        if as_json:
            data_json(result)
        else:
            show(result, details=details)
    return well


def _read(path: Path) -> tuple[ServerTranscript, ...]:
    from mailferry.model.transcript_text import TranscriptError, from_text

    name = "standard input" if str(path) == STANDARD_STREAM else str(path)
    try:
        return from_text(_text(path))
    except TranscriptError as error:
        raise InvalidFileError(
            msgspec.structs.replace(problem, file=name) for problem in error.problems
        ) from None


def _text(path: Path) -> str:
    from mailferry.store.files import FileError

    try:
        if str(path) == STANDARD_STREAM:
            data = sys.stdin.buffer.read(_MAX_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(_MAX_BYTES + 1)
        text = data.decode()
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise FileError(path, "is not UTF-8, so it is no transcript") from None
    if len(data) > _MAX_BYTES:
        raise FileError(path, "is larger than any transcript")
    return text
