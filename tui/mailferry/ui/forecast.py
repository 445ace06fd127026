"""What is known before something goes to an iPhone: why it cannot, what will be shown, what changes."""

from __future__ import annotations

import msgspec

from mailferry.ui.spans import EMPTY, Line, Span, Tone, marked, wrapped


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """All are sentences. `unproven` says of accounts that they are not known to work, `changes` what the
    iPhone has now that will be otherwise, `shown` what it will show and ask, in its order. `removes_first`
    tells that the iPhone refuses it as long as it has the old profile.
    """

    refusals: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    removes_first: bool = False
    shown: tuple[str, ...] = ()

    @property
    def doubt(self) -> str:
        """For what it goes only after a second enter; empty where there is nothing."""
        doubts = ["Not all of this is known to work."] if self.unproven else []
        doubts += ["The old profile has to be removed from the iPhone first."] if self.removes_first else []
        return " ".join(doubts)

    def lines(self, width: int) -> list[Line]:
        """All of it: why not, what changes, what the iPhone shows, and what else to know."""
        parts = (
            [line for text in self.refusals for line in _hung(text, width, "✗ ", "bad")],
            [line for text in self.changes for line in _hung(text, width, "→ ", "accent")],
            self._steps(width),
            [line for text in (*self.unproven, *self.warnings) for line in _hung(text, width, "! ", "warn")],
        )
        lines: list[Line] = []
        for part in parts:
            lines += [EMPTY, *part] if lines and part else part
        return lines

    def _steps(self, width: int) -> list[Line]:
        if not self.shown:
            return []
        numbered = [
            line for at, text in enumerate(self.shown, 1) for line in marked(text, width, mark=f"{at}. ")
        ]
        return [(Span("The iPhone will show and ask:", "dim"),), *numbered]


def _hung(text: str, width: int, mark: str, tone: Tone) -> list[Line]:
    """Wrapped lines that hang from a mark, which has a tone of its own."""
    first, *rest = wrapped(text, width - len(mark))
    margin = Span(" " * len(mark))
    return [(Span(mark, tone), *first), *((margin, *line) for line in rest)]
