"""What a drawn screen says, for who has it read aloud."""

from __future__ import annotations

from collections.abc import Iterator

from mailferry.iphone.drawing.parts import (
    BottomButton,
    Card,
    Choice,
    Group,
    LargeTitle,
    Owner,
    Page,
    Part,
    Question,
    Row,
    Screen,
    Words,
)


def spoken(screen: Screen) -> str:
    """The words of a screen in their order; what is to be tapped stands at the end, behind an arrow."""
    title = [screen.bar.title] if screen.bar else []
    said = [words for part in screen.parts for words in _words(part)]
    tapped = [words for part in screen.parts for words in _tapped(part)]
    if screen.bar and screen.bar.right and screen.bar.tap:
        tapped.append(screen.bar.right)
    text = ", ".join(filter(None, [*title, *said])) + "".join(f" → {words}" for words in tapped)
    return text if screen.then is None else f"{text}{spoken(screen.then)}"


def _words(part: Part) -> Iterator[str]:
    match part:
        case Group():
            yield part.heading
            for row in part.rows:
                if not row.tap:
                    yield _row(row)
            yield part.footer
        case Page():
            yield part.title
            yield from map(_row, part.fields)
        case LargeTitle() | Words() | Question():
            yield part.text
        case Owner():
            yield part.name
        case Card():
            yield part.title
            yield part.line
        case _:
            pass


def _row(row: Row) -> str:
    return ": ".join(filter(None, (row.label, row.value)))


def _tapped(part: Part) -> Iterator[str]:
    match part:
        case Group():
            for row in part.rows:
                if row.tap and row.label:
                    yield _row(row)
        case Choice():
            yield part.chosen
        case Question():
            yield part.tap
        case BottomButton():
            yield part.text
        case _:
            pass
