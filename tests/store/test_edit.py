from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.model.problem import InvalidFileError
from mailferry.store.decode import decode_account
from mailferry.store.edit import new_account, set_value
from mailferry.store.statements import Value

COMMENTED = """\
# Mum's account
schema = 1
address = "mum@centurylink.net"   # since 2009

# servers

[incoming]
  # the hotel blocks 993
  port = 143       # change at home
  security = "none"

# how the password comes
[password]
from = "ask"
"""


def test_one_value_changes_one_line() -> None:
    after = set_value(COMMENTED, "incoming.port", 993)
    assert after == COMMENTED.replace("port = 143 ", "port = 993 ")


def test_the_same_value_changes_nothing() -> None:
    for path, value in (("incoming.port", 143), ("address", "mum@centurylink.net"), ("nothing.here", None)):
        assert set_value(COMMENTED, path, value) == COMMENTED


def test_new_keys_stand_where_one_looks_for_them() -> None:
    text = COMMENTED
    for path, value in (
        ("outgoing.port", 587),
        ("incoming.host", "mail.centurylink.net"),
        ("incoming.auth", "password"),
        ("label", "Mum"),
        ("outgoing.password.from", "ask"),
    ):
        text = set_value(text, path, value)
    text = set_value(text, ("accepted", "incoming.port", "reason"), "the hotel")
    text = set_value(text, 'accepted."incoming.port".until', datetime.date(2027, 1, 31))
    assert text == (
        COMMENTED.replace("since 2009\n", 'since 2009\nlabel = "Mum"\n')
        .replace("[incoming]\n", '[incoming]\n  host = "mail.centurylink.net"\n')
        .replace(
            'security = "none"\n',
            'security = "none"\n  auth = "password"\n\n'
            '[outgoing]\nport = 587\n\n[outgoing.password]\nfrom = "ask"\n',
        )
        + '\n[accepted."incoming.port"]\nreason = "the hotel"\nuntil = 2027-01-31\n'
    )


def test_a_table_left_empty_goes_unless_it_holds_a_comment() -> None:
    assert set_value(COMMENTED, "password.from", None) == COMMENTED.replace('[password]\nfrom = "ask"\n', "")
    text = set_value(set_value(COMMENTED, "incoming.port", None), "incoming.security", None)
    assert "[incoming]\n  # the hotel blocks 993\n\n" in text


def test_a_whole_table_can_be_removed() -> None:
    text = 'a = 1\n\n[accepted."incoming.port"]\n# why\nreason = "x"\nuntil = 2027-01-31\n\n[z]\nb = 2\n'
    assert set_value(text, ("accepted", "incoming.port"), None) == "a = 1\n\n[z]\nb = 2\n"
    assert set_value("x.a = 1\ny = 2\nx.b = 3\n", "x", None) == "y = 2\n"


@pytest.mark.parametrize(
    ("text", "path", "value", "after"),
    [
        ("", "incoming.port", 1, "[incoming]\nport = 1\n"),
        ("a=1\r\n", "incoming.port", 1, "a=1\r\n\r\n[incoming]\r\nport = 1\r\n"),
        ("a=1", "b", "é", 'a=1\nb = "é"'),
        ("a=1\n[x]", "x.b", True, "a=1\n[x]\nb = true"),
        ("[x]\n", "label", "y", 'label = "y"\n[x]\n'),
        ("# c\n[x]\n", "label", "y", 'label = "y"\n# c\n[x]\n'),
        ("o = {host = 'a'} # c\n", "o.port", 2, "o = {host = 'a',port = 2} # c\n"),
        ("o = { host = 'a', port = 1 }\n", "o.port", 2, "o = { host = 'a', port = 2 }\n"),
        ("o = {host='a'}", "o.password.from", "ask", "o = {host='a',password = {from = \"ask\"}}"),
        ("o = {a=1}\nb=2\n", "o.a", None, "b=2\n"),
        ("o.host='a'\nz=1\n", "o.port", 2, "o.host='a'\no.port = 2\nz=1\n"),
        ("o.host='a'\n", "o.password.from", "ask", "o.host='a'\no.password.from = \"ask\"\n"),
        ("o . port  =  1 # c\r\n", "o.port", 2, "o . port  =  2 # c\r\n"),
        ("a='''x\ny'''\nb=1\n", "a", "z", 'a="z"\nb=1\n'),
        ("a = true\n", "a", 1, "a = 1\n"),
        ("l = [\n 'x', # one\n 'y', # two\n]\n", "l", ["x", "z"], "l = [\n 'x', # one\n \"z\",\n]\n"),
        ("l = ['x']\n", "l", [], "l = []\n"),
        ("[[i]]\nh=1\n[[i]]\nh=2\n", "i.1.h", 3, "[[i]]\nh=1\n[[i]]\nh=3\n"),
        ("[[i]]\nh=1\n[[i]]\nh=2\n", "i.0.p", 3, "[[i]]\nh=1\np = 3\n[[i]]\nh=2\n"),
        ("i = [{h=1},{h=2}]\n", "i.1.h", 3, "i = [{h=1},{h=3}]\n"),
    ],
)
def test_every_way_to_write_it(text: str, path: str, value: Value | None, after: str) -> None:
    assert set_value(text, path, value) == after
    tomllib.loads(after)


