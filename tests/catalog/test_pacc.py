"""PACC: the document over HTTPS and its digest in the DNS."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.pacc import ask_pacc
from mailferry.catalog.formats.pacc_json import pacc_digest
from mailferry.model.recommendation import SourceAnswer
from tests.catalog.https_fixtures import (  # noqa: F401  fixtures are found by their names
    Announced,
    Names,
    a_question,
    a_web,
    trusted_fixture,
    web_authority_fixture,
)
from tests.catalog.https_server import HttpsServer
from tests.checks.fault_server import FaultServer, Peer

DOMAIN = "example.test"
HOST = f"ua-auto-config.{DOMAIN}"
PLACE = f"{HOST}/.well-known/user-agent-configuration.json"
DOCUMENT: dict[str, Any] = {
    "protocols": {
        "jmap": {"url": "https://jmap.example.test/"},
        "imap": {"host": "imap.example.test"},
        "pop3": {"host": "pop.example.test"},
        "submit": {"host": "smtp.hoster.test"},
    },
    "authentication": {"password": True, "oauth-public": {"issuer": "https://sign-in.example.test"}},
    "info": {
        "provider": {"name": "Example Mail", "shortName": "Example"},
        "help": {"documentation": "https://example.test/help"},
    },
}


@pytest.fixture(name="web_server")
def web_server_fixture(trusted: trustme.CA) -> Iterator[HttpsServer]:
    with HttpsServer(trusted, HOST) as running:
        yield running


async def ask(
    web_server: HttpsServer, tmp_path: Path, body: bytes, *records: str, announced: Announced | None = None
) -> SourceAnswer:
    web_server.serve(PLACE, body)
    names = Names(texts={"_ua-auto-config.example.test": records} if records else {})
    web = a_web(web_server.connect_to(HOST), names=names, announce=announced)
    return await ask_pacc(a_question("joe@example.test", web, tmp_path))


def servers(answer: SourceAnswer) -> list[tuple[str, str, int, str, str | None, tuple[str, ...]]]:
    return [
        (each.protocol, each.host, each.port, each.security, each.username, each.auth)
        for each in (*answer.incoming, *answer.outgoing)
    ]


async def test_a_document_that_the_dns_vouches_for(web_server: HttpsServer, tmp_path: Path) -> None:
    body = json.dumps(DOCUMENT).encode()
    announced = Announced()
    found = await ask(
        web_server,
        tmp_path,
        body,
        "v=spf1 -all",
        pacc_digest(b"older"),
        pacc_digest(body),
        announced=announced,
    )
    assert servers(found) == [
        ("imap", "imap.example.test", 993, "tls", "joe@example.test", ("password", "oauth2")),
        ("pop3", "pop.example.test", 995, "tls", "joe@example.test", ("password", "oauth2")),
        ("smtp", "smtp.hoster.test", 465, "tls", "joe@example.test", ("password", "oauth2")),
    ]
    assert (found.source, found.name, found.docs) == ("pacc", "Example Mail", "https://example.test/help")
    assert found.url == f"https://{PLACE}"
    assert found.remarks == ("PACC is a draft standard (draft-ietf-mailmaint-pacc-03).",)
    assert [(asking.host, asking.about) for asking in announced.askings] == [(HOST, "example.test")]


async def test_a_document_that_the_dns_does_not_vouch_for(web_server: HttpsServer, tmp_path: Path) -> None:
    body = json.dumps(DOCUMENT).encode()
    for record in (pacc_digest(body + b" "), "v=UAAC1; a=sha256; d=", "nonsense", "v=UAAC1; a=md5; d=x"):
        with pytest.raises(SourceError, match="not the one that the DNS vouches for"):
            await ask(web_server, tmp_path, body, record)
    with pytest.raises(SourceError, match="has no TXT records"):
        await ask(web_server, tmp_path, body)


async def test_the_record_may_be_written_otherwise(web_server: HttpsServer, tmp_path: Path) -> None:
    body = json.dumps(DOCUMENT).encode()
    digest = pacc_digest(body).partition("d=")[2]
    assert len(base64.b64decode(digest)) == 32
    assert (await ask(web_server, tmp_path, body, f"d={digest};x=y ; A=SHA256;v=uaac1;")).ok


async def test_no_document(web_server: HttpsServer, tmp_path: Path) -> None:
    web = a_web(web_server.connect_to(HOST), names=Names(texts={f"_ua-auto-config.{DOMAIN}": ("x",)}))
    with pytest.raises(
        SourceError, match=f"No PACC document of {DOMAIN} can be had: {HOST} has no such file"
    ):
        await ask_pacc(a_question("joe@example.test", web, tmp_path))


async def test_without_a_record_a_silent_host_is_not_waited_for(trusted: trustme.CA, tmp_path: Path) -> None:
    with FaultServer(Peer.stall) as silent:
        web = a_web({f"{HOST}:443": f"127.0.0.1:{silent.port}"})
        with pytest.raises(SourceError, match="has no TXT records"):
            await ask_pacc(a_question("joe@example.test", web, tmp_path))


async def test_the_older_drafts_word_for_sending(web_server: HttpsServer, tmp_path: Path) -> None:
    body = json.dumps(
        {"protocols": {"smtp": {"host": "smtp.example.test"}}, "authentication": {"password": True}}
    ).encode()
    found = await ask(web_server, tmp_path, body, pacc_digest(body))
    assert servers(found) == [
        ("smtp", "smtp.example.test", 465, "tls", "joe@example.test", ("password",)),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "no PACC document"),
        (b"<html>", "no PACC document"),
        (b"[]", "no PACC document"),
        (b"\xff\xfe{}", "no PACC document"),
        (b"[" * 60_000, "no PACC document"),
        (b'{"protocols": ' + b'{"a": ' * 10_000, "no PACC document"),
        (b'{"protocols": {}, "authentication": {"password": true}}', "names no mail server"),
        (
            b'{"protocols": {"imap": {"host": "127.0.0.1"}}, "authentication": {"password": true}}',
            "“127.0.0.1” is no full host name",
        ),
        (
            b'{"protocols": {"imap": {"host": "a\\u001b[2Jb.test"}}, "authentication": {"password": true}}',
            "no host name",
        ),
        (b'{"protocols": {"imap": {"host": 1}}, "authentication": {"password": true}}', "no PACC document"),
        (b'{"protocols": {"imap": {"host": "a.test"}}, "authentication": {}}', "no way of signing in"),
        (
            b'{"protocols": {"imap": {"host": "a.test"}}, "authentication": {"password": false}}',
            "no way of signing in",
        ),
    ],
)
async def test_a_document_of_no_use(web_server: HttpsServer, tmp_path: Path, body: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as caught:
        await ask(web_server, tmp_path, body, pacc_digest(body))
    assert str(caught.value).startswith(f"What {HOST} serves is of no use: ")
    assert "\x1b" not in str(caught.value)
