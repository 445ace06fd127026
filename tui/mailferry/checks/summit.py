"""The top of a server's ladder, for who goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailferry.checks.deadline import Deadline
from mailferry.checks.ladder import Ladder
from mailferry.checks.session import Session
from mailferry.checks.wire import Wire


@dataclass(frozen=True)
class Summit:
    """A server of which every stage has passed; the session is still signed in.

    `deadline` makes a new one, for the next stage on this wire.
    """

    session: Session
    wire: Wire
    ladder: Ladder
    deadline: Callable[[], Deadline]


AtTheTop = Callable[[Summit], None]
"""Called in the ladder's thread before the session is left; may add stages, and may leave the session itself.

Raises StageFailure and nothing else.
"""
