"""What every source is asked with, and how it says that it has no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailferry.model.problem import MailferryError

if TYPE_CHECKING:
    from mailferry.catalog.catalogue import Catalogue
    from mailferry.catalog.discovery.dns import Resolver
    from mailferry.catalog.discovery.web import Web
    from mailferry.model.address import Address


class SourceError(MailferryError):
    """A source has no answer; the message is a whole sentence for people that says why."""


@dataclass(frozen=True)
class Asking:
    """A host is about to be asked. `about` is what it is told, such as `example.org` or the address."""

    host: str
    about: str


Announce = Callable[[Asking], None]
"""Called before anything leaves the machine."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One address, and the means of finding out about it.

    `ispdb` is the address of the mail provider database, empty where it is not to be asked.
    """

    address: Address
    catalogue: Catalogue
    resolver: Resolver
    web: Web
    ispdb: str