def test_paths_that_lead_nowhere() -> None:
    with pytest.raises(InvalidFileError, match="is a value, not a table"):
        set_value("password = 1\n", "password.from", "ask")
    with pytest.raises(InvalidFileError, match="is a table"):
        set_value("[password]\nfrom = 'ask'\n", "password", "x")
    with pytest.raises(InvalidFileError, match="is not a key"):
        set_value("", "a b", 1)
    with pytest.raises(InvalidFileError, match="column"):
        set_value("a =\n", "b", 1)


def test_text_that_needs_escaping_comes_back_as_it_was() -> None:
    for value in ('"quoted" \\ back', "line\nline", "\x1b[2J", "\x7f", "naïve 😀", ""):
        assert tomllib.loads(set_value("a = 1\n", "label", value))["label"] == value


def test_a_new_account() -> None:
    text = new_account("mum@me.com", label="Mum", person='M "x"', tags=["family"])
    assert text == (
        'schema = 1\naddress = "mum@me.com"\nlabel = "Mum"\nperson = "M \\"x\\""\ntags = ["family"]\n'
    )
    assert decode_account(text, "mum.toml").person == 'M "x"'
    assert new_account("a@b.example") == 'schema = 1\naddress = "a@b.example"\n'


# Any file, however it is written

KEYS = ("host", "port", "label", "x-y", "a b", "from")
TABLES = ("incoming", "outgoing", "password", "other")
SCALARS = st.one_of(
    st.integers(-5, 70000),
    st.booleans(),
    st.text("ab#'\"\\=[] \n\té", max_size=6),
    st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1)),
)
VALUES = SCALARS | st.lists(st.text("ab,#]", max_size=3), max_size=3)


def as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[ {', '.join(map(as_toml, value))} ]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        return f'"{escaped}"'
    return str(value)


def as_key(key: str) -> str:
    return f'"{key}"' if " " in key else key


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A valid file with comments, blank lines, odd spacing, inline and dotted tables, in any order."""
    lines: list[str] = []

    def noise() -> None:
        lines.extend(draw(st.lists(st.sampled_from(["", "# note", "  # deep = 1", "\t"]), max_size=2)))

    def values(prefix: str = "") -> None:
        indent = draw(st.sampled_from(["", "  "]))
        for key in draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4)):
            noise()
            equals = draw(st.sampled_from([" = ", "=", "   =  "]))
            comment = draw(st.sampled_from(["", " # why", "\t#"]))
            lines.append(f"{indent}{prefix}{as_key(key)}{equals}{as_toml(draw(VALUES))}{comment}")

    values()
    tables = draw(st.permutations(TABLES))
    styles = draw(
        st.lists(st.sampled_from(["none", "inline", "dotted", "header", "nested"]), min_size=4, max_size=4)
    )
    for table, style in zip(tables, styles, strict=True):
        if style == "inline":
            pairs = [
                f"{as_key(key)} = {as_toml(draw(VALUES))}" for key in draw(st.sets(st.sampled_from(KEYS)))
            ]
            lines.append(f"{table} = {{ {', '.join(sorted(pairs))} }}")
        elif style == "dotted":
            values(f"{table}.")
    for table, style in zip(tables, styles, strict=True):
        if style in ("header", "nested"):
            noise()
            lines.append(f"[{table}{'.deep' if style == 'nested' else ''}]")
            values()
    noise()
    text = "\n".join(lines) + draw(st.sampled_from(["", "\n"]))
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


PATHS = st.one_of(
    st.tuples(st.sampled_from(KEYS)),
    st.tuples(st.sampled_from(TABLES), st.sampled_from(KEYS)),
    st.tuples(st.sampled_from(TABLES), st.just("deep"), st.sampled_from(KEYS)),
)


def with_value(table: Mapping[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    """What the values should be afterwards; empty tables count for nothing."""
    changed = dict(table)
    if len(path) > 1:
        changed[path[0]] = with_value(changed.get(path[0], {}), path[1:], value)
    elif value is None:
        changed.pop(path[0], None)
    else:
        changed[path[0]] = value
    return without_empty(changed)


def without_empty(table: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {
        key: without_empty(value) if isinstance(value, dict) else value for key, value in table.items()
    }
    return {key: value for key, value in cleaned.items() if value != {}}


def typed(value: object) -> object:
    """True is not 1."""
    if isinstance(value, dict):
        return {key: typed(inner) for key, inner in value.items()}
    return (type(value), value)


@given(documents(), PATHS, VALUES | st.none())
def test_an_edit_says_what_it_should_and_touches_nothing_else(
    text: str, path: tuple[str, ...], value: Value | None
) -> None:
    before = tomllib.loads(text)
    after_text = set_value(text, path, value)
    after = tomllib.loads(after_text)
    assert typed(without_empty(after)) == typed(with_value(before, path, value))
    head = 0
    while head < min(len(text), len(after_text)) and text[head] == after_text[head]:
        head += 1
    tail = 0
    while tail < min(len(text), len(after_text)) - head and text[-1 - tail] == after_text[-1 - tail]:
        tail += 1
    gone, come = text[head : len(text) - tail], after_text[head : len(after_text) - tail]
    there = before
    for key in path:
        there = there.get(key, {}) if isinstance(there, dict) else {}
    if there == {} and value is not None:
        assert not gone.strip(" ")  # something new takes nothing away
    elif value is not None:
        assert "\n" not in gone  # a new value stays on its line
        assert "\n" not in come
    else:
        assert "\n" not in come  # a removal adds no line
    if "\r\n" in text:
        assert "\n" not in after_text.replace("\r\n", "")
