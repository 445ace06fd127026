"""The form “html” of a sheet: one page that needs nothing else, for phone, computer and printer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from mailferry.iphone.blocks import Block
from mailferry.iphone.drawing.draw import draw, screen_style
from mailferry.iphone.landing import unfold, without_codes
from mailferry.iphone.language import Language
from mailferry.iphone.line_breaks import with_mail_whole, with_soft_hyphens
from mailferry.iphone.outline import outline
from mailferry.iphone.paper import printed
from mailferry.iphone.plain import plain
from mailferry.iphone.qr import qr_svg
from mailferry.iphone.scene import Scene
from mailferry.iphone.screen import ScreenName
from mailferry.iphone.sheet_form import Shown, sentence

if TYPE_CHECKING:
    from jinja2 import Template

_SECURE = re.compile(r"https://[^\s<>\"\\]+")
_OFFERED = re.compile(r"https?://[^\s<>\"\\]+|[\w-]+\.mobileconfig", re.ASCII)
"""Where a button may lead: to an address of the web, or to a profile that lies beside the page."""
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


class Html:
    """HTML. Every value is escaped, and set apart where it is written from right to left."""

    emphasis = "html"

    def __init__(self, language: Language) -> None:
        self._language = language

    def words(self, text: str) -> Shown:
        value = sentence(text)
        if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in value):
            return Shown(f"<bdi>{escape(value)}</bdi>")
        return Shown(escape(value))

    def label(self, text: str | Sequence[str]) -> Shown:
        path = [text] if isinstance(text, str) else text
        return Shown(f"<b>{' &gt; '.join(self.words(with_soft_hyphens(label)) for label in path)}</b>")

    def typed(self, text: str) -> Shown:
        return Shown(f"<code>{self.words(text)}</code>")

    def link(self, url: str) -> Shown:
        """The address, to be followed where it leads over HTTPS."""
        if plain(url) != url or not _SECURE.fullmatch(url):
            return self.words(url)
        return Shown(f'<a href="{escape(url)}" rel="noreferrer">{escape(url)}</a>')

    def lay_out(self, blocks: Iterable[Block], scenes: Sequence[Scene]) -> str:
        """The whole page. Raises TooLongError for an address that no QR code can hold."""
        blocks = list(blocks)
        button = next(
            (each for each in blocks if each.kind == "install" and _OFFERED.fullmatch(each.text)), None
        )
        chapters = outline(without_codes(blocks) if button else blocks)
        if button:
            unfold(chapters)
        drawn = cache(lambda block: _figure(block, scenes))
        return _template().render(
            lang=self._language.code,
            style=screen_style() + _style(),
            chapters=chapters,
            button=button,
            figure=drawn,
            printed=lambda chapter: printed(
                chapter, lambda block: _proportion(drawn(block)), self._language.messages.__getitem__
            ),
            may_lead_to=_OFFERED.fullmatch,
        )


def _figure(block: Block, scenes: Sequence[Scene]) -> str:
    if block.kind == "qr":
        return qr_svg(block.text)
    return draw(cast(ScreenName, block.text), scenes[block.place or 0])


def _proportion(picture: str) -> float:
    """How high a picture is, in parts of its width."""
    found = _SIZE.search(picture)
    return float(found[2]) / float(found[1]) if found else 1.0


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("mailferry.iphone", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["unbroken"] = with_mail_whole
    return environment.get_template("page.html.j2")


@cache
def _style() -> str:
    return files("mailferry.iphone").joinpath("templates", "page.css").read_text(encoding="utf-8")
