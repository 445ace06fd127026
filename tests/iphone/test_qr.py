from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from segno import make_qr

from mailferry.iphone.qr import TooLongError, qr_lines, qr_svg

LINK = "https://192.168.1.20:8443/aB3dE5fG7hJ9kL1mN3pQ5rS7"
"""What a one-time link looks like; a code of version 3, 29 modules wide."""


def modules(lines: tuple[str, ...]) -> list[str]:
    """Rows of modules, “#” for a dark one."""
    upper = {"█": "..", "▀": ".#", "▄": "#.", " ": "##"}
    return ["".join(upper[character][half] for character in line) for line in lines for half in (0, 1)]


def test_the_lines_are_the_code_with_its_quiet_zone() -> None:
    rows = modules(qr_lines(LINK))
    expected = [
        "".join("#" if module else "." for module in row)
        for row in make_qr(LINK, error="l").matrix_iter(border=4)
    ]
    assert rows == [*expected, "." * 37]


@pytest.mark.parametrize(("height", "quiet"), [(24, 4), (19, 4), (18, 3), (17, 2), (3, 2), (0, 2)])
def test_the_quiet_zone_shrinks_where_there_is_no_room_for_it(height: int, quiet: int) -> None:
    lines = qr_lines(LINK, height=height)
    assert {len(line) for line in lines} == {29 + 2 * quiet}
    assert all(set(row) == {"."} for row in modules(lines)[:quiet])
    assert set(modules(lines)[quiet]) == {".", "#"}


def test_a_link_fits_a_terminal_of_24_lines_and_80_columns() -> None:
    for length in (60, 78, 106):  # the most that versions 4, 4 and 5 hold
        lines = qr_lines("h" * length)
        assert len(lines) <= 24
        assert len(lines[0]) <= 80


def test_error_correction_costs_no_version() -> None:
    assert make_qr("h" * 53, error="l").designator == "3-L"
    assert len(qr_lines("h" * 53)[0]) == 29 + 8
    assert make_qr("h" * 42, error="l").error == "M"


def test_the_picture_is_dark_on_light_and_says_what_is_in_it() -> None:
    picture = qr_svg("https://example.org/?a=1&b=<\"']]>")
    root = ElementTree.fromstring(picture)
    title = root.find("title")
    assert title is not None
    assert title.text == "https://example.org/?a=1&b=<\"']]>"
    assert root.get("class") == "qr"
    paths = root.findall("path")
    assert paths[0].get("fill") == "#fff"
    assert paths[1].get("stroke") == "#000"
    assert re.match(r"M4 4\.5h7", paths[1].get("d", ""))


def test_what_no_code_can_hold_is_said() -> None:
    with pytest.raises(TooLongError, match="3000 characters"):
        qr_svg("h" * 3000)
    with pytest.raises(TooLongError):
        qr_lines("h" * 3000)
