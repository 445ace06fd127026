"""Password commands: what counts as the password, every way to fail, and that nothing outlives a failure."""

from __future__ import annotations

import os
import select
import shlex
import sys
import threading
from pathlib import Path

import pytest

from mailferry.model.secret import Secret
from mailferry.secrets.bounded_process import Ending, _Output
from mailferry.secrets.command import (
    PasswordCommandError,
    PasswordCommandStoppedError,
    run_password_command,
)
from tests.secrets.conftest import assert_hidden

SECRET = Secret("pä§ßwörd-Zq9")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def printing(output: bytes) -> list[str]:
    return python(f"import sys; sys.stdout.buffer.write({output!r})")


@pytest.fixture
def word(tmp_path: Path) -> str:
    """An expression of Python whose value is the secret, which so stands in no argument."""
    file = tmp_path / "secret"
    file.write_text(SECRET.reveal(), encoding="utf-8")
    return f"open({str(file)!r}, encoding='utf-8').read()"


def refusal(argv: list[str], timeout: float = 60) -> PasswordCommandError:
    with pytest.raises(PasswordCommandError) as caught:
        run_password_command(argv, timeout=timeout)
    assert caught.value.cause == "password-command-failed"
    assert_hidden(SECRET, caught.value)
    return caught.value


@pytest.mark.plants_secrets("the command says its own password")
@pytest.mark.parametrize(
    ("output", "password"),
    [
        (b"word\n", "word"),
        (b"word", "word"),
        (b"word\r\n", "word"),
        (b"first\nsecond\n", "first"),
        (b" \tblanks stay \t\n", " \tblanks stay \t"),
        (b"   \n", "   "),
        (b"return\rinside\n", "return\rinside"),
        (b"no line end\r", "no line end\r"),
        ("grüße 🔑 ß\n".encode(), "grüße 🔑 ß"),
        (b"fine\n\xff\xfe binary behind", "fine"),
        (b"'\"\\ $HOME `id` %s {x}\n", "'\"\\ $HOME `id` %s {x}"),
    ],
)
def test_the_first_line_is_the_password(output: bytes, password: str) -> None:
    assert run_password_command(printing(output)) == Secret(password)


@pytest.mark.plants_secrets("the command says its own password")
def test_arguments_reach_the_program_as_they_are() -> None:
    argv = [*python("import sys; print(sys.argv[1])"), "a b; $HOME `id` *"]
    assert run_password_command(argv) == Secret("a b; $HOME `id` *")


def test_output_that_fills_both_pipes_does_not_block() -> None:
    code = "import sys; sys.stderr.write('e' * 300_000); print('word'); sys.stderr.write('e' * 300_000)"
    assert run_password_command(python(code)) == Secret("word")


def test_a_program_left_behind_does_not_hold_up_the_password() -> None:
    # As ssh with ControlPersist does: the program has ended, what it started keeps its pipes.
    assert run_password_command(["sh", "-c", "sleep 20 & echo word"], timeout=15) == Secret("word")


def test_standard_input_is_empty_without_a_terminal() -> None:
    assert run_password_command(["sh", "-c", "cat; echo end"]) == Secret("end")


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        ([], "no password command is stated"),
        ([""], "no password command is stated"),
        (["no-such-program-of-ours"], "“no-such-program-of-ours” was not found on the PATH"),
        (["/no/such/program"], "“/no/such/program” was not found$"),
        (["pass show mail/mum"], "each argument is a text of its own"),
        (["~/bin/secret"], "write the whole path"),
        (["/"], "is a folder"),
        (["/etc/passwd/x"], "a part of its path is not a folder"),
        ([sys.executable, "a\0b"], "a character that no argument can have"),
        (["no\x1b[2Jsuch"], r"no\\x1b\[2Jsuch"),
    ],
)
def test_a_program_that_cannot_be_started(argv: list[str], reason: str) -> None:
    with pytest.raises(PasswordCommandError, match=reason):
        run_password_command(argv)


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text("echo word\n")
    program.chmod(0o600)
    assert "chmod u+x" in str(refusal([str(program)]))
    program.chmod(0o700)
    assert "#!/bin/sh" in str(refusal([str(program)]))
    program.write_text("#!/no/such/interpreter\necho word\n")
    assert "interpreter" in str(refusal([str(program)]))


def test_the_message_names_the_program_and_repeats_no_argument() -> None:
    with pytest.raises(PasswordCommandError) as caught:
        run_password_command([*python("raise SystemExit(1)"), SECRET.reveal()])
    assert sys.executable in str(caught.value)
    assert SECRET.reveal() not in str(caught.value)


def test_an_exit_status_is_told_with_the_reason_given() -> None:
    code = "import sys; print('gpg: no key\\nsecond\\nthird\\nfourth', file=sys.stderr); sys.exit(7)"
    assert str(refusal(python(code))).endswith("ended with status 7. It said: gpg: no key / second / third")
    assert str(refusal(python("raise SystemExit(7)"))).endswith("ended with status 7. It gave no reason.")


