"""What every source is asked with."""

from __future__ import annotations

from dataclasses import dataclass

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.dns import Resolver
from mailferry.catalog.discovery.web import Web
from mailferry.model.address import Address


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
