"""Rules and advice of one's own: read before the shipped book, and left out when they are broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from mailferry.advice.explain import explain
from mailferry.failure_files import joined, read_failures, shipped_book, shipped_failures
from mailferry.linting import lint
from mailferry.model.failure import FailureBook, FailureRule
from mailferry.model.problem import InvalidFileError
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.advice import examples as at
from tests.advice.examples import NOBODY, recommendation
from tests.advice.test_failure_book import failed

OWN = """schema = 1

[[rule]]
matches = "ask the crew"
cause = "not-authorized"
stage = "auth"
protocols = ["imap"]
advice = "Ring the harbour office."

[[rule]]
matches = "AUTHENTICATIONFAILED"
cause = "account-locked"

[cause.greylisted]
what = "{host} lets newcomers wait."
do = "Have a tea."
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(Home(tmp_path, tmp_path / "state"))


Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "failures.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def test_without_a_file_the_shipped_book_counts(workspace: Workspace) -> None:
    assert workspace.failure_book == shipped_book()
    assert workspace.failure_problems == ()


def test_the_shipped_file_has_no_mistakes() -> None:
    assert read_failures(shipped_failures()) == shipped_book()


def test_own_rules_come_before_the_shipped_ones(workspace: Workspace, write: Write) -> None:
    write(OWN)
    book = workspace.failure_book
    asked = explain(failed("auth", "imap", "NO please ask the crew"), book, NOBODY)
    assert (asked.cause, asked.advice) == ("not-authorized", "Ring the harbour office.")
    assert explain(failed("auth", "smtp", "550 ask the crew"), book, NOBODY).cause == "unknown"
    refused = failed("auth", "imap", "NO [AUTHENTICATIONFAILED] no")
    assert explain(refused, book, NOBODY).cause == "account-locked"
    assert explain(refused, shipped_book(), NOBODY).cause == "wrong-password"


def test_the_provider_s_rules_come_before_own_ones(workspace: Workspace, write: Write) -> None:
    write(OWN)
    rule = FailureRule(stage="auth", matches="AUTHENTICATIONFAILED", cause="app-password-required")
    advice = msgspec.structs.replace(recommendation("joe@me.com", at.ICLOUD), failures=(rule,))
    refused = failed("auth", "imap", "NO [AUTHENTICATIONFAILED] no")
    theirs = msgspec.structs.replace(refused, host="imap.mail.me.com")
    assert explain(theirs, workspace.failure_book, advice).cause == "app-password-required"


def test_an_own_text_replaces_the_shipped_one_as_a_whole(workspace: Workspace, write: Write) -> None:
    write(OWN)
    told = explain(failed("send", "smtp", "451 greylisted"), workspace.failure_book, NOBODY).advice
    assert told == "mail.example.com lets newcomers wait. Have a tea."
    assert joined(FailureBook(), shipped_book()) == shipped_book()


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("[[rule]]\nmatches = 'x'\n", ":1: rule.cause: "),
        ("schema = 1\n[[rule]]\nmatches = '('\ncause = 'timeout'\n", ":3: rule.matches: "),
        ("[[rule]]\nmatches = '(a+)+'\ncause = 'timeout'\n", ":2: rule.matches: "),
        ("[[rule]]\nmatches = 'x'\ncause = 'timeuot'\n", "did you mean “timeout”"),
        ("[[rule]]\nmatches = 'x'\ncause = 'timeout'\nadvice = '{hots}'\n", ":4: rule.advice: {hots}"),
        ("[cause.timeout]\nwhat = 'x'\n", "do"),
        ("[cause.timeout]\nwhat = '{hosts}'\ndo = 'x'\n", ":1: cause.timeout: {hosts}"),
        ("rules = 1\n", "rule"),
        ("[[rule]\n", ":1"),
    ],
)
def test_a_broken_file_is_named_and_left_out(
    workspace: Workspace, write: Write, text: str, where: str
) -> None:
    path = write(text)
    assert workspace.failure_book == shipped_book()
    problems = [str(problem) for problem in workspace.failure_problems]
    assert any(problem.startswith(f"{path}:") and where in problem for problem in problems), problems
    assert [str(problem) for problem in lint(workspace, [path])[1]] == problems
    with pytest.raises(InvalidFileError):
        read_failures(path)


def test_a_file_that_cannot_be_read_is_named_and_left_out(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "failures.toml").mkdir()
    assert workspace.failure_book == shipped_book()
    (problem,) = workspace.failure_problems
    assert str(tmp_path / "failures.toml") in str(problem)


def test_a_changed_file_is_read_anew(workspace: Workspace, write: Write) -> None:
    assert len(workspace.failure_book.rule) == len(shipped_book().rule)
    write(OWN)
    workspace.forget_cached()
    assert len(workspace.failure_book.rule) == len(shipped_book().rule) + 2


def test_all_own_files_are_linted(workspace: Workspace, write: Write) -> None:
    path = write("[[rule]]\nmatches = 'x'\n")
    assert str(path) in {problem.file for problem in lint(workspace)[1]}
