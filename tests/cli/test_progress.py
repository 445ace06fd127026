"""The line that shows what a check is doing, and who has the terminal meanwhile."""

from __future__ import annotations

import io

import pytest

from mailferry.checks.events import PasswordAwaited, StageEnded, StageStarted
from mailferry.cli.lending import lending
from mailferry.cli.progress import Progress
from mailferry.model.check import AccountCheck, StageResult

DNS = StageResult(stage="dns", ok=True, seconds=0.1, detail="")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    @property
    def line(self) -> str:
        """What stands in the last line."""
        return self.getvalue().rpartition("\r\x1b[K")[2]


def watched(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Makes standard error a terminal; no fixture, as pytest takes the stream for itself after those."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    return terminal


def test_of_one_account_the_stages_under_way_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = watched(monkeypatch)
    progress = Progress(1)
    assert stream.line == "testing…"
    progress.take(StageStarted("joe", "outgoing", "tls"))
    progress.take(StageStarted("joe", "incoming", "dns"))
    assert stream.line == "testing: incoming dns, outgoing tls…"
    progress.take(StageEnded("joe", "incoming", DNS))
    assert stream.line == "testing: outgoing tls…"
    progress.count(AccountCheck(account="joe", address="joe@x.net", ok=True, seconds=1, servers=()))
    progress.end()
    assert stream.line == ""


def test_a_password_command_is_waited_for_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = watched(monkeypatch)
    progress = Progress(1)
    progress.take(StageStarted("joe", "incoming", "auth"))
    progress.take(PasswordAwaited("joe", "incoming"))
    assert stream.line == "testing: incoming auth (waiting for the password)…"
    progress.take(PasswordAwaited("joe", "incoming", over=True))
    assert stream.line == "testing: incoming auth…"


def test_the_line_never_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = watched(monkeypatch)
    monkeypatch.setenv("COLUMNS", "20")
    progress = Progress(1)
    progress.take(StageStarted("joe", "incoming", "capability"))
    assert len(stream.line) < 20
    assert stream.line.endswith("…")


def test_while_a_command_has_the_terminal_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = watched(monkeypatch)
    progress = Progress(1)
    with lending(progress.aside)("the password command of joe@x.net, “gpg”"):
        said = stream.getvalue()
        assert stream.line.startswith("The password command of joe@x.net, “gpg”, failed")
        progress.take(StageStarted("joe", "outgoing", "tls"))
        assert stream.getvalue() == said
    assert stream.line == "testing: outgoing tls…"


def test_nothing_is_shown_where_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = io.StringIO()
    monkeypatch.setattr("sys.stderr", nowhere)
    progress = Progress(1)
    progress.take(StageStarted("joe", "incoming", "dns"))
    with progress.aside():
        pass
    progress.end()
    assert nowhere.getvalue() == ""
