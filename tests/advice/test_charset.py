"""Words that are no UTF-8 are read for people; what is UTF-8 is left alone."""

from __future__ import annotations

import pytest

from mailferry.advice.charset import in_words


@pytest.mark.parametrize(
    ("words", "charset", "name"),
    [
        ("请使用授权码登录", "gbk", "GBK"),
        ("系统维护", "gbk", "GBK"),
        ("用户名或密码错误", "gb18030", "GBK"),
        ("Passwort ungültig", "latin-1", "Latin-1"),
        ("Échec de l’authentification", "cp1252", "Latin-1"),
        ("accès refusé à joe", "latin-1", "Latin-1"),
        ("Неверный логин или пароль", "koi8-r", "KOI8-R"),
        ("Неверный пароль", "cp1251", "Windows-1251"),
    ],
)
def test_other_charsets_are_read(words: str, charset: str, name: str) -> None:
    said = f"535 {words}".encode(charset).decode("utf-8", "backslashreplace")
    assert in_words(said) == f"in {name}: 535 {words}"


@pytest.mark.parametrize(
    "said",
    [
        "NO wrong password",
        "535 密码错误",
        "535 密码错误密码\\xe9\\x94",
        "NO Passwort ungültig, zu h\\xc3",
        "NO \\x80\\xff\\xfe",
        "NO the file C:\\xbox is missing",
    ],
)
def test_what_cannot_be_read_or_needs_not_is_left(said: str) -> None:
    assert in_words(said) == ""


def test_a_charset_that_is_not_known_is_not_guessed() -> None:
    assert in_words("接続できません".encode("shift_jis").decode("utf-8", "backslashreplace")) == ""
