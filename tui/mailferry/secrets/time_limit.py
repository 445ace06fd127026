"""A limit of time for calls that may never return."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent import futures
from typing import Any, TypeVar

T = TypeVar("T")


class NotAnsweredError(Exception):
    """The call, or an earlier one that still runs, did not return in time."""


class TimeLimit:
    """Makes calls one at a time, each given up after `seconds`.

    A call given up cannot be stopped: its thread is left behind, and until it returns every further call
    fails at once instead of waiting, and asking, again.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._turn = threading.Lock()
        self._last: futures.Future[Any] | None = None

    def call(self, function: Callable[[], T]) -> T:
        """What the function returns or raises. Raises NotAnsweredError."""
        with self._turn:
            if self._last is not None and not self._last.done():
                raise NotAnsweredError
            answer: futures.Future[T] = futures.Future()
            self._last = answer
            # A daemon, so that a call that never returns does not keep the program from ending.
            threading.Thread(target=_answer, args=(answer, function), daemon=True).start()
            done, _ = futures.wait([answer], self.seconds)
        if not done:
            raise NotAnsweredError
        return answer.result()


def _answer(answer: futures.Future[T], function: Callable[[], T]) -> None:
    try:
        answer.set_result(function())
    except Exception as error:  # noqa: BLE001 # handed to the caller, who raises it
        answer.set_exception(error)
