"""A look-up from the interface through a real name server and a real HTTPS server."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from mailferry.catalog.discovery.plan import planned
from mailferry.model.address import parse_address
from mailferry.store.home import Home
from tests.catalog.https_fixtures import trusted_fixture, web_authority_fixture  # noqa: F401  fixtures
from tests.catalog.https_server import HttpsServer
from tests.catalog.nameserver import NameServer
from tests.ui.stage import home_with, staged

DOMAIN = "firm.example"
HOSTS = (f"autoconfig.{DOMAIN}", DOMAIN, f"ua-auto-config.{DOMAIN}", "database.example")
ZONES = {
    DOMAIN: f"""\
@ MX 10 mx.{DOMAIN}.
_imaps._tcp SRV 0 1 993 imap.{DOMAIN}.
_submissions._tcp SRV 0 1 465 smtp.{DOMAIN}.
""",
}
OLD = f"""\
<clientConfig version="1.1">
  <emailProvider id="{DOMAIN}">
    <domain>{DOMAIN}</domain>
    <incomingServer type="imap">
      <hostname>old.{DOMAIN}</hostname>
      <port>143</port>
      <socketType>STARTTLS</socketType>
      <username>%EMAILADDRESS%</username>
      <authentication>password-cleartext</authentication>
    </incomingServer>
  </emailProvider>
</clientConfig>
"""


def _home(folder: Path, nameserver: NameServer, web: HttpsServer) -> Home:
    home = home_with(folder, {"eva": f'address = "eva@{DOMAIN}"\n'})
    dialled = "".join(f'"{host}" = "{there}"\n' for host, there in web.connect_to(*HOSTS).items())
    home.config_file.write_text(
        f'[lookup]\nresolver = "{nameserver.address}"\nispdb = "https://database.example/v1/"\n'
        f"[checks.connect_to]\n{dialled}"
    )
    return home


@pytest.mark.real
async def test_only_hosts_that_were_named_before_are_asked_and_what_they_say_is_followed(
    tmp_path: Path, trusted: trustme.CA
) -> None:
    with NameServer(tmp_path / "dns", ZONES) as nameserver, HttpsServer(trusted, *HOSTS) as web:
        web.serve(f"database.example/v1/{DOMAIN}", OLD)
        home = _home(tmp_path / "home", nameserver, web)
        async with staged(home, (100, 50)) as stage:
            await stage.press("L")
            config = stage.desk.workspace.config.lookup
            named = [each.host for each in planned(parse_address(f"eva@{DOMAIN}"), config)]
            assert all(host in stage.shown for host in named)
            assert web.asked == []
            await stage.press("l")
            await stage.finish_look_up()
            assert "take it" in stage.shown
            assert f"old.{DOMAIN}" in stage.shown
            assert "ISPDB · contradicts" in stage.shown
            hosts = {url.removeprefix("https://").partition("/")[0].partition(":")[0] for url in web.asked}
            assert hosts <= set(named)
            assert {"database.example", f"autoconfig.{DOMAIN}"} <= hosts
            await stage.press("enter")
        text = (home.providers / "firm-example.toml").read_text()
        assert f'host = "imap.{DOMAIN}"' in text
