"""How many passwords a server has refused lately, in words."""

from __future__ import annotations

import datetime

from mailferry.checking import refusals_of
from mailferry.model.check import ServerCheck
from mailferry.model.spared import is_spared
from mailferry.workspace import Workspace


def refused_words(workspace: Workspace, server: ServerCheck) -> str | None:
    """How many a server that refused one has refused within the hour, and what comes of it.

    None where it has none, where it did not refuse one in this test, and where there is no limit.
    """
    from mailferry.checks.refusals import is_refusal

    refusals = refusals_of(workspace)
    concerned = is_refusal(server) or is_spared(server)
    if server.host is None or server.port is None or not concerned or not refusals.limit:
        return None
    count = refusals.count(server.host, server.port)
    if not count:
        return None
    passwords = "1 password was" if count == 1 else f"{count} passwords were"
    words = f"{passwords} refused at {server.host}:{server.port} within the last hour"
    until = refusals.over_at(server.host, server.port)
    if until is None:
        return f"{words}; at {refusals.limit} no more are sent."
    moment = datetime.datetime.fromtimestamp(until).astimezone()
    return f"{words}. So that it does not ban you, no more are sent there until {moment:%H:%M}."
