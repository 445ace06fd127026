"""Other names of a server, as its certificate tells them."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from mailferry.model.check import Certificate

_MOST = 6


def known_names(certificate: Certificate | None, hosts: Sequence[str]) -> tuple[str, ...]:
    """Those of `hosts` that a certificate is made out to."""
    names = certificate.names if certificate is not None else ()
    return tuple(host for host in dict.fromkeys(hosts) if _is_named(host, names))[:_MOST]


def written_names(certificate: Certificate | None) -> tuple[str, ...]:
    """The host names that stand in a certificate, patterns and addresses left out."""
    names = certificate.names if certificate is not None else ()
    hosts = (name.casefold() for name in names if "*" not in name and "." in name and not _is_address(name))
    return tuple(dict.fromkeys(hosts))[:_MOST]


def _is_named(host: str, names: Sequence[str]) -> bool:
    """Whether a certificate for `names` holds for a host (RFC 9525 section 6.3)."""
    parent = host.partition(".")[2]
    return any(name.casefold() in (host, f"*.{parent}") for name in names) and "." in parent


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
