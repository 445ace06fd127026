from __future__ import annotations

import pytest

from mailferry.model.problem import InvalidFileError
from mailferry.store.merge import merge

BASE = """\
address = "a@b.example"
label = "Mum"

[incoming]
host = "mail.b.example"
port = 143
security = "none"

[outgoing]
port = 25
"""


def test_changes_in_different_places_are_joined_with_their_comments() -> None:
    yours = BASE.replace("port = 143", "port = 993  # mine")
    theirs = BASE.replace("port = 25", "port = 587  # theirs")
    joined = merge(BASE, yours, theirs)
    assert joined.conflicts == ()
    assert joined.text == yours.replace("port = 25", "port = 587  # theirs")


def test_changes_on_neighbouring_lines_are_joined_key_by_key() -> None:
    yours = BASE.replace("port = 143", "port = 993")
    theirs = BASE.replace('security = "none"', 'security = "tls"')
    joined = merge(BASE, yours, theirs)
    assert joined.conflicts == ()
    assert joined.text == yours.replace('security = "none"', 'security = "tls"')


def test_the_same_key_changed_twice_is_a_conflict_and_theirs_stays() -> None:
    yours = BASE.replace("port = 143", "port = 993").replace("Mum", "Mother")
    theirs = BASE.replace("port = 143", "port = 1143")
    joined = merge(BASE, yours, theirs)
    assert joined.conflicts == ("incoming.port",)
    assert joined.text == theirs.replace("Mum", "Mother")


def test_the_same_change_on_both_sides_is_none() -> None:
    both = BASE.replace("143", "993")
    assert merge(BASE, both, both).text == both
    assert merge(BASE, both, both).conflicts == ()


def test_what_you_removed_goes_and_what_you_added_comes() -> None:
    yours = BASE.replace("\n[outgoing]\nport = 25\n", '\n[password]\nfrom = "ask"\n')
    theirs = BASE.replace('label = "Mum"', 'label = "Mother"\nperson = "Mum"').replace(
        "port = 25", "port = 25 # x"
    )
    joined = merge(BASE, yours, theirs)
    assert joined.conflicts == ()
    assert "[outgoing]" not in joined.text
    assert 'from = "ask"' in joined.text
    assert 'person = "Mum"' in joined.text


def test_a_key_they_removed_and_you_changed_is_a_conflict() -> None:
    yours, theirs = BASE.replace("port = 25", "port = 587"), BASE.replace("port = 25\n", "")
    assert merge(BASE, yours, theirs) == merge(BASE, yours, theirs)
    assert merge(BASE, yours, theirs).conflicts == ("outgoing.port",)
    assert merge(BASE, yours, theirs).text == theirs


def test_a_table_that_became_a_value_is_a_conflict() -> None:
    yours = BASE + '\n[password]\nfrom = "ask"\n'
    theirs = 'password = "x"\n' + BASE
    joined = merge(BASE, yours, theirs)
    assert joined.conflicts == ("password.from",)
    assert joined.text == theirs


def test_arrays_of_tables_are_joined_by_lines_or_not_at_all() -> None:
    base = 'name = "x"\nnotice = "n"\n\n[[incoming]]\nhost = "a"\nport = 1\n'
    yours = base.replace("port = 1", "port = 2")
    assert merge(base, yours, base.replace('"n"', '"m"')).text == yours.replace('"n"', '"m"')
    joined = merge(base, yours, base.replace('host = "a"', 'host = "b"'))
    assert joined.conflicts == ("incoming",)
    assert joined.text == base.replace('host = "a"', 'host = "b"')


def test_broken_toml_cannot_be_joined() -> None:
    with pytest.raises(InvalidFileError):
        merge(BASE, BASE, "port =\n")
