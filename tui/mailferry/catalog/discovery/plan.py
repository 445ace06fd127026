"""Whom a look-up is going to ask, to be said before it begins. Asks nobody and imports no network code."""

from __future__ import annotations

from urllib.parse import urlsplit

from mailferry.catalog.discovery.asking import Asking
from mailferry.catalog.formats.pacc_json import PACC_HOST
from mailferry.model.address import Address
from mailferry.model.config import LookupConfig


def planned(address: Address, config: LookupConfig) -> tuple[Asking, ...]:
    """The hosts that are asked about an address, and what each is told.

    A page may send on to another host below the domain, and the database may be asked about the domain of
    the mail exchanger as well; those hosts are announced when their turn comes.
    """
    domain = address.domain
    database = urlsplit(config.ispdb).hostname if config.ispdb else None
    return (
        Asking(
            f"name server {config.resolver}" if config.resolver else "the system's name server",
            f"names below {domain}",
        ),
        Asking(f"autoconfig.{domain}", str(address)),
        Asking(domain, domain),
        Asking(f"{PACC_HOST}.{domain}", domain),
        *((Asking(database, f"{domain}, or its mail exchanger's domain"),) if database else ()),
    )
