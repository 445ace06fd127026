"""A domain that nobody listed, looked up through a real name server and a real HTTPS server."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import dns.message
import dns.rcode
import pytest
import trustme

from mailferry.catalog.discovery import dns as dns_module
from mailferry.catalog.formats.pacc_json import pacc_digest
from mailferry.discovering import discover
from mailferry.model.recommendation import Recommendation
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.catalog.autoconfig_files import config, server
from tests.catalog.https_fixtures import trusted_fixture, web_authority_fixture
from tests.catalog.https_server import Answer, HttpsServer
from tests.catalog.nameserver import ServeZones, own_server
from tests.checks.fault_server import FaultServer

__all__ = ["trusted_fixture", "web_authority_fixture"]

pytestmark = pytest.mark.real

HOSTS = ("firm.test", "autoconfig.firm.test", "ua-auto-config.firm.test", "ispdb.test")
AUTOCONFIG = "autoconfig.firm.test/mail/config-v1.1.xml"
ISPDB = "ispdb.test/v1.1/firm.test"
PACC = "ua-auto-config.firm.test/.well-known/user-agent-configuration.json"
DOCUMENT = json.dumps(
    {
        "protocols": {"imap": {"host": "pacc.firm.test"}, "submit": {"host": "pacc.firm.test"}},
        "authentication": {"password": True},
        "info": {"provider": {"name": "Firm by PACC"}},
    }
).encode()
MX = "@ MX 10 mx.firm.test.\n"
SRV = "_imaps._tcp SRV 0 1 993 srv\n_submissions._tcp SRV 0 1 465 srv\n"


def file(host: str) -> str:
    """An autoconfig file that names one host for both."""
    return config(server(host=host), server("smtp", host, "465"), domains=("firm.test",))


class Internet:
    """What a test makes of it: records, pages, and a home folder that asks these."""

    def __init__(self, folder: Path, web: HttpsServer, serve_zones: ServeZones) -> None:
        self.web = web
        self._home = Home(folder, folder / "state")
        self._serve_zones = serve_zones
        self._home.providers.mkdir(parents=True)
        self.connect_to = web.connect_to(*HOSTS)
        self.announced: list[str] = []

    async def look_up(
        self,
        records: str | None,
        *,
        resolver: str | None = None,
        broken: tuple[str, ...] = (),
        guess: bool = False,
        timeout: float = 10,
    ) -> Recommendation:
        served = {} if records is None else {"firm.test": records}
        resolver = resolver or self._serve_zones(served, broken=broken).address
        connect_to = "".join(f'"{place}" = "{address}"\n' for place, address in self.connect_to.items())
        self._home.config_file.write_text(
            f'[lookup]\nresolver = "{resolver}"\nispdb = "https://ispdb.test/v1.1/"\n'
            f"timeout = {timeout}\n[checks.connect_to]\n{connect_to}"
        )
        return await discover(
            Workspace(self._home),
            "eva@firm.test",
            announce=lambda asking: self.announced.append(asking.host),
            guess=guess,
        )


@pytest.fixture
def internet(trusted: trustme.CA, tmp_path: Path, serve_zones: ServeZones) -> Iterator[Internet]:
    with HttpsServer(trusted, *HOSTS) as web:
        yield Internet(tmp_path / "home", web, serve_zones)


def _pacc_record() -> str:
    return f'_ua-auto-config TXT "{pacc_digest(DOCUMENT)}"\n'


def _host(found: Recommendation) -> str:
    (host,) = {server.host for server in (*found.incoming, *found.outgoing)}
    return host


def _errors(found: Recommendation) -> dict[str, str | None]:
    return {answer.source: answer.error for answer in found.sources}


async def test_by_srv_records(internet: Internet) -> None:
    found = await internet.look_up(MX + SRV)
    assert (found.how, _host(found), found.provider) == ("srv", "srv.firm.test", None)
    assert found.incoming[0].username == "eva@firm.test"
    assert {answer.source for answer in found.sources if answer.ok} == {"srv"}


async def test_by_its_own_autoconfig_file(internet: Internet) -> None:
    internet.web.serve(AUTOCONFIG, file("auto.firm.test"))
    found = await internet.look_up(MX)
    assert (found.how, _host(found)) == ("autoconfig", "auto.firm.test")
    assert found.evidence[0].url == f"https://{AUTOCONFIG}"


async def test_by_the_database(internet: Internet) -> None:
    internet.web.serve(ISPDB, file("db.firm.test"))
    found = await internet.look_up(MX)
    assert (found.how, _host(found), found.name) == ("ispdb", "db.firm.test", "Example Mail")


async def test_by_pacc(internet: Internet) -> None:
    internet.web.serve(PACC, DOCUMENT)
    found = await internet.look_up(MX + _pacc_record())
    assert (found.how, _host(found)) == ("autoconfig", "pacc.firm.test")
    assert "draft" in (found.choice or "")


async def test_by_its_mail_exchanger(internet: Internet) -> None:
    found = await internet.look_up("@ MX 10 in1-smtp.messagingengine.com.\n" + SRV)
    assert (found.how, found.provider) == ("mx", "fastmail")
    assert any("SRV records name" in doubt for doubt in found.doubts)


async def test_by_guessing(internet: Internet, trusted: trustme.CA) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trusted.issue_cert("imap.firm.test").configure_cert(context)
    with FaultServer(lambda peer: peer.say(b"* OK ready\r\n"), tls=context) as imap:
        internet.connect_to["imap.firm.test:993"] = f"127.0.0.1:{imap.port}"
        found = await internet.look_up(MX, guess=True)
    assert (found.how, [each.host for each in found.incoming], found.outgoing) == (
        "guess",
        ["imap.firm.test"],
        (),
    )
    assert any("No source names a server for sending" in warning for warning in found.warnings)


async def test_all_contradict_each_other_and_all_are_shown(internet: Internet) -> None:
    internet.web.serve(AUTOCONFIG, file("auto.firm.test"))
    internet.web.serve(ISPDB, file("db.firm.test"))
    internet.web.serve(PACC, DOCUMENT)
    found = await internet.look_up(MX + SRV + _pacc_record())
    assert (found.how, _host(found)) == ("srv", "srv.firm.test")
    said = {answer.source: answer.incoming[0].host for answer in found.sources if answer.ok}
    assert said == {
        "srv": "srv.firm.test",
        "autoconfig": "auto.firm.test",
        "pacc": "pacc.firm.test",
        "ispdb": "db.firm.test",
    }
    assert [doubt.partition(" names ")[0] for doubt in found.doubts] == [
        "The domain's autoconfig file",
        "The domain's PACC file",
        "The database of mail providers (ISPDB)",
    ]
    assert "ispdb.test" in internet.announced


async def test_srv_out_of_the_domain_is_shown_and_not_used(internet: Internet) -> None:
    internet.web.serve(ISPDB, file("db.firm.test"))
    found = await internet.look_up(MX + "_imaps._tcp SRV 0 1 993 imap.stranger.test.\n")
    assert (found.how, _host(found)) == ("ispdb", "db.firm.test")
    assert any("imap.stranger.test" in warning and "not used" in warning for warning in found.warnings)


# Each kind of failure alone: its source says why, the others go on.

ENTITIES = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><clientConfig version="1.1">&a;</clientConfig>'


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(ENTITIES.encode()), "is of no use"),
        (Answer(b"<html><body>Welcome</body></html>"), "is of no use"),
        (Answer(file("x.firm.test").replace("UTF-8", "UTF-16").encode()), "is of no use"),
        (
            Answer(file("x.firm.test").replace("<port>993</port>", "").replace("465", "0").encode()),
            "is of no use",
        ),
        (Answer(b" " * (2 << 20)), "longer than"),
        (Answer(status=302, headers={"Location": "http://autoconfig.firm.test/x"}), "not HTTPS"),
        (Answer(status=302, headers={"Location": "https://stranger.test/x"}), "another host"),
        (Answer(status=500), "HTTP 500"),
    ],
    ids=[
        "entities",
        "a web page",
        "wrong encoding",
        "missing parts",
        "too long",
        "to HTTP",
        "elsewhere",
        "500",
    ],
)
async def test_a_bad_autoconfig_file_ends_its_own_source_only(
    internet: Internet, answer: Answer, words: str
) -> None:
    internet.web.pages[AUTOCONFIG] = answer
    internet.web.serve(ISPDB, file("db.firm.test"))
    found = await internet.look_up(MX)
    assert (found.how, _host(found)) == ("ispdb", "db.firm.test")
    assert words in (_errors(found)["autoconfig"] or "")


async def test_a_wildcard_with_a_wrong_certificate(internet: Internet, trusted: trustme.CA) -> None:
    internet.web.serve(ISPDB, file("db.firm.test"))
    with HttpsServer(trusted, "hosting.test") as hosting:
        internet.connect_to |= hosting.connect_to("autoconfig.firm.test", "firm.test")
        found = await internet.look_up(MX)
    assert found.how == "ispdb"
    assert "certificate for other names (hosting.test)" in (_errors(found)["autoconfig"] or "")


async def test_one_that_never_answers(internet: Internet) -> None:
    internet.web.serve(ISPDB, file("db.firm.test"))
    with FaultServer(lambda peer: peer.stall()) as silent:
        internet.connect_to |= {
            f"{host}:443": f"127.0.0.1:{silent.port}" for host in ("autoconfig.firm.test", "firm.test")
        }
        found = await internet.look_up(MX, timeout=1)
    assert found.how == "ispdb"
    assert _errors(found)["autoconfig"] == "No answer within 1 s."


async def test_aliases_in_a_circle(internet: Internet) -> None:
    internet.web.serve(ISPDB, file("db.firm.test"))
    circle = "_imaps._tcp CNAME _submissions._tcp\n_submissions._tcp CNAME _imaps._tcp\n"
    found = await internet.look_up(MX + circle)
    assert found.how == "ispdb"
    assert _errors(found)["srv"]


async def test_a_name_server_that_fails_leaves_what_needs_none(internet: Internet) -> None:
    internet.web.serve(AUTOCONFIG, file("auto.firm.test"))
    found = await internet.look_up(None, broken=("firm.test",))
    assert (found.how, _host(found)) == ("autoconfig", "auto.firm.test")
    assert "SERVFAIL" in (_errors(found)["mx"] or "")


@pytest.mark.parametrize(
    ("records", "broken", "words"),
    [
        ("@ MX 0 .\n", (), "null MX"),
        ("@ A 127.0.0.1\n", (), "no MX record"),
        (MX, (), "which no provider file lists"),
        (None, (), "does not exist"),
        (None, ("firm.test",), "SERVFAIL"),
    ],
)
async def test_nothing_found_is_said_in_its_own_words(
    internet: Internet, records: str | None, broken: tuple[str, ...], words: str
) -> None:
    found = await internet.look_up(records, broken=broken)
    assert (found.how, found.provider, found.incoming, found.outgoing) == ("none", None, (), ())
    assert words in found.warnings[0]
    assert all(error for error in _errors(found).values())


async def test_no_name_server_at_all(internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_module, "_LIFETIME", 0.3)  # it is tried until then
    found = await internet.look_up(None, resolver="127.0.0.1:1")
    assert (found.how, found.incoming, found.outgoing) == ("none", (), ())
    assert "Name server 127.0.0.1:1" in found.warnings[0]
    assert "Try again" in found.warnings[0]
    errors = _errors(found)
    assert len({errors[name] for name in ("mx", "srv", "autodiscover")}) == 1  # said once, for all


async def test_a_name_server_that_refuses_is_named_alike_by_all(internet: Internet) -> None:
    internet.connect_to.clear()  # every host is asked of the name server

    def refusing(query: dns.message.Message) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.set_rcode(dns.rcode.REFUSED)
        return response

    async with own_server(refusing) as server:
        found = await internet.look_up(None, resolver=server.address)
    refused = f"Name server {server.address} refuses to answer (REFUSED)."
    assert set(_errors(found).values()) == {refused}
    assert found.warnings[0].startswith(refused)
