"""Under which addresses this computer can be reached, the likeliest for an iPhone first."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

import msgspec

Kind = Literal["ssh", "network", "public", "vpn", "container", "cable", "computer"]
"""What an address is: that of the SSH connection over which somebody works here; of a home or office network;
of the internet; of a VPN; of containers and virtual machines; of one cable without a router; of this computer
only."""

_ORDER: tuple[Kind, ...] = ("ssh", "network", "public", "vpn", "container", "cable", "computer")

_VPN = ("tun", "tap", "wg", "utun", "ppp", "ipsec", "zt", "tailscale", "nordlynx", "proton", "gpd")
_CONTAINER = (
    "docker", "br-", "veth", "virbr", "vnet", "lxc", "lxd", "podman", "cni", "flannel", "vmnet", "vboxnet",
)  # fmt: skip
_SHARED_BY_VPNS = ip_network("100.64.0.0/10")
"""Carrier-grade NAT (RFC 6598), which Tailscale uses."""


class LocalAddress(msgspec.Struct, frozen=True):
    """One address of this computer, and the interface that has it (empty where it is not known)."""

    address: str
    interface: str
    kind: Kind


def local_addresses(ssh_connection: str | None = None) -> tuple[LocalAddress, ...]:
    """All addresses that can stand in a link, the best first.

    `ssh_connection` is `$SSH_CONNECTION` (ssh(1)): its third word is the address by which somebody reached
    this computer already.
    """
    import ifaddr

    pairs = [
        (each.ip if isinstance(each.ip, str) else each.ip[0], adapter.name)
        for adapter in ifaddr.get_adapters()
        for each in adapter.ips
    ]
    return ranked(pairs, ssh_connection)


def ranked(pairs: Iterable[tuple[str, str]], ssh_connection: str | None = None) -> tuple[LocalAddress, ...]:
    """Addresses and the names of their interfaces, judged and in order; IPv4 first, its links are shorter."""
    reached = _reached_by(ssh_connection)
    found = {}
    for text, interface in pairs:
        address = ip_address(text.partition("%")[0])
        if address.version == 6 and address.is_link_local:
            continue  # it holds with the name of an interface only, and no link can say that
        kind = "ssh" if address == reached else _kind(address, interface)
        found[str(address)] = LocalAddress(str(address), interface, kind)
    return tuple(
        sorted(found.values(), key=lambda each: (_ORDER.index(each.kind), ip_address(each.address).version))
    )


def _reached_by(ssh_connection: str | None) -> IPv4Address | IPv6Address | None:
    words = (ssh_connection or "").split()
    try:
        address = ip_address(words[2].partition("%")[0])
    except (IndexError, ValueError):
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return None if address.is_loopback else address


def _kind(address: IPv4Address | IPv6Address, interface: str) -> Kind:
    name = interface.lower()
    if address.is_loopback:
        return "computer"
    if address.is_link_local:
        return "cable"
    if name.startswith(_CONTAINER):
        return "container"
    if name.startswith(_VPN) or (address.version == 4 and address in _SHARED_BY_VPNS):
        return "vpn"
    return "public" if address.is_global else "network"
