"""How a server's words are read: charsets, lines, control characters, length."""

from __future__ import annotations

import pytest

from mailferry.advice.reading import WORDS_READ, readings


def said(words: bytes) -> str:
    """Words as a check hands them over."""
    return words.decode("utf-8", "backslashreplace")


def test_plain_words_have_one_reading() -> None:
    assert readings("NO LOGIN failed.") == ("NO LOGIN failed.",)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("请使用授权码登录", "gbk"),
        ("登录失败", "gb18030"),
        ("ungültig", "latin-1"),
        ("échoué", "cp1252"),
        ("Неверный пароль", "koi8-r"),
        ("Неверный пароль", "cp1251"),
    ],
)
def test_words_that_are_no_utf_8_are_read_in_other_charsets(text: str, charset: str) -> None:
    words = said(b"535 " + text.encode(charset))
    assert text not in words
    assert any(text in reading for reading in readings(words))


def test_an_smtp_answer_of_several_lines_is_read_as_one_too() -> None:
    words = "550-5.7.1 This message is\n550-5.7.1 not wanted\n550 5.7.1 here"
    assert readings(words) == (words, "550 5.7.1 This message is not wanted here")


def test_what_steers_a_terminal_or_hides_letters_is_taken_out() -> None:
    assert readings("NO \x1b[1;31mIn\u200bvalid\x1b[0m\x07\tcre\x00den\u202etials") == (
        "NO Invalid credentials",
    )
    assert readings("NO\u00a0wrong   password") == ("NO wrong password",)
    assert readings("NO can’t do") == ("NO can't do",)


def test_news_between_the_lines_are_no_failure() -> None:
    words = "* OK [ALERT] Maintenance on Sunday\nNO [AUTHENTICATIONFAILED] Authentication failed."
    assert readings(words) == ("NO [AUTHENTICATIONFAILED] Authentication failed.",)
    assert readings("* OK but no") == ("* OK but no",)


@pytest.mark.parametrize("words", ["x" * 5_000, "\\xff" * 2_000, "\ufdfa" * 2_000, "550-a\n" * 900])
def test_no_reading_is_longer_than_rules_are_made_for(words: str) -> None:
    assert all(len(reading) <= WORDS_READ for reading in readings(words))


@pytest.mark.parametrize("words", ["", " ", "\x00\x1b[0m", "\u200b\n"])
def test_nothing_said_has_no_reading(words: str) -> None:
    assert readings(words) == ()
