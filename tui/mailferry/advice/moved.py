"""Whether a host stands at another address than before; farms, which answer from many, are let be."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from mailferry.model.check import Change, ServerCheck

_NEAR = {4: 16, 6: 32}
"""Length of the network prefix within which a provider's machines take turns."""


def moved(before: ServerCheck, now: ServerCheck) -> Change | None:
    """The change, where no address of before is among the present; None where that says nothing.

    It says nothing of hosts with several addresses of a family, of neighbours, and of a server that
    shows the same certificate and works: such have one name and many machines.
    """
    old, new = _addresses(before), _addresses(now)
    if not old or not new or set(old) & set(new) or _has_many(before) or _has_many(now):
        return None
    if (now.ok and _shows_the_same(before, now)) or any(_near(one, other) for one in old for other in new):
        return None
    return Change(what="address", before=", ".join(map(str, old)), now=", ".join(map(str, new)))


def _shows_the_same(before: ServerCheck, now: ServerCheck) -> bool:
    old, new = before.certificate, now.certificate
    return old is not None and new is not None and old.fingerprint == new.fingerprint


def _addresses(check: ServerCheck) -> list[IPv4Address | IPv6Address]:
    """Every address that was connected to, or tried."""
    texts = [each.address for each in check.addresses]
    for stage in check.stages:
        if stage.stage == "connect":
            texts += re.findall(r"[0-9A-Fa-f:.]+", stage.detail)
    found = []
    for text in texts:
        try:
            found.append(ip_address(text.rstrip(".").partition("%")[0]))
        except ValueError:
            continue  # a word that looks a little like one
    return list(dict.fromkeys(found))


def _has_many(check: ServerCheck) -> bool:
    """Whether DNS told more than one address of a family."""
    for stage in check.stages:
        if stage.stage == "dns" and (number := re.match(r"(\d+) addresses", stage.detail)):
            of_family = [int(count) for count in re.findall(r"(\d+) IPv[46]", stage.detail)]
            return int(number.group(1)) > len(_NEAR) or any(count > 1 for count in of_family)
    return False


def _near(one: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address) -> bool:
    if one.version != other.version or one.is_loopback:
        return False
    return other in ip_network((one, _NEAR[one.version]), strict=False)
