"""How a whole screen looks: its bar, and one part after the other."""

from __future__ import annotations

from html import escape

from mailferry.iphone.drawing.lettering import WIDEST_FONT, fit, width
from mailferry.iphone.drawing.measures import LEFT, PAD, SCREEN, SMALLEST, TEXT, WIDE, Look
from mailferry.iphone.drawing.parts import (
    Bar,
    BottomButton,
    Card,
    Choice,
    Digits,
    Greeking,
    Group,
    LargeTitle,
    Owner,
    Page,
    Part,
    Question,
    Screen,
    Words,
)
from mailferry.iphone.drawing.pen import Pen, height
from mailferry.iphone.drawing.rows import TONES, draw_group
from mailferry.iphone.drawing.spoken import spoken
from mailferry.iphone.plain import plain

_GAP = 12
_MIDDLE = SCREEN / 2
_BAR = 52
_BUTTON = 88
"""The most that the words of one of two buttons in a bar take."""


def draw_screen(screen: Screen, look: Look) -> str:
    """The picture as an SVG element of class `screen`, with the words of the screen for who cannot see it."""
    pen = Pen()
    words = spoken(screen)
    end = _draw_panel(pen, screen, 0, look)
    while screen.then is not None:
        screen = screen.then
        pen.stroke("o", f"M{_MIDDLE:g} {end + 5:g}v16m-7 -7l7 7l7 -7")
        end = _draw_panel(pen, screen, end + 28, look)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="screen" viewBox="0 0 {SCREEN} {end:.0f}" role="img"'
        f' aria-label="{escape(plain(words))}">{pen.svg()}</svg>'
    )


def _draw_panel(pen: Pen, screen: Screen, top: float, look: Look) -> float:
    inside = Pen()
    y = _draw_bar(inside, screen.bar, top, look) if screen.bar else top + _GAP
    for part in screen.parts:
        y = _draw_part(inside, part, y, look) + _GAP
    pen.box("b", 1, top + 1, SCREEN - 2, y - top - 2, 20)
    pen.add(inside)
    return y


def _draw_bar(pen: Pen, bar: Bar, y: float, look: Look) -> float:
    middle = y + _BAR / 2 + 2
    left = f"{bar.back or bar.left}"
    alone = not bar.right
    left_wide = _draw_bar_button(pen, left, middle, look, back=bool(bar.back), alone=alone) if left else 0
    right_wide = _draw_right_button(pen, bar, middle, look) if bar.right and not bar.send else 0
    if bar.send:
        right_wide = _draw_arrow(pen, middle)
    room = SCREEN - 2 * (max(left_wide, right_wide) + LEFT + 6)
    if width(bar.title, TEXT, bold=True) * WIDEST_FONT <= room:
        pen.text(
            "t",
            fit(bar.title, room, TEXT, least=SMALLEST, bold=True),
            _MIDDLE,
            middle,
            anchor="middle",
            bold=True,
        )
        return y + _BAR + 6
    title = fit(bar.title, WIDE, TEXT, least=TEXT, bold=True)
    pen.text("t", title, _MIDDLE, y + _BAR + height(title) / 2, anchor="middle", bold=True)
    return y + _BAR + height(title) + 10


def _draw_bar_button(pen: Pen, text: str, middle: float, look: Look, *, back: bool, alone: bool) -> float:
    label = fit(text, (WIDE - 36) / WIDEST_FONT if alone else _BUTTON, TEXT, least=SMALLEST)
    indent = 12 if back else 0
    pad = 12 if look.capsules else 0
    wide = _longest(label.lines, label.size) + indent + 2 * pad
    if look.capsules:
        high = max(34, height(label) + 10)
        pen.box("g", LEFT, middle - high / 2, wide, high, 17)
    if back:
        pen.stroke("n", f"M{LEFT + pad + 7:g} {middle - 7:g}l-7 7l7 7")
    pen.text("t" if look.capsules else "a", label, LEFT + pad + indent, middle)
    return wide


