from __future__ import annotations

from mailferry.catalog.discovery.plan import planned
from mailferry.model.address import parse_address
from mailferry.model.config import LookupConfig

EVA = parse_address("eva@firm.example")


def test_only_the_domains_own_autoconfig_host_is_told_the_address() -> None:
    told = {each.host: each.about for each in planned(EVA, LookupConfig())}
    assert [host for host, about in told.items() if "eva" in about] == ["autoconfig.firm.example"]
    assert set(told) == {
        "the system's name server",
        "autoconfig.firm.example",
        "firm.example",
        "ua-auto-config.firm.example",
        "autoconfig.thunderbird.net",
    }


def test_the_name_server_and_the_database_of_the_configuration_are_named() -> None:
    config = LookupConfig(resolver="192.0.2.1:5353", ispdb="https://mirror.example/v1.1/")
    hosts = [each.host for each in planned(EVA, config)]
    assert hosts[0] == "name server 192.0.2.1:5353"
    assert hosts[-1] == "mirror.example"


def test_a_database_that_is_switched_off_is_not_named() -> None:
    assert [each.host for each in planned(EVA, LookupConfig(ispdb=""))][-1] == "ua-auto-config.firm.example"
