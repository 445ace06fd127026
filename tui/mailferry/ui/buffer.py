"""An edited file before it is saved. The form and the TOML view of one file share one buffer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

_DEPTH = 200
"""How many edits can be taken back before saving."""


class Buffer(msgspec.Struct, frozen=True, kw_only=True):
    """A file's text as it was read (`base`) and as it is now (`text`), with the texts between and undone.

    `base` is None for a file that is not there yet.
    """

    path: Path
    base: str | None
    text: str
    past: tuple[str, ...] = ()
    future: tuple[str, ...] = ()

    @property
    def unsaved(self) -> bool:
        """Whether something would be lost; the untouched beginning of a new file would not."""
        return self.text != self.base and (self.base is not None or bool(self.past))

    def edited(self, text: str) -> Buffer:
        """The buffer with a new text."""
        if text == self.text:
            return self
        return msgspec.structs.replace(self, text=text, past=(*self.past, self.text)[-_DEPTH:], future=())

    def with_value(self, key: str, value: str | int | list[str] | date | None) -> Buffer:
        """The buffer with one key set, or removed; all other lines stay as they are.

        Raises MailferryError when the text is not TOML at the moment.
        """
        from mailferry.store.edit import set_value

        return self.edited(set_value(self.text, key, value))

    def undone(self) -> Buffer | None:
        """One edit back; None when there is none."""
        if not self.past:
            return None
        return msgspec.structs.replace(
            self, text=self.past[-1], past=self.past[:-1], future=(self.text, *self.future)
        )

    def redone(self) -> Buffer | None:
        """One undone edit forward; None when there is none."""
        if not self.future:
            return None
        return msgspec.structs.replace(
            self, text=self.future[0], past=(*self.past, self.text), future=self.future[1:]
        )

    def rebased(self, base: str, text: str) -> Buffer:
        """The buffer over a file that has changed underneath, with the text that now holds both."""
        return msgspec.structs.replace(self, base=base, text=text, past=(*self.past, self.text), future=())
