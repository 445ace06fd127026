"""Waiting for the test message to arrive."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mailferry.checks.failure import StageFailure
from mailferry.checks.inbox import Found
from mailferry.checks.message import Message
from mailferry.checks.refusals import is_refusal
from mailferry.checks.summit import AtTheTop, Summit
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 5.0
_GROWTH = 1.5
_JUNK_ROUNDS = 4
"""Every so many looks, and at the last one, the folder for junk mail is looked into as well."""
_POP3_LOOKS = (0.05, 0.125, 0.33, 0.67, 1.0)
"""When to look by POP3, in parts of the whole wait: each look is a sign-in."""
_LOGIN_DELAY = re.compile(r"LOGIN-DELAY (\d{1,9})\b", re.IGNORECASE)
_ENOUGH: frozenset[Cause | None] = frozenset({"cancelled", "rate-limited"})


@dataclass(frozen=True)
class Arrival:
    """How the message was found, and how many seconds after it was sent."""

    found: Found
    seconds: float


class Wait:
    """The time since a message was sent, and how long it may take to arrive."""

    def __init__(self, seconds: float, cancel: threading.Event) -> None:
        self.limit = seconds
        self._cancel = cancel
        self._sent = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the message was sent."""
        return time.monotonic() - self._sent

    def until(self, seconds: float) -> None:
        """Wait until so many seconds after the sending. Raises StageFailure (`cancelled`)."""
        if self._cancel.wait(max(0.0, min(seconds, self.limit) - self.seconds)):
            raise StageFailure("cancelled", "stopped")


def find_by_imap(summit: Summit, message: Message, wait: Wait) -> Arrival:
    """Look into the inbox of a session again and again. Raises StageFailure (`not-delivered` and others)."""
    from mailferry.checks.imap import ImapSession  # loaded already: the session is one
    from mailferry.checks.imap_inbox import ImapInbox

    assert isinstance(summit.session, ImapSession)
    inbox = ImapInbox(summit.session)
    pause, looks = _FIRST_PAUSE, 0
    while True:
        last = wait.seconds >= wait.limit
        looks += 1
        summit.wire.begin(summit.deadline(), "deliver")
        found = inbox.look(message, junk=last or looks % _JUNK_ROUNDS == 0)
        if found is not None:
            return Arrival(found, wait.seconds)
        if last:
            raise StageFailure("not-delivered", f"neither in the inbox nor among junk mail {_after(wait)}")
        wait.until(wait.seconds + pause)
        pause = min(pause * _GROWTH, _LONGEST_PAUSE)


def find_by_pop3(
    climb: Callable[[AtTheTop], ServerCheck], capabilities: Iterable[str], message: Message, wait: Wait
) -> Arrival:
    """Sign in a few times and look into the inbox, which a session sees as it was at its beginning.

    Raises StageFailure (`not-delivered` and others). A sign-in that is refused is the last, and what the
    server's capabilities say of the time between two is kept.
    """
    from mailferry.checks.pop3 import Pop3Session  # not needed for accounts that are read by IMAP
    from mailferry.checks.pop3_inbox import Pop3Inbox

    found: Found | None = None
    fault: StageFailure | None = None

    def look(summit: Summit) -> None:
        nonlocal found, fault
        assert isinstance(summit.session, Pop3Session)
        summit.wire.begin(summit.deadline(), "deliver")
        try:
            found = Pop3Inbox(summit.session, summit.wire).look(message)
        except StageFailure as failure:
            fault = failure

    for moment in _moments(capabilities, wait.limit):
        wait.until(moment)
        fault = None
        check = climb(look)
        if found is not None:
            return Arrival(found, wait.seconds)
        if not check.ok:
            fault = StageFailure(
                check.cause or "unknown",
                f"the inbox could not be opened again: {check.stages[-1].detail}",
                check.server_said,
            )
        if fault is not None and (fault.cause in _ENOUGH or is_refusal(check)):
            raise fault
    raise fault or StageFailure("not-delivered", f"not in the inbox {_after(wait)}")


def _moments(capabilities: Iterable[str], limit: float) -> list[float]:
    """When to sign in, in seconds after the sending. Raises StageFailure (`not-tried`) for never."""
    delays = [int(found[1]) for offer in capabilities if (found := _LOGIN_DELAY.match(offer))]
    delay = delays[0] if delays else 0
    moments: list[float] = []
    for moment in (part * limit for part in _POP3_LOOKS):
        if moment >= (moments[-1] if moments else 0.0) + delay:
            moments.append(moment)
    if not moments:
        raise StageFailure(
            "not-tried", f"not looked for: the server wants {delay} s between two sign-ins (LOGIN-DELAY)"
        )
    return moments


def _after(wait: Wait) -> str:
    return f"{wait.seconds:.0f} s after it was sent"
