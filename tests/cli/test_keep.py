"""`keep`: a deviation stood by, until a day or for good, and no longer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

Write = Callable[[str, str], Path]
MUM = 'address = "mum@centurylink.net" # hers\n\n[incoming]\nport = 143\n'


@pytest.fixture
def mum(write: Write) -> Path:
    return write("accounts/mum.toml", MUM)


def test_a_deviation_is_accepted_with_the_difference_shown_and_withdrawn(run: Run, mum: Path) -> None:
    assert run("compare", "mum").status == 1
    done = run("keep", "mum", "incoming.port", "--reason", "the hotel", "--until", "2199-01-31")
    assert done.status == 0
    assert [line for line in done.out.splitlines() if line.startswith("+")][1:] == [
        "+",
        '+[accepted."incoming.port"]',
        '+reason = "the hotel"',
        "+until = 2199-01-31",
        "+value = 143",
    ]
    assert done.err.splitlines() == [
        "mum: incoming.port is accepted until 2199-01-31;"
        " mailferry keep mum incoming.port --withdraw takes it back"
    ]
    compared = run("compare", "mum")
    assert compared.status == 0
    assert "Accepted (until 31 Jan 2199): the hotel." in compared.out
    back = run("keep", "mum@centurylink.net", "incoming.port", "--withdraw")
    assert (back.status, back.err) == (0, "mum: incoming.port is accepted no longer\n")
    assert '-reason = "the hotel"' in back.out
    assert mum.read_text() == MUM
    again = run("keep", "mum", "incoming.port", "--withdraw")
    assert (again.status, again.out, len(again.err.splitlines())) == (2, "", 1)


def test_json_says_what_is_accepted(run: Run, mum: Path) -> None:
    keep = ("keep", "mum", "incoming.port", "--reason", "the hotel", "--json")
    document = run(*keep).json
    assert list(document) == ["account", "path", "accepted", "saved", "diff"]
    assert (document["account"], document["path"], document["saved"]) == ("mum", "incoming.port", True)
    assert document["accepted"] == {"reason": "the hotel", "value": 143, "until": None}
    assert "+value = 143" in document["diff"]
    again = run(*keep)
    assert (again.json["saved"], again.json["diff"]) == (False, "")
    assert "accepted already" in again.err
    withdrawn = run("keep", "mum", "incoming.port", "--withdraw", "--json").json
    assert (withdrawn["accepted"], withdrawn["saved"]) == (None, True)


def test_the_day_in_json_is_as_in_the_file(run: Run, mum: Path) -> None:
    arguments = ("--reason", "the hotel", "--until", "2199-01-31", "--json")
    assert run("keep", "mum", "incoming.port", *arguments).json["accepted"]["until"] == "2199-01-31"


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_a_slip_of_a_host_says_plainly_what_it_opens(run: Run, write: Write, as_json: list[str]) -> None:
    write("accounts/joe.toml", 'address = "joe@me.com"\n[incoming]\nhost = "imap.mail.me.co"\n')
    done = run("keep", "joe", "incoming.host", "--reason", "our proxy", *as_json)
    said = " ".join(done.err.split())
    assert done.status == 0
    assert "imap.mail.me.co looks like a typing slip of imap.mail.me.com" in said
    assert "the password of joe@me.com is sent there" in said
    assert "typing slip" not in run("keep", "joe", "incoming.host", "--reason", "ours").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument"),
        (["mum", "incoming.port"], "--reason TEXT"),
        (["mum", "incoming.port", "--reason", " "], "in a few words why"),
        (["mum", "incoming.port", "--reason", "a\x1bb"], "control character"),
        (["mum", "incoming.port", "--reason", "x", "--until", "2020-01-01"], "2020-01-01 has passed"),
        (["mum", "incoming.port", "--reason", "x", "--until", "so\x1bon"], "“so\\x1bon” is no day"),
        (["mum", "incoming.port", "--reason", "x", "--until", "2199-02-30"], "is no day"),
        (["mum", "incoming.port", "--reason", "x", "--withdraw"], "neither --reason nor --until"),
        (["mum", "incoming.port", "--until", "2199-01-01", "--withdraw"], "neither --reason nor --until"),
        (["mum", "incoming.prot", "--reason", "x"], "did you mean incoming.port?"),
        (["mum", "incoming.prot", "--withdraw"], "did you mean incoming.port?"),
        (["mum", "incoming.host", "--reason", "x"], "incoming.host is as recommended"),
        (["mum", "incoming.port", "--withdraw"], "not accepted in mum.toml"),
        (["mun", "incoming.port", "--reason", "x"], "did you mean mum?"),
    ],
)
def test_bad_input_is_one_line(run: Run, mum: Path, arguments: list[str], said: str) -> None:
    done = run("keep", *arguments)
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert said in done.err
    assert mum.read_text() == MUM


def test_a_broken_file_names_its_line(run: Run, write: Write) -> None:
    broken = write("accounts/x.toml", "addres = 1\n")
    done = run("keep", "x", "incoming.port", "--reason", "x")
    assert (done.status, done.out) == (2, "")
    assert f"{broken}:1:" in done.err


@pytest.mark.parametrize(
    ("words", "offered"),
    [("mailferry keep m", "mum"), ("mailferry keep mum incoming.po", "incoming.port")],
)
def test_completion_offers_accounts_and_settings(
    run: Run, mum: Path, home: Path, monkeypatch: pytest.MonkeyPatch, words: str, offered: str
) -> None:
    monkeypatch.setenv("MAILFERRY_HOME", str(home))
    monkeypatch.setenv("_MAILFERRY_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert f"plain,{offered}" in run().out.splitlines()
