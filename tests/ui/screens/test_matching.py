from __future__ import annotations

from mailferry.ui.screens.matching import best_first

_OPTIONS = [
    ("a", "accounts: Go to the accounts; save nothing", ""),
    ("b", "save the rest: Something", ""),
    ("c", "discard: Drop what was not saved", ""),
    ("d", "unsaved: What is open", ""),
    ("e", "save: Save the file", ""),
    ("f", "saving: Begin", ""),
]


def test_what_is_called_so_comes_before_what_only_speaks_of_it() -> None:
    assert [each for each, _, _ in best_first("save", _OPTIONS)] == ["e", "b", "d", "a", "c"]


def test_nothing_typed_leaves_the_order() -> None:
    assert best_first("", _OPTIONS) == _OPTIONS
