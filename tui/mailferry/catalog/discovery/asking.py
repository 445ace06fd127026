"""Asking a host: it is announced before, and may have no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mailferry.model.problem import MailferryError


class SourceError(MailferryError):
    """A source has no answer; the message is a whole sentence for people that says why."""


@dataclass(frozen=True)
class Asking:
    """A host is about to be asked. `about` is what it is told, such as `example.org` or the address."""

    host: str
    about: str


Announce = Callable[[Asking], None]
"""Called before anything leaves the machine."""
