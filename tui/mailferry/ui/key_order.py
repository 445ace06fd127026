"""Keys one by one: each has had its full effect before the next is looked at."""

from __future__ import annotations

from collections import deque
from time import monotonic
from typing import Any

from textual.app import App
from textual.events import Event, Key
from textual.message import Message

_PATIENCE = 0.25
"""Seconds after which a key is given up on, when what had the focus is gone, or is slow to come."""


class KeysInOrder(App[int]):
    """An application for slow lines, over which keys arrive several at once.

    Textual gives every key at once to what has the focus at that moment, while keys that mean an action
    first travel up to the application. So letters would overtake a backspace, and what is typed into a
    field that is about to open would be taken for commands. Here a messenger follows each key up the same
    way, and the next key is given out when it arrives.
    """

    class Arrived(Message):
        """The key before it has had its effect."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self._keys: deque[Key] = deque()
        self._since: float | None = None  # when the key under way was given out
        self._looking = False

    def ready_for_keys(self) -> bool:
        """Whether what the next key is meant for is there already."""
        return True

    async def on_event(self, event: Event) -> None:
        """Line the keys up; everything else goes its way."""
        if isinstance(event, Key) and not event.is_forwarded:
            self._keys.append(event)
            await self._give_out()
        else:
            await super().on_event(event)

    async def on_keys_in_order_arrived(self, event: Arrived) -> None:
        """The next key's turn."""
        event.stop()
        self._since = None
        await self._give_out()

    async def _give_out(self, *, patience: bool = True) -> None:
        if not self._keys:
            return
        if patience and (self._since is not None or not self.ready_for_keys()):
            if not self._looking:
                self._looking = True
                self.set_timer(_PATIENCE, self._look_again)
            return
        key = self._keys.popleft()
        self._since = monotonic()
        target = self.focused or self.screen
        await super().on_event(key)
        target.post_message(self.Arrived())

    async def _look_again(self) -> None:
        self._looking = False
        overdue = self._since is None or monotonic() - self._since >= _PATIENCE
        await self._give_out(patience=not overdue)
