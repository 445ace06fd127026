"""What is known before something goes to an iPhone: why it cannot, what will be shown, what changes."""

from __future__ import annotations

import msgspec

from mailferry.ui.spans import EMPTY, Line, Span, Tone, marked, wrapped


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """All are sentences. `unproven` says of accounts that they are not known to work, `changes` what the
    iPhone has now that will be otherwise, `shown` what it will show and ask, in its order.
    """

    refusals: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    def lines(self, width: int) -> list[Line]:
        """All of it, the gravest first."""
        lines: list[Line] = []
        parts: tuple[tuple[str, Tone, tuple[str, ...]], ...] = (
            ("✗ ", "bad", self.refusals),
            ("! ", "warn", self.unproven),
            ("! ", "warn", self.warnings),
            ("→ ", "accent", self.changes),
        )
        for mark, tone, texts in parts:
            for text in texts:
                (_, *first), *rest = _hung(text, width, mark)
                lines += [(Span(mark, tone), *first), *rest]
        if self.shown:
            lines += [EMPTY] if lines else []
            lines.append((Span("The iPhone will show and ask:", "dim"),))
            for number, text in enumerate(self.shown, 1):
                lines += marked(text, width, mark=f"{number}. ")
        return lines


def _hung(text: str, width: int, mark: str) -> list[Line]:
    """Wrapped lines that hang from a mark, which has a tone of its own."""
    first, *rest = wrapped(text, width - len(mark))
    margin = Span(" " * len(mark))
    return [(margin, *first), *((margin, *line) for line in rest)]
