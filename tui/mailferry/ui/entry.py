"""What all places to type in share: keys take effect in the order typed, and odd characters stay harmless."""

from __future__ import annotations

from collections.abc import Mapping

from rich.highlighter import Highlighter
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.widget import Widget
from textual.widgets import Input

from mailferry.model.visible import visible


async def in_order(widget: Widget, editing: Mapping[str, str], event: Key) -> None:
    """Carry out an editing key at once.

    Textual inserts letters at once but carries out keys such as backspace only after they have travelled up
    to the application. Over a slow line several keys arrive together, and letters would overtake them.
    """
    action = editing.get(event.key)
    if action is not None:
        event.stop()
        event.prevent_default()
        await widget.run_action(action)


def editing_keys(bindings: list[BindingType]) -> dict[str, str]:
    """Keys and what they do, from a widget's bindings."""
    return {each.key: each.action for each in Binding.make_bindings(bindings)}


_LINE_KEYS = editing_keys(Input.BINDINGS)


class Harmless(Highlighter):
    """Draws each character that could steer the terminal as one that cannot; the value keeps it."""

    def highlight(self, text: Text) -> None:
        """Replace one for one, so that the cursor stays where it belongs."""
        text.plain = harmless(text.plain)


def harmless(text: str) -> str:
    """The text with a replacement character for each that could steer the terminal."""
    if text.isprintable():
        return text
    return "".join(each if visible(each) == each else "\N{REPLACEMENT CHARACTER}" for each in text)


class LineEntry(Input):
    """One line to type in."""

    async def on_key(self, event: Key) -> None:
        """Keys take effect in the order typed."""
        await in_order(self, _LINE_KEYS, event)
