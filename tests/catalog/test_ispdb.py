"""The mail provider database, by domain and by mail exchanger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.ispdb import ask_ispdb
from mailferry.model.recommendation import SourceAnswer
from tests.catalog.autoconfig_files import SMTP, config, server
from tests.catalog.https_fixtures import (  # noqa: F401  fixtures are found by their names
    Announced,
    Names,
    a_question,
    a_web,
    trusted_fixture,
    web_authority_fixture,
)
from tests.catalog.https_server import Answer, HttpsServer

BASE = "ispdb.example.test/v1.1"
FILE = config(server(username="%EMAILLOCALPART%.%EMAILDOMAIN%"), SMTP, domains=("hoster.test",))


@pytest.fixture(name="database")
def database_fixture(trusted: trustme.CA) -> Iterator[HttpsServer]:
    with HttpsServer(trusted, "ispdb.example.test", "elsewhere.test") as running:
        yield running


async def ask(
    database: HttpsServer,
    tmp_path: Path,
    *exchangers: str,
    announced: Announced | None = None,
    ispdb: str = f"https://{BASE}/",
) -> SourceAnswer:
    names = Names(exchangers={"small.test": exchangers} if exchangers else {})
    web = a_web(database.connect_to("ispdb.example.test", "elsewhere.test"), names=names, announce=announced)
    return await ask_ispdb(a_question("joe@small.test", web, tmp_path, ispdb=ispdb))


async def test_a_domain_that_is_listed(database: HttpsServer, tmp_path: Path) -> None:
    database.serve(f"{BASE}/small.test", FILE)
    announced = Announced()
    found = await ask(database, tmp_path, "mx.hoster.test", announced=announced)
    assert (found.source, found.ok, found.name) == ("ispdb", True, "Example Mail")
    assert found.url == f"https://{BASE}/small.test"
    assert found.incoming[0].username == "joe.small.test"
    assert found.remarks == ()
    assert announced.askings == [Asking("ispdb.example.test", "small.test")]  # never the address


async def test_it_is_found_by_the_exchangers_domain(database: HttpsServer, tmp_path: Path) -> None:
    database.serve(f"{BASE}/hoster.test", FILE)
    found = await ask(database, tmp_path, "mx1.in.mail.hoster.test", "mx.other.test")
    assert found.incoming[0].username == "joe.small.test"
    assert found.remarks == (
        "Found by the mail exchanger: mail for small.test goes to mx1.in.mail.hoster.test, of hoster.test.",
    )
    assert database.asked == [
        f"https://{BASE}/{name}"
        for name in ("small.test", "in.mail.hoster.test", "mail.hoster.test", "hoster.test")
    ]


@pytest.mark.parametrize(
    ("exchanger", "asked"),
    [
        ("a.b.c.d.hoster.test", ["c.d.hoster.test", "d.hoster.test", "hoster.test"]),
        ("hoster.test", ["hoster.test"]),
        ("mx.small.test", []),
        ("mail", ["mail"]),
    ],
)
async def test_at_most_three_parents_are_asked(
    database: HttpsServer, tmp_path: Path, exchanger: str, asked: list[str]
) -> None:
    with pytest.raises(SourceError, match=r"lists neither small\.test nor the domain of its mail exchanger"):
        await ask(database, tmp_path, exchanger)
    assert database.asked == [f"https://{BASE}/{name}" for name in ["small.test", *asked]]


async def test_without_an_exchanger_nobody_else_is_asked(database: HttpsServer, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"exchanger cannot be had: small\.test has no mail exchanger"):
        await ask(database, tmp_path)
    with pytest.raises(SourceError, match=r"does not list small\.test, which takes no mail"):
        await ask(database, tmp_path, "")
    assert len(database.asked) == 2


async def test_a_database_that_fails_is_not_asked_by_exchanger(database: HttpsServer, tmp_path: Path) -> None:
    database.pages[f"{BASE}/small.test"] = Answer(status=503)
    with pytest.raises(SourceError, match="HTTP 503"):
        await ask(database, tmp_path, "mx.hoster.test")
    assert len(database.asked) == 1


async def test_a_broken_file_is_the_end(database: HttpsServer, tmp_path: Path) -> None:
    database.serve(f"{BASE}/small.test", "<clientConfig>\n<oops")
    with pytest.raises(SourceError, match=r"What ispdb.example.test serves is of no use: .*\(line 2\)"):
        await ask(database, tmp_path, "mx.hoster.test")


async def test_it_is_not_asked_when_switched_off(database: HttpsServer, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"^Not asked: .*switched off in config\.toml\.$"):
        await ask(database, tmp_path, ispdb="")
    assert database.asked == []


async def test_a_base_without_a_final_slash_will_do(database: HttpsServer, tmp_path: Path) -> None:
    database.serve(f"{BASE}/small.test", FILE)
    assert (await ask(database, tmp_path, ispdb=f"https://{BASE}")).ok


async def test_it_may_not_send_us_to_another_host(database: HttpsServer, tmp_path: Path) -> None:
    database.redirect(f"{BASE}/small.test", "https://elsewhere.test/small.test")
    with pytest.raises(SourceError, match="another host"):
        await ask(database, tmp_path)


@pytest.mark.parametrize("ispdb", ["http://ispdb.example.test/", "ispdb", "https://", "https://[bad/"])
async def test_a_base_that_is_no_https_address_is_named(
    database: HttpsServer, tmp_path: Path, ispdb: str
) -> None:
    with pytest.raises(SourceError, match=r"web address|https://"):
        await ask(database, tmp_path, ispdb=ispdb)