def test_a_password_in_the_reason_is_masked(word: str) -> None:
    code = (
        f"import sys; word = {word}; print(' ' + word + ' ')\n"
        "print('would not take', word, 'nor', repr(' ' + word + ' '), file=sys.stderr); sys.exit(1)"
    )
    assert "would not take ••• nor ' ••• '" in str(refusal([sys.executable, "-X", "utf8", "-c", code]))


def test_the_reason_cannot_steer_the_terminal_and_is_short() -> None:
    code = "import sys; sys.stderr.write('\\x1b]0;x\\x07 bad \\u202e' + 'x' * 5000); sys.exit(1)"
    message = str(refusal([sys.executable, "-X", "utf8", "-c", code]))
    assert message.isprintable()
    assert "\\x1b]0;x\\x07 bad \\u202e" in message
    assert len(message) < 600


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (15, "SIGTERM"), (40, "signal 40")])
def test_a_signal_is_named(word: str, number: int, name: str) -> None:
    code = f"import os; print({word}, flush=True); os.kill(os.getpid(), {number})"
    assert f"was killed by {name}" in str(refusal([sys.executable, "-X", "utf8", "-c", code]))


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("b''", "printed nothing"),
        ("b'\\n'", "printed an empty first line"),
        ("b'\\r\\n' + word.encode()", "printed an empty first line"),
        ("word.encode('latin-1') + b'\\n'", "is not UTF-8"),
        ("word.encode() + b'\\0\\n'", "NUL"),
        ("word.encode() * 8192", "more than 64 KiB"),
    ],
)
def test_output_that_is_no_password(word: str, expression: str, reason: str) -> None:
    code = f"import sys; word = {word}; sys.stdout.buffer.write({expression})"
    assert reason in str(refusal(python(code)))


def test_a_command_that_does_not_end_is_stopped(word: str) -> None:
    code = f"import time; print({word}, flush=True); time.sleep(60)"
    message = str(refusal([sys.executable, "-X", "utf8", "-c", code], timeout=0.5))
    assert "did not end within 0.5 s and was stopped" in message
    assert "waits for a passphrase" in message


def test_a_command_that_closes_its_output_and_stays_is_stopped() -> None:
    assert "did not end" in str(refusal(["sh", "-c", "exec >&- 2>&-; sleep 60"], timeout=0.3))


class Witness:
    """A named pipe that a program holds open for as long as it lives."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self._reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.hold = f'sh -c "exec 3>{shlex.quote(str(path))}; echo up >&3; echo; exec sleep 60"'

    def wait(self) -> None:
        """Return once a holder is up."""
        assert select.select([self._reader], [], [], 20)[0]
        assert os.read(self._reader, 3) == b"up\n"

    def heard_until_the_end(self) -> bytes:
        """What was written by all holders; returns once none of them lives."""
        heard = b""
        while select.select([self._reader], [], [], 20)[0]:
            chunk = os.read(self._reader, 100)
            if not chunk:
                os.close(self._reader)
                return heard
            heard += chunk
        raise AssertionError("a program outlived its command")


def test_what_a_stopped_command_started_is_killed_too(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness")
    # The flood begins only when the child has said that it is up.
    error = refusal(["sh", "-c", f"{witness.hold} | {{ read up; cat /dev/zero; }}"])
    assert "more than 64 KiB" in str(error)
    assert witness.heard_until_the_end() == b"up\n"


def test_after_the_deadline_nothing_is_left_running(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness")
    assert "did not end" in str(refusal(["sh", "-c", f"{witness.hold} & wait"], timeout=1))
    assert witness.heard_until_the_end() in (b"up\n", b"")


def test_a_command_can_be_stopped_with_all_it_started(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "witness")
    cancel = threading.Event()

    def stop() -> None:
        witness.wait()
        cancel.set()

    stopper = threading.Thread(target=stop)
    stopper.start()
    with pytest.raises(PasswordCommandStoppedError) as caught:
        run_password_command(["sh", "-c", f"{witness.hold} & wait"], cancel=cancel)
    stopper.join()
    assert caught.value.cause == "cancelled"
    assert witness.heard_until_the_end() == b""


def test_a_stopped_run_starts_no_command(tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(PasswordCommandStoppedError):
        run_password_command(["sh", "-c", "echo word; sleep 60"], cancel=cancel)


@pytest.mark.parametrize(
    ("code", "may_ask"),
    [("raise SystemExit(2)", True), ("pass", False), ("import os; os.kill(os.getpid(), 9)", False)],
)
def test_only_a_command_that_ends_with_a_status_may_have_wanted_to_ask(code: str, may_ask: bool) -> None:
    assert refusal(python(code)).may_ask is may_ask
    assert not refusal(["sh", "-c", "sleep 60"], timeout=0.2).may_ask


def test_an_interrupt_leaves_nothing_running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = Witness(tmp_path / "witness")

    def interrupted(output: _Output, deadline: float) -> Ending:
        assert output._process.stdout is not None
        output._process.stdout.read(1)  # what the command started is up
        raise KeyboardInterrupt

    monkeypatch.setattr(_Output, "collect", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_password_command(["sh", "-c", f"{witness.hold} & wait"])
    assert witness.heard_until_the_end() == b"up\n"