def _draw_right_button(pen: Pen, bar: Bar, middle: float, look: Look) -> float:
    label = fit(bar.right, _BUTTON, TEXT, least=SMALLEST, bold=True)
    pad = 12 if look.capsules else 4
    text_wide = _longest(label.lines, label.size) * 1.07
    wide, high = text_wide + 2 * pad, max(34, height(label) + 10)
    x = SCREEN - LEFT - wide + (0 if look.capsules else pad)
    if look.capsules:
        pen.box("g", x, middle - high / 2, wide, high, 17)
    pen.text("a", label, x + wide / 2, middle, anchor="middle", bold=True)
    if bar.tap:
        pen.ring(
            x - 5,
            middle - high / 2 - 4,
            min(wide + 10, SCREEN - x + 2),
            high + 8,
            20 if look.capsules else 12,
        )
    return wide


def _draw_arrow(pen: Pen, middle: float) -> float:
    x = SCREEN - LEFT - 16
    pen.circle("f", x, middle, 15)
    pen.stroke("x", f"M{x:g} {middle + 7:g}v-14m-6 6l6 -6l6 6")
    pen.ring(x - 20, middle - 20, 40, 40, 20)
    return 34


def _longest(lines: tuple[str, ...], size: float) -> float:
    return max(width(line, size) for line in lines) * WIDEST_FONT


def _draw_part(pen: Pen, part: Part, y: float, look: Look) -> float:
    match part:
        case Group():
            return draw_group(pen, part, y, look)
        case LargeTitle():
            title = fit(part.text, WIDE, 28, least=22, bold=True)
            pen.text("t", title, LEFT + 2, y + height(title) / 2, bold=True)
            return y + height(title)
        case Owner():
            return _draw_owner(pen, part, y, look)
        case Card():
            return _draw_card(pen, part, y, look)
        case Choice():
            return _draw_choice(pen, part, y, look)
        case Words():
            words = fit(part.text, WIDE - 2 * PAD, TEXT - 1, least=TEXT - 1)
            pen.text(TONES[part.tone], words, LEFT + PAD, y + height(words) / 2)
            return y + height(words)
        case Greeking():
            for number in range(part.lines):
                pen.box(
                    "z",
                    LEFT + PAD,
                    y + 4 + number * 18,
                    (WIDE - 2 * PAD) * (1, 0.93, 0.97, 0.6)[number % 4],
                    9,
                    4,
                )
            return y + part.lines * 18
        case Digits():
            for number in range(part.number):
                pen.circle("y", _MIDDLE + (number - (part.number - 1) / 2) * 28, y + 12, 8)
            return y + 24
        case Question():
            return _draw_question(pen, part, y, look)
        case Page():
            return _draw_page(pen, part, y, look)
        case BottomButton():
            label = fit(part.text, WIDE - 20, TEXT + 1, least=SMALLEST)
            pen.box("g", LEFT, y, WIDE, 50, look.corner + 3)
            pen.text("r", label, _MIDDLE, y + 25, anchor="middle")
            pen.ring(LEFT - 5, y - 4, WIDE + 10, 58, look.corner + 6)
            return y + 54


def _draw_owner(pen: Pen, owner: Owner, y: float, look: Look) -> float:
    name = fit(owner.name, WIDE - 100, TEXT + 2, least=SMALLEST)
    high = max(64, height(name) + 20)
    middle = y + high / 2
    pen.box("g", LEFT, y, WIDE, high, look.corner)
    pen.circle("z", LEFT + 36, middle, 22)
    pen.circle("p", LEFT + 36, middle - 6, 8)
    pen.stroke("m", f"M{LEFT + 22:g} {middle + 15:g}a14 12 0 0 1 28 0")
    if owner.name:
        pen.text("t", name, LEFT + 70, middle)
    else:
        pen.box("z", LEFT + 70, middle - 6, 120, 12, 6)
    pen.stroke("c", f"M{LEFT + WIDE - PAD - 6:g} {middle - 6:g}l6 6l-6 6")
    return y + high


