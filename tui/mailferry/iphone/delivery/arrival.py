"""Whether what was sent has arrived: HTTP has no word for it, so the connection itself is looked at."""

from __future__ import annotations

import asyncio
import socket
import sys

_STEP = 0.02
_PATIENCE_WITH_TLS = 1.0
"""Seconds in which a client that broke off would have said so. Without TLS we close our half and can wait for
the client to close its own; TLS has no such half, and a client may be waiting for us."""
_SO_NWRITE = 0x1024
"""Darwin's name for the bytes that are not yet acknowledged (sys/socket.h)."""


async def has_arrived(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, within: float) -> bool:
    """Whether the other side has taken all that was written.

    It has when its system has acknowledged every byte (TCP) and it did not reset the connection, which is
    what closing with bytes unread does. After it has closed orderly, or `within` seconds, that is decided.
    """
    patience = within if writer.can_write_eof() else min(within, _PATIENCE_WITH_TLS)
    try:
        if writer.can_write_eof():
            writer.write_eof()
        await _closed(reader, patience)
        async with asyncio.timeout(within):
            while _unacknowledged(writer):
                await asyncio.sleep(_STEP)
    except OSError:  # a TimeoutError as well
        return False
    link: socket.socket | None = writer.get_extra_info("socket")
    return link is None or link.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0


async def _closed(reader: asyncio.StreamReader, patience: float) -> None:
    """Wait for the other side to close the connection, and no longer than that. Raises OSError on a reset."""
    try:
        async with asyncio.timeout(patience):
            while await reader.read(4_096):
                pass
    except TimeoutError:
        return


def _unacknowledged(writer: asyncio.StreamWriter) -> int:
    """How many bytes are still on their way; 0 where the system does not tell."""
    if writer.transport.get_write_buffer_size():
        return writer.transport.get_write_buffer_size()
    link: socket.socket | None = writer.get_extra_info("socket")
    if link is None or link.fileno() < 0:
        return 0
    if sys.platform == "darwin":
        return link.getsockopt(socket.SOL_SOCKET, _SO_NWRITE)
    import fcntl
    import termios

    return int.from_bytes(fcntl.ioctl(link.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
