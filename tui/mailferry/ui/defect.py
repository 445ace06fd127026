"""What is told of a defect of ours: where in the program it happened, and nothing that was at hand there."""

from __future__ import annotations

import traceback
from pathlib import Path

_PACKAGE = Path(__file__).parents[2]


def defect_words(error: BaseException) -> str:
    """The kind of error and the places it came through, innermost last.

    Neither its message nor any value: one of them may be a password.
    """
    lines = [
        "This is a defect of mailferry. Nothing else was ended by it; what was to be done here was not"
        " done, or not to its end. Whoever mends it needs these lines:",
        "",
    ]
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        place = path.relative_to(_PACKAGE) if path.is_relative_to(_PACKAGE) else Path(*path.parts[-2:])
        lines.append(f"{place}:{frame.lineno} {frame.name}")
    return "\n".join([*lines, type(error).__name__])
