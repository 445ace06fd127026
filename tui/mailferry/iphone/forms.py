"""The forms a sheet can take; how words and blocks look in plain text and in Markdown."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from mailferry.iphone.blocks import Block, Kind, runs
from mailferry.iphone.html import Html
from mailferry.iphone.language import Language
from mailferry.iphone.plain import plain
from mailferry.iphone.scene import Scene
from mailferry.iphone.sheet_form import SheetForm, Shown, sentence

Form = Literal["text", "markdown", "html"]

_COLUMNS = 72
_DRAWN = frozenset({"picture", "qr"})


class Text:
    """Plain text in 72 columns. What must be typed exactly is never broken."""

    emphasis = "text"

    def __init__(self, language: Language) -> None:
        self._open = language.messages["words.open-quote"]
        self._close = language.messages["words.close-quote"]

    def words(self, text: str) -> Shown:
        return Shown(sentence(text))

    def label(self, text: str | Sequence[str]) -> Shown:
        if isinstance(text, str):
            return Shown(f"{self._open}{plain(text)}{self._close}")
        return Shown(" > ".join(text))

    def typed(self, text: str) -> Shown:
        return Shown(plain(text))

    def link(self, url: str) -> Shown:
        return Shown(plain(url))

    def lay_out(self, blocks: Iterable[Block], scenes: Sequence[Scene]) -> str:  # noqa: ARG002  draws nothing
        written = (block for block in blocks if block.kind not in _DRAWN)
        return "\n\n".join(self._run(kind, run) for kind, run in runs(written)) + "\n"

    def _run(self, kind: Kind, run: Sequence[Block]) -> str:
        match kind:
            case "title":
                return "\n\n".join(_underlined(block.text, "=") for block in run)
            case "heading" | "aside":
                return "\n\n".join(_underlined(block.text, "-") for block in run)
            case "paragraph":
                return "\n\n".join(_wrap(block.text) for block in run)
            case "step":
                return "\n".join(_wrap(block.text, first=f"{block.number:>2}. ") for block in run)
            case "item":
                return "\n".join(_wrap(block.text, first="  - ") for block in run)
            case "row":
                width = max(len(block.label) for block in run) + 2
                return "\n".join(f"      {block.label:<{width}}{block.text}" for block in run)
            case "install":
                return "\n".join(f"{block.label}:\n{block.text}" for block in run)
            case "picture" | "qr":
                raise ValueError("plain text draws no pictures")


def _underlined(text: str, stroke: str) -> str:
    lines = _wrap(text)
    return f"{lines}\n{stroke * max(map(len, lines.splitlines()))}"


def _wrap(text: str, *, first: str = "") -> str:
    return textwrap.fill(
        text,
        _COLUMNS,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )


class Markdown:
    """CommonMark. Values are code, so that nothing in them is read as markup."""

    emphasis = "markdown"

    def __init__(self, language: Language) -> None:
        """Markdown is the same in every language."""

    _special = re.compile(r"([\\`*_\[\]<~]|&(?=#?\w+;)|^[#>+=-]|#$|^\d+(?=[.)]))")
    _plain_url = re.compile(r"https?://[^\s<>\\]+")

    def words(self, text: str) -> Shown:
        return Shown(self._special.sub(_escaped, sentence(text)))

    def label(self, text: str | Sequence[str]) -> Shown:
        path = [text] if isinstance(text, str) else text
        return Shown(f"**{' > '.join(self.words(label) for label in path)}**")

    def typed(self, text: str) -> Shown:
        value = plain(text)
        if not value:
            return Shown("")
        fence = "`" * (max((len(run) for run in re.findall("`+", value)), default=0) + 1)
        # A code span that begins or ends with a backtick needs a blank, which CommonMark takes off again.
        pad = " " if value.startswith("`") or value.endswith("`") else ""
        return Shown(f"{fence}{pad}{value}{pad}{fence}")

    def link(self, url: str) -> Shown:
        return Shown(f"<{url}>") if self._plain_url.fullmatch(url) else self.words(url)

    def lay_out(self, blocks: Iterable[Block], scenes: Sequence[Scene]) -> str:  # noqa: ARG002  draws nothing
        lines: list[str] = []
        indent = ""
        previous: Kind | None = None
        for block in blocks:
            if block.kind in _DRAWN:
                continue
            if lines and (block.kind != previous or block.kind == "paragraph"):
                lines.append("")
            if block.kind == "step":
                indent = " " * (len(str(block.number)) + 2)
            elif block.kind in ("title", "heading", "aside", "paragraph"):
                indent = ""
            lines.append(self._line(block, indent))
            previous = block.kind
        return "\n".join(lines) + "\n"

    def _line(self, block: Block, indent: str) -> str:
        match block.kind:
            case "title":
                return f"# {block.text}"
            case "heading" | "aside":
                return f"## {block.text}"
            case "paragraph":
                return block.text
            case "step":
                return f"{block.number}. {block.text}"
            case "item":
                return f"- {block.text}"
            case "row":
                return f"{indent}- {block.label}: {block.text}"
            case "install":
                return f"{block.label}: <{block.text}>"
            case "picture" | "qr":
                raise ValueError("Markdown draws no pictures")


def _escaped(found: re.Match[str]) -> str:
    """A backslash before the character that has a meaning; of a list number, that is the dot behind it."""
    return f"{found[0]}\\" if found[0][0].isdigit() else f"\\{found[0]}"


FORMS: dict[Form, Callable[[Language], SheetForm]] = {"text": Text, "markdown": Markdown, "html": Html}
