"""What becomes of looking for the test message."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """The message was there, and is deleted unless `left` says why not.

    `junk` is the name of the folder for junk mail where it was, None for the inbox.
    """

    junk: str | None = None
    left: str | None = None
