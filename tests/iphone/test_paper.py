"""What of a sheet is printed, decided without a browser; tests/real/test_chromium.py prints it."""

from __future__ import annotations

import pytest

from mailferry.iphone.blocks import read_blocks
from mailferry.iphone.outline import Chapter, outline
from mailferry.iphone.paper import Printed, printed

WORDS = {"paper.on-the-page": "The page also has:", "paper.pictures": "pictures"}
TYPED = "<code>mail.example.org</code>"
LONG = "word " * 60


def chapter(*, trouble: str = "Wait", more: str = "") -> Chapter:
    (only,) = outline(
        read_blocks(
            f"""\
# Title
= About
## Way 1
1. Open
% mail-accounts
1. Sign in
% web-sign-in
##> Way 2
1. Type
: Host | {TYPED}
% incoming-server
{more}
## Try it
1. Write
% test-message
## Trouble
= {trouble}
## Remove it
= Tap
## All settings
: Server | {TYPED}
: Security | TLS
## Notes
= A note
"""
        )
    )
    return only


def on_paper(seen: Chapter, height: float = 0.9) -> Printed:
    return printed(seen, lambda _: height, WORDS.__getitem__)


def headings(seen: Chapter, paper: Printed) -> list[str]:
    return [
        section.heading.text
        for place, section in enumerate(seen.sections)
        if section.heading and place in paper.parts
    ]


def test_later_ways_are_printed_without_pictures_and_a_repeated_table_is_not() -> None:
    seen = chapter()
    paper = on_paper(seen)
    assert headings(seen, paper) == ["Way 1", "Way 2", "Try it", "Trouble", "Remove it", "Notes"]
    assert {part for part in paper.parts if isinstance(part, tuple)} == {
        (1, "mail-accounts"),
        (1, "web-sign-in"),
        (3, "test-message"),
    }
    assert paper.remark == "The page also has: pictures; All settings."


def test_a_table_with_a_value_that_no_step_has_is_printed() -> None:
    blocks = "# T\n## Way\n1. Do\n% passcode\n## Settings\n: Server | <code>a</code>\n"
    (seen,) = outline(read_blocks(blocks))
    paper = on_paper(seen)
    assert headings(seen, paper) == ["Way", "Settings"]
    assert paper.remark == ""


@pytest.mark.parametrize("times", range(0, 80, 4))
def test_no_way_is_ever_left_out_and_what_is_left_out_is_named(times: int) -> None:
    seen = chapter(more="\n".join([f"1. {LONG}"] * times))
    paper = on_paper(seen)
    kept = headings(seen, paper)
    assert kept[:2] == ["Way 1", "Way 2"]
    others = ["Try it", "Trouble", "Remove it", "Notes"]
    assert all((name in kept) != (name in paper.remark) for name in others)
    if times in (0, 76):
        assert [name for name in others if name in kept] == (others if times == 0 else [])


def test_what_is_needed_least_gives_way_to_what_is_needed_more() -> None:
    seen = [on_paper(chapter(more="\n".join([f"1. {LONG}"] * times))) for times in range(40)]

    def last(part: int | tuple[int, str]) -> int:
        """With how many long steps a part still has room."""
        return max(times for times, paper in enumerate(seen) if part in paper.parts)

    trouble, sign_in, notes, remove = last(4), last((1, "web-sign-in")), last(7), last(5)
    assert trouble >= notes >= remove
    assert sign_in >= last((1, "mail-accounts"))


def test_the_rest_of_the_room_is_used() -> None:
    """What is needed less than a long part may still be short enough."""
    seen = chapter(trouble=LONG * 12, more="\n".join([f"1. {LONG}"] * 20))
    assert headings(seen, on_paper(seen))[2:] == ["Try it", "Remove it", "Notes"]


def test_high_pictures_take_more_room_than_low_ones() -> None:
    seen = chapter(more="\n".join([f"1. {LONG}"] * 16))
    low, high = (len(on_paper(seen, height).parts) for height in (0.1, 4))
    assert high < low


def test_the_same_sheet_is_always_printed_alike() -> None:
    assert on_paper(chapter(trouble=LONG * 30)) == on_paper(chapter(trouble=LONG * 30))


def test_a_sheet_without_ways_is_printed_whole() -> None:
    (seen,) = outline(read_blocks("# T\n= A\n## It cannot be set up\n= The reason\n"))
    assert on_paper(seen) == Printed(frozenset({0, 1}), "")


def test_markup_takes_no_room() -> None:
    def kept(step: str) -> int:
        return len(on_paper(chapter(more="\n".join([f"1. {step}"] * 40))).parts)

    marked = "".join(f'<a href="https://{"x" * 40}">word</a> ' for _ in range(60))
    assert kept(marked) == kept("word " * 60) < kept("word")
