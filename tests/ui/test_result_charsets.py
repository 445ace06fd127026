"""A server's words in another charset than UTF-8 are shown exactly, and read beside."""

from __future__ import annotations

from msgspec.structs import replace

from mailferry.ui.panes.result_lines import Result, result_lines
from mailferry.ui.spans import text_of
from tests.ui.results import FAILED, checked


def test_gbk_is_read_beside_the_exact_words() -> None:
    server = replace(FAILED, server_said="NO \\xc3\\xdc\\xc2\\xeb\\xb4\\xed\\xce\\xf3")
    texts = [text_of(line) for line in result_lines(Result(check=checked("me", server), when="today"), 96)]
    place = texts.index("The server said: NO \\xc3\\xdc\\xc2\\xeb\\xb4\\xed\\xce\\xf3")
    assert texts[place + 1] == "(in GBK: NO 密码错误)"
