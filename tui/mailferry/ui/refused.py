"""How many passwords a server has refused lately, in words."""

from __future__ import annotations

from mailferry.checking import refusals_of
from mailferry.model.check import ServerCheck
from mailferry.workspace import Workspace


def refused_words(workspace: Workspace, server: ServerCheck) -> str | None:
    """How many a server has refused within the hour and what comes of it; None where it has none."""
    if server.host is None or server.port is None:
        return None
    refusals = refusals_of(workspace)
    count, limit = refusals.count(server.host, server.port), refusals.limit
    if not count:
        return None
    passwords = "1 password was" if count == 1 else f"{count} passwords were"
    words = f"{passwords} refused at {server.host}:{server.port} within the last hour"
    return f"{words}; at {limit} no more are sent." if limit else f"{words}."
