"""What stands above the page behind a one-time link: that it works once, and where to open it."""

from __future__ import annotations

import datetime
import re
from html import escape

from mailferry.iphone.delivery.visitor import Visitor
from mailferry.iphone.message import message
from mailferry.iphone.remark_words import date_words

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)

_STYLE = "margin:0;padding:.9em 1em;text-align:center;font-family:-apple-system,system-ui,sans-serif;"
_CALM = f"{_STYLE}font-size:1.05rem;line-height:1.4;border-bottom:1px solid #8888"
_URGENT = f"{_STYLE}font-size:1.05rem;line-height:1.4;font-weight:600;background:#ffd60a;color:#000"


def with_hint(document: str, visitor: Visitor, lang: str) -> str:
    """The page, for all but Safari on an iPhone or iPad with a line above it that says where to open it."""
    if visitor.installs:
        return document
    which = "other-browser" if visitor.on_ios else "other-device"
    return _with_line(document, _words(f"hint.{which}", lang), _URGENT)


def with_end(
    document: str, lang: str, *, until: datetime.datetime, now: datetime.datetime, profile: bool
) -> str:
    """The page with a line above it that says how long it is there: once, and with a `profile` until a time.

    Both times are of the place where the link was made; a day is named only where it is another one.
    """
    if not profile:
        return _with_line(document, _words("once.page", lang), _CALM)
    day = date_words(until.date(), lang) if until.date() != now.date() else ""
    return _with_line(document, _words("once.link", lang, time=f"{until:%H:%M}", day=day), _CALM)


def _words(name: str, lang: str, **facts: str) -> str:
    text = message(f"delivery.{name}", lang)
    assert text is not None, "every language has it"
    return text.render(facts)


def _with_line(document: str, words: str, style: str) -> str:
    # A function, because a replacement text would be read for backslashes.
    line = f'<p role="note" style="{style}">{escape(words)}</p>'
    return _BODY.sub(lambda body: f"{body[0]}{line}", document, count=1)
