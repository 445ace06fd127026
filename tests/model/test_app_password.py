"""App passwords copied with the blanks that they are shown with."""

from __future__ import annotations

import random
import string

import pytest

from mailferry.model.app_password import without_blanks


@pytest.mark.parametrize(
    "pasted",
    [
        "abcd efgh ijkl mnop",
        " abcd efgh ijkl mnop ",
        "abcd\u00a0efgh\u00a0ijkl\u00a0mnop",
        "abcd  efgh\tijkl mnop",
    ],
)
def test_four_groups_of_four_letters(pasted: str) -> None:
    assert without_blanks(pasted) == "abcdefghijklmnop"


@pytest.mark.parametrize(
    "password",
    [
        "",
        "abcdefghijklmnop",  # nothing to leave out
        "abcd-efgh-ijkl-mnop",  # Apple's: the hyphens may stay
        "abcd efgh ijkl",
        "abcd efgh ijkl mnop qrst",
        "abcd efgh ijkl mnopq",
        "Abcd efgh ijkl mnop",
        "ab1d efgh ijkl mnop",
        "äbcd efgh ijkl mnop",
        "abcd efgh\nijkl mnop",
        "1234 5678 9012 3456",
        "cold fish swim deep",
        "that inch thru arts",
        "many type this arch",
        "correct horse battery staple",
        " secret ",
    ],
)
def test_blanks_that_belong_to_the_password(password: str) -> None:
    assert without_blanks(password) is None


def test_letters_drawn_by_lot_are_seldom_four_words() -> None:
    draw = random.Random(185833)
    passwords = [
        " ".join("".join(draw.choices(string.ascii_lowercase, k=4)) for _ in range(4)) for _ in range(500)
    ]
    assert sum(without_blanks(password) is None for password in passwords) < 50
