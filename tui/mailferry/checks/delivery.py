"""A message from an account to itself: sent in the thread of one server, looked for in that of the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from mailferry.checks.failure import StageFailure
from mailferry.checks.letter import Letter
from mailferry.checks.message import Message, compose
from mailferry.checks.options import CheckOptions
from mailferry.checks.request import AccountRequest
from mailferry.checks.summit import AtTheTop, Summit
from mailferry.checks.watching import Arrival, Wait, find_by_imap, find_by_pop3
from mailferry.model.account import Role
from mailferry.model.address import AddressError, parse_address
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.settings import ROLES
from mailferry.model.visible import visible

_SLICE = 0.1
_LONGEST_FOLDER = 60
_SLOWEST = 8_192
"""Bytes a second at which a letter with pictures may go out, over a telephone on a train."""

T = TypeVar("T")


class Delivery:
    """What the two threads tell each other. `over` must be called for each server, whatever became of it.

    Nothing is sent before the inbox is open: so the time until the message is found is the mail system's and
    not ours, and none is left lying that could not be looked for. Where no server for reading can be tested,
    it is sent all the same.
    """

    def __init__(self, request: AccountRequest, options: CheckOptions, cancel: threading.Event) -> None:
        self._request = request
        self._options = options
        self._cancel = cancel
        self._open: Future[None] = Future()
        self._sent: Future[tuple[Message, Wait]] = Future()
        self._arrived: Future[Arrival] = Future()
        for role in set(ROLES) - {server.settings.role for server in request.servers}:
            self.over(role, None)

    def send(self, summit: Summit) -> None:
        """Send the message from the top of the outgoing ladder, and wait until it is found."""
        with summit.ladder.stage("send") as rung:
            self._hear(self._open)
            rung.restart_clock()
            deadline = summit.deadline()
            deadline.slice()
            summit.wire.begin(deadline, "send")
            message = self._compose()
            rung.detail = _submit(summit, message.letter)
        self._sent.set_result((message, Wait(self._options.delivery_timeout, self._cancel)))
        summit.session.leave()
        with summit.ladder.stage("deliver") as rung:
            rung.detail = _told(self._hear(self._arrived))

    def watch(self, summit: Summit) -> None:
        """Look for the message from the top of an IMAP server's ladder, on the session that is there."""
        self._open.set_result(None)
        self._find(lambda message, wait: find_by_imap(summit, message, wait))

    def watch_again(self, check: ServerCheck, climb: Callable[[AtTheTop], ServerCheck]) -> None:
        """Look for the message in new sessions of a POP3 server, whose test has passed."""
        self._open.set_result(None)
        self._find(lambda message, wait: find_by_pop3(climb, check.capabilities, message, wait))

    def over(self, role: Role, check: ServerCheck | None) -> None:
        """A server's test is over, or there is none: the other one need not wait for anything more."""
        if role == "outgoing":
            _fail(self._sent, StageFailure("not-tried", "nothing was sent"))
            return
        if check is not None and check.failed_stage is not None:
            cause: Cause = "cancelled" if check.cause == "cancelled" else "not-tried"
            why = f"reading mail failed at {check.failed_stage}"
            _fail(self._open, StageFailure(cause, f"nothing was sent: {why}"))
        else:
            why = "there is no server to read mail from"
            _done(self._open)
        _fail(self._arrived, StageFailure("not-tried", f"not looked for, and not deleted: {why}"))

    def _compose(self) -> Message:
        try:
            return compose(parse_address(self._request.address), self._request.name)
        except AddressError as error:
            raise StageFailure("not-tried", str(error)) from None

    def _find(self, find: Callable[[Message, Wait], Arrival]) -> None:
        """What comes of looking belongs to the sending server's ladder; the reading one's is complete."""
        try:
            self._arrived.set_result(find(*self._hear(self._sent)))
        except StageFailure as failure:
            self._arrived.set_exception(failure)

    def _hear(self, news: Future[T]) -> T:
        """What the other thread tells. Raises StageFailure: its own, or `cancelled`."""
        while True:
            try:
                return news.result(_SLICE)
            except TimeoutError:
                if self._cancel.is_set():
                    raise StageFailure("cancelled", "stopped") from None


def hand_over(summit: Summit, letter: Letter) -> None:
    """Send a letter to whomever, from the top of the outgoing ladder. It is not looked for."""
    with summit.ladder.stage("send") as rung:
        deadline = summit.deadline().later(len(letter.data) / _SLOWEST)
        deadline.slice()
        summit.wire.begin(deadline, "send")
        rung.detail = _submit(summit, letter)


def _submit(summit: Summit, letter: Letter) -> str:
    from mailferry.checks.smtp import SmtpSession  # loaded already: the session is one
    from mailferry.checks.submission import submit

    assert isinstance(summit.session, SmtpSession)
    return submit(summit.session, summit.wire, letter)


def _told(arrival: Arrival) -> str:
    """Where the message was found, for people. Raises StageFailure (`delivered-to-junk`)."""
    found = arrival.found
    place = "the inbox"
    if found.junk is not None:
        place = f"the folder “{visible(found.junk[:_LONGEST_FOLDER])}”"
    words = f"found in {place} after {arrival.seconds:.1f} s" + (
        f"; {found.left}" if found.left else ", and deleted"
    )
    if found.junk is not None:
        raise StageFailure("delivered-to-junk", words)
    return words


def _done(news: Future[None]) -> None:
    if not news.done():
        news.set_result(None)


def _fail(news: Future[T], failure: StageFailure) -> None:
    if not news.done():
        news.set_exception(failure)
