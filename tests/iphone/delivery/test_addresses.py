"""Under which addresses this computer can be reached."""

from __future__ import annotations

import pytest

from mailferry.iphone.delivery.addresses import local_addresses, ranked

PAIRS = [
    ("127.0.0.1", "lo"),
    ("::1", "lo"),
    ("172.17.0.1", "docker0"),
    ("172.18.0.1", "br-5f2e"),
    ("169.254.3.4", "eth1"),
    ("fe80::1", "eth0"),
    ("2003:db:1::5", "eth0"),
    ("10.8.0.2", "wg0"),
    ("100.101.102.103", "eth9"),
    ("fd00::7", "wlan0"),
    ("192.168.178.20", "wlan0"),
    ("203.0.113.9", "eth0"),
    ("8.8.4.4", "eth2"),
]


def test_the_best_comes_first_and_what_helps_nobody_last() -> None:
    kinds = [(each.kind, each.address) for each in ranked(PAIRS)]
    assert kinds[:2] == [("network", "192.168.178.20"), ("network", "203.0.113.9")]
    assert [kind for kind, _ in kinds] == [
        "network", "network", "network", "public", "public", "vpn", "vpn", "container", "container", "cable",
        "computer", "computer",
    ]  # fmt: skip
    assert "fe80::1" not in [address for _, address in kinds]


def test_the_address_of_the_ssh_connection_is_the_best() -> None:
    first = ranked(PAIRS, "198.51.100.1 50000 10.8.0.2 22")[0]
    assert (first.address, first.kind, first.interface) == ("10.8.0.2", "ssh", "wg0")
    assert ranked(PAIRS, "198.51.100.1 50000 ::ffff:8.8.4.4 22")[0].address == "8.8.4.4"


@pytest.mark.parametrize("connection", ["", "nonsense", "a b c d", "::1 1 ::1 22", "1.2.3.4 5 9.9.9.9 22"])
def test_an_ssh_connection_that_says_nothing_changes_nothing(connection: str) -> None:
    assert ranked(PAIRS, connection) == ranked(PAIRS)


def test_this_computer_has_a_loopback_address() -> None:
    assert ("127.0.0.1", "computer") in [(each.address, each.kind) for each in local_addresses()]
