"""The connections that are open: never more than there is room for, and none that is left behind."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(eq=False)
class Guest:
    """One connection. It is `idle` while it keeps us waiting, and may be sent away."""

    task: asyncio.Task[None]
    idle: bool = True


class Guests:
    """Those who are here, in the order in which they came."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._here: dict[Guest, None] = {}

    def enter(self) -> Guest:
        """The task that calls is a connection's from now on.

        Where all places are taken, of those that keep us waiting the one goes that came first. So half
        requests, however many, never keep out somebody who asks for something.
        """
        task = asyncio.current_task()
        assert task is not None, "called from a task"
        if len(self._here) >= self._most:
            slowest = next((guest for guest in self._here if guest.idle), None)
            if slowest is not None:
                slowest.idle = False
                slowest.task.cancel()
        guest = Guest(task)
        self._here[guest] = None
        return guest

    def leave(self, guest: Guest) -> None:
        """Its connection is closed."""
        self._here.pop(guest, None)

    async def send_away(self) -> None:
        """End all connections."""
        tasks = [guest.task for guest in self._here]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
