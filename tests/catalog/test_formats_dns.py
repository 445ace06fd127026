"""DNS records as the owner of a domain publishes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import trustme

from mailferry.catalog.discovery.dns import Resolver
from mailferry.catalog.discovery.ispdb import ask_ispdb
from mailferry.catalog.discovery.pacc import ask_pacc
from mailferry.catalog.discovery.srv import ask_srv
from mailferry.catalog.formats.dns_records import dns_records
from mailferry.catalog.formats.pacc_json import pacc_digest, write_pacc
from mailferry.model.problem import MailferryError
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider
from tests.catalog.autoconfig_files import config
from tests.catalog.autoconfig_files import server as imap_server
from tests.catalog.https_fixtures import (  # noqa: F401  fixtures are found by their names
    Announced,
    a_question,
    a_web,
    trusted_fixture,
    web_authority_fixture,
)
from tests.catalog.https_server import HttpsServer
from tests.catalog.nameserver import ServeZones

PROVIDER = Provider(
    name="Example\n; Mail",
    domains=("example.test", "bücher.test"),
    mx=("mail.example.test", "hoster.test"),
    incoming=(
        IncomingServer(protocol="imap", host="mail.example.test", port=993, security="tls"),
        IncomingServer(protocol="imap", host="imap2.{domain}", port=993, security="tls"),
        IncomingServer(protocol="imap", host="mail.example.test", port=143, security="starttls"),
    ),
    outgoing=(
        OutgoingServer(host="smtp.example.test", port=587, security="starttls"),
        OutgoingServer(host="smtp.example.test", port=465, security="tls"),
        OutgoingServer(host="smtp.example.test", port=25, security="none"),
    ),
)


def records(provider: Provider) -> list[str]:
    return [line for line in dns_records(provider).splitlines() if line and not line.startswith(";")]


def test_the_records() -> None:
    digest = pacc_digest(write_pacc(PROVIDER).encode())
    assert records(msgspec.structs.replace(PROVIDER, domains=("example.test",))) == [
        "_imaps._tcp.example.test. IN SRV 0 1 993 mail.example.test.",
        "_imaps._tcp.example.test. IN SRV 10 1 993 imap2.example.test.",
        "_imap._tcp.example.test. IN SRV 20 1 143 mail.example.test.",
        "_pop3s._tcp.example.test. IN SRV 0 0 0 .  ; not offered",
        "_pop3._tcp.example.test. IN SRV 0 0 0 .  ; not offered",
        "_submissions._tcp.example.test. IN SRV 10 1 465 smtp.example.test.",
        "_submission._tcp.example.test. IN SRV 0 1 587 smtp.example.test.",
        "example.test. IN MX 10 mail.example.test.",
        f'_ua-auto-config.example.test. IN TXT "{digest}"',
    ]


def test_every_domain_has_its_own() -> None:
    lines = records(PROVIDER)
    assert "_imaps._tcp.xn--bcher-kva.test. IN SRV 10 1 993 imap2.xn--bcher-kva.test." in lines
    assert len(lines) == 18


def test_comments_say_what_each_is_for_and_what_is_missing() -> None:
    text = dns_records(msgspec.structs.replace(PROVIDER, mx=("hoster.test",)))
    assert text.startswith("; DNS records for Example ; Mail, to be added")  # one line, whatever the name
    assert "; smtp.example.test, port 25, is left out: SRV records are for encrypted servers." in text
    assert "; MX records stay as they are" in text
    assert "; autoconfig.example.test. IN CNAME www.example.test." in text
    assert "; ua-auto-config.example.test. IN CNAME www.example.test." in text
    assert "a draft standard (draft-ietf-mailmaint-pacc-03)" in text


def test_a_provider_that_pacc_cannot_describe_has_no_record_for_it() -> None:
    starttls = PROVIDER.outgoing[:1]
    assert "ua-auto-config" not in dns_records(
        msgspec.structs.replace(PROVIDER, incoming=(), outgoing=starttls)
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"domains": ()}, "has no domains"),
        ({"domains": ("a b.test",)}, "this domain cannot stand in a zone"),
        ({"domains": ("example.test\n$INCLUDE /etc/passwd",)}, "this domain cannot stand in a zone"),
        (
            {"outgoing": (OutgoingServer(host="x;.test", port=465, security="tls"),)},
            "this host cannot stand in a zone",
        ),
    ],
)
def test_what_cannot_stand_in_a_zone_is_an_error(change: dict[str, object], words: str) -> None:
    with pytest.raises(MailferryError, match=words):
        dns_records(msgspec.structs.replace(PROVIDER, **change))


@pytest.mark.real
async def test_a_name_server_gives_the_same_servers_back(serve_zones: ServeZones, tmp_path: Path) -> None:
    provider = msgspec.structs.replace(PROVIDER, domains=("example.test",), outgoing=PROVIDER.outgoing[:2])
    name_server = serve_zones({"example.test": dns_records(provider)})
    resolver = Resolver(nameserver=name_server.address, announce=Announced())
    found = await ask_srv(replace(a_question("joe@example.test", a_web(), tmp_path), resolver=resolver))
    assert [(each.host, each.port, each.security) for each in found.incoming] == [
        ("mail.example.test", 993, "tls"),
        ("imap2.example.test", 993, "tls"),
        ("mail.example.test", 143, "starttls"),
    ]
    assert {(each.host, each.port, each.security) for each in found.outgoing} == {
        ("smtp.example.test", 587, "starttls"),
        ("smtp.example.test", 465, "tls"),
    }
    assert [each.host for each in await resolver.mx("example.test")] == ["mail.example.test"]


@pytest.mark.real
async def test_the_pacc_document_and_its_record_fit_together(
    serve_zones: ServeZones, trusted: trustme.CA, tmp_path: Path
) -> None:
    provider = msgspec.structs.replace(PROVIDER, domains=("example.test",))
    name_server = serve_zones({"example.test": dns_records(provider)})
    host = "ua-auto-config.example.test"
    with HttpsServer(trusted, host) as server:
        server.serve(f"{host}/.well-known/user-agent-configuration.json", write_pacc(provider))
        question = a_question("joe@example.test", a_web(server.connect_to(host)), tmp_path)
        resolver = Resolver(nameserver=name_server.address, announce=Announced())
        found = await ask_pacc(replace(question, resolver=resolver))
    assert [each.host for each in (*found.incoming, *found.outgoing)] == [
        "mail.example.test",
        "smtp.example.test",
    ]


@pytest.mark.real
async def test_the_web_asks_our_name_server_for_its_hosts(
    serve_zones: ServeZones, trusted: trustme.CA, tmp_path: Path
) -> None:
    name_server = serve_zones({"example.test": "ispdb A 127.0.0.1\nispdb AAAA ::1"})
    announced = Announced()
    resolver = Resolver(nameserver=name_server.address, announce=announced)
    with HttpsServer(trusted, "ispdb.example.test") as server:
        server.serve("ispdb.example.test/v1.1/example.test", config(imap_server()))
        question = a_question(
            "joe@example.test", a_web(), tmp_path, ispdb=f"https://ispdb.example.test:{server.port}/v1.1/"
        )
        web = replace(question.web, resolver=resolver, announce=announced)
        found = await ask_ispdb(replace(question, resolver=resolver, web=web))
    assert found.ok
    assert announced.hosts == [
        f"name server {name_server.address}",
        f"name server {name_server.address}",
        "ispdb.example.test",
    ]
