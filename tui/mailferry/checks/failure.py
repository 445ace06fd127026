"""How a stage says that it failed."""

from __future__ import annotations

from mailferry.model.cause import Cause


class StageFailure(Exception):  # noqa: N818 - the house's word; it never leaves this room
    """A stage cannot be passed.

    `detail` is for people; `said` holds the server's own lines where they matter.
    """

    def __init__(self, cause: Cause, detail: str, said: str | None = None) -> None:
        super().__init__(detail)
        self.cause: Cause = cause
        self.detail = detail
        self.said = said
