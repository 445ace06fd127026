"""What a visitor is told on top of the page who cannot install what it offers."""

from __future__ import annotations

import re
from html import escape

from mailferry.iphone.delivery.visitor import Visitor
from mailferry.iphone.language import language

_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)

_STYLE = (
    "margin:0;padding:.9em 1em;background:#ffd60a;color:#000;"
    "font:600 1.05rem/1.4 -apple-system,system-ui,sans-serif;text-align:center"
)


def with_hint(document: str, visitor: Visitor, lang: str) -> str:
    """The page, for all but Safari on an iPhone or iPad with a line above it that says where to open it."""
    if visitor.installs:
        return document
    which = "other-browser" if visitor.on_ios else "other-device"
    words = escape(language(lang).messages[f"delivery.hint.{which}"])
    # A function, because a replacement text would be read for backslashes.
    return _BODY.sub(lambda body: f'{body[0]}<p role="note" style="{_STYLE}">{words}</p>', document, count=1)
