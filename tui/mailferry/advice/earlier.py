"""What a resumed test took over from an earlier one, and when that was."""

from __future__ import annotations

import datetime

import msgspec

from mailferry.model.check import AccountCheck, ServerCheck


def as_earlier(server: ServerCheck, when: datetime.datetime) -> ServerCheck:
    """A server's result for a later test to take over; what it had taken over itself keeps its own time."""
    when = when.replace(microsecond=0)
    stages = tuple(msgspec.structs.replace(stage, earlier=stage.earlier or when) for stage in server.stages)
    return msgspec.structs.replace(server, stages=stages)


def passed_before(server: ServerCheck) -> datetime.datetime | None:
    """When a server passed that was not tested again; None for one that was tested."""
    times = [stage.earlier for stage in server.stages if stage.earlier is not None]
    return max(times) if server.ok and times and len(times) == len(server.stages) else None


def not_tested_again(check: AccountCheck) -> tuple[str, ...]:
    """Of each server that was not tested again, that it was not."""
    return tuple(
        f"{server.role} {server.protocol} {server.host}:{server.port}: {not_again_words(passed)}"
        for server in check.servers
        if (passed := passed_before(server)) is not None
    )


def not_again_words(passed: datetime.datetime) -> str:
    """That a server was not tested again, and why not."""
    return f"not tested again; it passed at {say_time(passed)}"


def say_time(when: datetime.datetime) -> str:
    """A moment of the last minutes, on the user's own clock."""
    return f"{when.astimezone():%H:%M}"
