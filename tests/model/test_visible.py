from __future__ import annotations

import json
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from mailferry.model.visible import visible, visible_json


def test_what_steers_a_terminal_is_written_out() -> None:
    assert visible("a\x1b[31mb\x07\r\n\x9b1m\u202ec") == "a\\x1b[31mb\\x07\\x0d\\x0a\\x9b1m\\u202ec"


def test_lines_are_kept_on_request_only() -> None:
    assert visible("a\r\nb\nc\rd", keep_lines=True) == "a\nb\nc\\x0dd"


def test_ordinary_text_is_left_alone() -> None:
    assert visible("Grüße, 你好 👍 [AUTH]") == "Grüße, 你好 👍 [AUTH]"


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_nothing_harmful_is_left(text: str) -> None:
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in visible(text))


def test_json_is_escaped_and_means_the_same() -> None:
    assert visible_json('["a\x7f\x9b31m\u202eü\U000e0041"]') == r'["a\u007f\u009b31m\u202eü\udb40\udc41"]'


@given(st.text())
def test_no_json_steers_a_terminal(text: str) -> None:
    written = visible_json(json.dumps([text], ensure_ascii=False))
    assert json.loads(written) == [text]
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in written)