def _draw_card(pen: Pen, card: Card, y: float, look: Look) -> float:
    room = WIDE - 2 * PAD - 56
    title = fit(card.title, room, TEXT + 1, least=SMALLEST, bold=True)
    line = fit(card.line, room, SMALLEST, least=SMALLEST)
    high = max(72, height(title) + height(line) + 26)
    pen.box("g", LEFT, y, WIDE, high, look.corner)
    pen.box("z", LEFT + PAD, y + high / 2 - 22, 44, 44, 10)
    pen.stroke("m", f"M{LEFT + PAD + 11:g} {y + high / 2 - 8:g}h22m-22 8h22m-22 8h14")
    top = y + (high - height(title) - height(line) - 2) / 2
    pen.text("t", title, LEFT + PAD + 56, top + height(title) / 2, bold=True)
    pen.text("q", line, LEFT + PAD + 56, top + 2 + height(title) + height(line) / 2)
    return y + high


def _draw_choice(pen: Pen, choice: Choice, y: float, look: Look) -> float:
    share = (WIDE - 4) / len(choice.words)
    pen.box("z", LEFT, y, WIDE, 36, min(18, look.corner))
    for number, word in enumerate(choice.words):
        x = LEFT + 2 + number * share
        chosen = word == choice.chosen
        if chosen:
            pen.box("g", x, y + 2, share, 32, min(16, look.corner))
            pen.ring(x - 4, y - 3, share + 6, 42, 14)
        pen.text(
            "t",
            fit(word, share - 8, TEXT, least=SMALLEST),
            x + share / 2,
            y + 18,
            anchor="middle",
            bold=chosen,
        )
    return y + 36


def _draw_question(pen: Pen, question: Question, y: float, look: Look) -> float:
    wide = WIDE - 40
    x = LEFT + 20
    words = fit(question.text, wide - 32, TEXT - 1, least=TEXT - 1)
    share = wide / len(question.answers)
    side_by_side = all(width(answer, TEXT) * 1.1 < share - 16 for answer in question.answers)
    rows = 1 if side_by_side else len(question.answers)
    top = height(words) + 36
    pen.box("g", x, y, wide, top + 44 * rows, look.corner + 4)
    anchor_y = y + 18 + height(words) / 2
    pen.text("t", words, _MIDDLE, anchor_y, anchor="middle")
    for number, answer in enumerate(question.answers):
        left = x + number * share if side_by_side else x
        middle = y + top + 22 + (0 if side_by_side else 44 * number)
        room = share if side_by_side else wide
        if side_by_side and number:
            pen.stroke("e", f"M{left:g} {y + top:g}v44")
        if number == 0 or not side_by_side:
            pen.rule(x, middle - 22, wide)
        tapped = answer == question.tap
        pen.text(
            "a",
            fit(answer, room - 16, TEXT, least=SMALLEST),
            left + room / 2,
            middle,
            anchor="middle",
            bold=tapped,
        )
        if tapped:
            pen.ring(left + 2, middle - 20, room - 4, 40, 12)
    return y + top + 44 * rows


def _draw_page(pen: Pen, page: Page, y: float, look: Look) -> float:
    pen.box("z", LEFT, y, WIDE, 34, 17)
    pen.box("p", _MIDDLE - 50, y + 13, 100, 8, 4)
    y += 34 + _GAP
    title = fit(page.title, WIDE, TEXT + 4, least=TEXT, bold=True)
    pen.text("t", title, _MIDDLE, y + height(title) / 2, anchor="middle", bold=True)
    y = draw_group(pen, Group(page.fields), y + height(title) + 12, look) + 12
    pen.box("f", _MIDDLE - 70, y, 140, 38, 19)
    pen.box("w", _MIDDLE - 36, y + 14, 72, 10, 5)
    return y + 38
