"""What is shown, worked out from values alone."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mailferry.model.account import Account, OwnIncoming, PasswordSource
from mailferry.model.finding import Comparison, Finding, Verdict
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import effective_settings
from mailferry.ui.buffer import Buffer
from mailferry.ui.clipboard import tmux_wrapped
from mailferry.ui.frame import beside, frame_for
from mailferry.ui.glyphs import STATES, VERDICTS, ascii_only, to_ascii
from mailferry.ui.harmless import harmless
from mailferry.ui.keymap import normal_key, remapped
from mailferry.ui.panes.account_rows import NOBODY, grouped
from mailferry.ui.panes.comparison_lines import comparison_page
from mailferry.ui.panes.form_rows import form_rows, row_value
from mailferry.ui.panes.settings_lines import settings_page
from mailferry.ui.spans import Span, fit, said, spread, text_of, width_of, wrap, wrapped
from mailferry.ui.subject import Known, Subject
from mailferry.workspace import AccountEntry, State

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)


def known(account: Account, *findings: Finding) -> Known:
    recommendation = Recommendation(address=account.address, how="none")
    return Known(
        account=account,
        settings=effective_settings("x", account, recommendation),
        recommendation=recommendation,
        comparison=Comparison(
            account="x", address=account.address, provider=None, ok=True, findings=findings
        ),
        tested=None,
    )


def finding(path: str, verdict: Verdict, yours: str | int | None = None) -> Finding:
    return Finding(path=path, verdict=verdict, yours=yours, recommended=None, why=f"why {path}", fix=False)


@given(WORDS, st.integers(1, 40))
def test_cutting_and_wrapping_never_exceed_the_width(text: str, width: int) -> None:
    assert width_of(fit((Span(text),), width)) <= width
    if all(cell_len(character) <= width for character in text):
        assert all(cell_len(line) <= width for line in wrap(text, width))
    assert "".join("".join(wrap(text, width)).split()) == "".join(text.split())


@given(WORDS, st.integers(10, 60))
def test_two_ends_of_a_line_fill_it(text: str, width: int) -> None:
    line = spread((Span(text),), (Span("end"),), width)
    assert width_of(line) == width
    assert text_of(line).endswith("end")


@given(st.text())
def test_text_from_outside_is_harmless_and_keeps_its_place(text: str) -> None:
    assert "\x1b" not in said(text).text
    assert all("\x1b" not in text_of(line) for line in wrapped(text, 20))
    assert "\x1b" not in harmless(text)
    assert len(harmless(text)) == len(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Mn", "Me", "Cf"]), max_size=30))
def test_ascii_keeps_the_width(text: str) -> None:
    plain = to_ascii(text)
    assert plain.isascii()
    assert cell_len(plain) == cell_len(text)


def test_ascii_keeps_what_is_meant() -> None:
    assert to_ascii("✓ Müller → 993…") == "+ Muller > 993~"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "C.UTF-8", "TERM": "xterm-256color"}, False),
        ({"LANG": "de_DE.utf8", "TERM": "screen"}, False),
        ({"LANG": "de_DE.ISO-8859-1", "TERM": "xterm"}, True),
        ({"LC_ALL": "C", "LANG": "C.UTF-8", "TERM": "xterm"}, True),
        ({"LANG": "C.UTF-8", "TERM": "linux"}, True),
        ({"TERM": "xterm"}, True),
    ],
)
def test_ascii_is_chosen_by_locale_and_terminal(environment: dict[str, str], expected: bool) -> None:
    assert ascii_only(environment) is expected


def test_every_state_and_verdict_has_a_sign() -> None:
    assert set(STATES) == set(State.__args__)  # type: ignore[attr-defined]  # a Literal's words
    assert set(VERDICTS) == set(Verdict.__args__)  # type: ignore[attr-defined]  # a Literal's words


@pytest.mark.parametrize(
    ("columns", "rows", "frame"),
    [
        (59, 50, "small"),
        (200, 19, "small"),
        (60, 20, "narrow"),
        (80, 24, "narrow"),
        (96, 24, "wide"),
        (140, 40, "large"),
    ],
)
def test_the_frame_follows_the_size(columns: int, rows: int, frame: str) -> None:
    assert frame_for(columns, rows) == frame


def test_left_and_right_stay_inside() -> None:
    assert beside("accounts", -1, "wide", "settings", "settings") == "accounts"
    assert beside("recommended", 1, "wide", "source", "settings") == "recommended"
    assert beside("test", 1, "wide", "settings", "settings") == "test"
    assert beside("accounts", 1, "narrow", "source", "source") == "source"


def test_keys_are_understood_as_people_write_them() -> None:
    assert normal_key("/") == "slash"
    assert normal_key("ctrl+t") == "ctrl+t"
    assert normal_key("T") == "T"
    assert normal_key("f5") == "f5"
    for nonsense in ("", "hyperspace", "ctrl+", "foo+t"):
        assert normal_key(nonsense) is None, nonsense


def test_a_key_map_keeps_what_works_of_it() -> None:
    keymap, problems = remapped({"test": "t,f5", "save": "warp", "nothing": "x"}, "config.toml")
    assert keymap == {"test": "t,f5"}
    assert [problem.key for problem in problems] == ["keys.save", "keys.nothing"]


def test_a_buffer_remembers_what_it_was() -> None:
    buffer = Buffer(path=Path("x.toml"), base="a = 1\n", text="a = 1\n")
    assert not buffer.unsaved
    assert buffer.undone() is None
    edited = buffer.edited("a = 2\n").edited("a = 3\n")
    assert edited.unsaved
    back = edited.undone()
    assert back is not None
    assert back.text == "a = 2\n"
    again = back.redone()
    assert again is not None
    assert again.text == "a = 3\n"
    assert again.redone() is None
    assert back.edited("a = 9\n").future == ()
    assert edited.rebased("b = 1\n", "a = 3\nb = 1\n").base == "b = 1\n"
    assert buffer.edited(buffer.text) is buffer


def test_accounts_are_grouped_and_filtered() -> None:
    def entry(name: str, **fields: str) -> AccountEntry:
        account = Account(address=f"{name}@x.net", label=fields.get("label"), person=fields.get("person"))
        return AccountEntry(id=name, folder=Path(), name=f"{name}.toml", value=account, problems=())

    broken = AccountEntry(id="bad", folder=Path(), name="bad.toml", value=None, problems=())
    entries = [entry("b", person="Mum"), entry("a", person="Mum", label="Zoo"), entry("c"), broken]
    shown = [row if isinstance(row, str) else row.id for row in grouped(entries)]
    assert shown == ["Mum", "b", "a", NOBODY, "bad", "c"]
    assert [row.id for row in grouped([entry("c")]) if not isinstance(row, str)] == ["c"]
    assert [row if isinstance(row, str) else row.id for row in grouped(entries, "mum ZOO")] == ["Mum", "a"]
    counted = [entry("a", person=f"Person {number}", label="10²") for number in (0, 1, 10, 2)]
    assert [row for row in grouped(counted) if isinstance(row, str)] == [
        "Person 0",
        "Person 1",
        "Person 2",
        "Person 10",
    ]


def test_a_form_has_a_row_for_everything_and_says_what_is_own() -> None:
    account = Account(
        address="a@x.net",
        incoming=OwnIncoming(port=143, ca_file="home.pem"),
        password=PasswordSource(source="command", command=("pass", "a b")),
        tags=("x", "y"),
    )
    rows = {row.key: row for row in form_rows(known(account, finding("incoming.port", "wrong", 143)))}
    assert rows["incoming.port"].own
    assert not rows["incoming.host"].own
    assert "incoming.ca_file" in rows
    assert "outgoing.ca_file" not in rows
    assert rows["password.command"].value == "pass 'a b'"
    assert rows["outgoing.password.from"].origin == "as incoming"
    assert row_value(rows["incoming.port"], " 993 ") == 993
    assert row_value(rows["incoming.port"], "x") == "x"
    assert row_value(rows["incoming.port"], " ") is None
    assert row_value(rows["tags"], "one, two,") == ["one", "two"]
    assert row_value(rows["password.command"], "pass 'a b'") == ["pass", "a b"]
    assert row_value(rows["password.command"], "pass 'a") == ["pass", "'a"]


@given(WORDS, st.integers(12, 90))
def test_no_line_of_form_or_comparison_is_cut(label: str, width: int) -> None:
    account = Account(address="someone.with.a.long.name@subdomain.example.net", label=label or None)
    state = known(account, finding("incoming.host", "differs", "imap.a-very-long-host-name.example.net"))
    subject = Subject(id="x", path=Path("x.toml"), known=state)
    form = settings_page(subject, form_rows(state), width, {"incoming.port": "not a port"})
    page = comparison_page(state, 0, width)
    for line in (*form.lines[1:], *page.lines[2:]):
        assert width_of(line) <= max(width, 30)
    words = "".join("".join(text_of(line).split()) for line in (*form.lines, *page.lines))
    assert "imap.a-very-long-host-name.example.net" in words
    assert "whyincoming.host" in words


def test_copies_reach_the_terminal_around_tmux() -> None:
    assert tmux_wrapped("hé") == "\x1bPtmux;\x1b\x1b]52;c;aMOp\a\x1b\\"


def test_a_date_in_the_evidence_is_written_out() -> None:
    from mailferry.model.provider import Evidence
    from mailferry.ui.panes.comparison_lines import about_page

    recommendation = Recommendation(
        address="a@x.net",
        how="domain",
        name="X",
        evidence=(Evidence(source="X help", url="https://x.net/help", read=datetime.date(2026, 11, 2)),),
    )
    text = "\n".join(map(text_of, about_page(recommendation, 60)))
    assert "X help, read 2 November 2026" in text
    assert "https://x.net/help" in text
