"""One request and its answer on one connection (HTTP/1.1, RFC 9112), each within its limits."""

from __future__ import annotations

import asyncio
from email.utils import formatdate
from http import HTTPStatus

import h11
import msgspec

from mailferry.iphone.delivery.answer import Answer

_CHUNK = 4_096
_UNREAD = 65_536
"""How much of a request's body is read and thrown away, so that its sender can read the answer."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at of a request; `target` is as it was sent."""

    method: str
    target: bytes
    user_agent: str
    accept_language: str


class BadRequest(Exception):  # noqa: N818  not an error of ours, and never shown
    """A request that is none; `status` says it in HTTP."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Gone(Exception):  # noqa: N818  as above
    """The other side left before it asked for anything."""


class Exchange:
    """One request is read, one answer is sent, and that is all: no connection is used twice."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, header_bytes: int
    ) -> None:
        self.reader = reader
        self.writer = writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=header_bytes)
        self._wants_head_only = False

    async def request(self) -> Request:
        """The request's head. Raises BadRequest, Gone, OSError."""
        while True:
            try:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    self._http.receive_data(await self.reader.read(_CHUNK))
                    continue
            except h11.RemoteProtocolError as error:
                raise BadRequest(error.error_status_hint) from None
            if not isinstance(event, h11.Request):
                raise Gone
            self._wants_head_only = event.method == b"HEAD"
            return Request(
                method=event.method.decode("ascii"),
                target=event.target,
                user_agent=_header(event, b"user-agent"),
                accept_language=_header(event, b"accept-language"),
            )

    async def send(self, answer: Answer, *, within: float) -> None:
        """Send the answer; to HEAD its headers alone. Raises TimeoutError, OSError."""
        headers = [
            ("Date", formatdate(usegmt=True)),
            *answer.headers.items(),
            ("Content-Length", str(len(answer.body))),
        ]
        events: list[h11.Event] = [
            h11.Response(status_code=answer.status, headers=headers, reason=HTTPStatus(answer.status).phrase)
        ]
        if not self._wants_head_only:
            events.append(h11.Data(data=answer.body))
        events.append(h11.EndOfMessage())
        data = b"".join(self._http.send(event) or b"" for event in events)
        # Without a buffer of our own, what has been drained is with the system, and a slow reader is noticed.
        self.writer.transport.set_write_buffer_limits(high=0)
        async with asyncio.timeout(within):
            self.writer.write(data)
            await self.writer.drain()

    async def throw_away_body(self) -> None:
        """Read what came besides the request's head: closing on unread bytes would take the answer away."""
        left = _UNREAD
        while left > 0 and not self._has_ended():
            chunk = await self.reader.read(_CHUNK)
            if not chunk:
                return
            left -= len(chunk)
            if self._http.their_state is not h11.ERROR:
                self._http.receive_data(chunk)

    def _has_ended(self) -> bool:
        """Whether the request is over; one that is none goes on until its sender stops."""
        try:
            while self._http.their_state is h11.SEND_BODY:
                if self._http.next_event() is h11.NEED_DATA:
                    return False
        except h11.RemoteProtocolError:
            return False
        return self._http.their_state is not h11.ERROR


def _header(request: h11.Request, name: bytes) -> str:
    """One header's value; bytes that are no ASCII come out as letters of Latin-1."""
    return next((value.decode("latin-1") for key, value in request.headers if key == name), "")
