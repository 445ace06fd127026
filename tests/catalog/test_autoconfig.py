"""The domain's own autoconfig file."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from mailferry.catalog.discovery import autoconfig
from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.autoconfig import ask_autoconfig
from mailferry.model.recommendation import RecommendedServer, SourceAnswer
from tests.catalog.autoconfig_files import SMTP, config, server
from tests.catalog.https_fixtures import (  # noqa: F401  fixtures are found by their names
    Announced,
    a_question,
    a_web,
    trusted_fixture,
    web_authority_fixture,
)
from tests.catalog.https_server import HttpsServer
from tests.checks.fault_server import FaultServer, Peer

DOMAIN = "example.test"
FIRST = f"autoconfig.{DOMAIN}/mail/config-v1.1.xml"
SECOND = f"{DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml"


@pytest.fixture(name="web_server")
def web_server_fixture(trusted: trustme.CA) -> Iterator[HttpsServer]:
    with HttpsServer(trusted, DOMAIN, f"autoconfig.{DOMAIN}") as running:
        yield running


async def ask(
    web_server: HttpsServer,
    tmp_path: Path,
    address: str = "joe@example.test",
    announced: Announced | None = None,
) -> SourceAnswer:
    web = a_web(web_server.connect_to(DOMAIN, f"autoconfig.{DOMAIN}"), announce=announced)
    return await ask_autoconfig(a_question(address, web, tmp_path))


async def test_the_file_is_written_out_for_the_address(web_server: HttpsServer, tmp_path: Path) -> None:
    web_server.serve(FIRST, config(server(username="%EMAILLOCALPART%"), SMTP))
    found = await ask(web_server, tmp_path)
    assert found == SourceAnswer(
        source="autoconfig",
        ok=True,
        name="Example Mail",
        url=f"https://{FIRST}",
        incoming=(
            RecommendedServer(
                protocol="imap",
                host="imap.example.test",
                port=993,
                security="tls",
                username="joe",
                auth=("password",),
            ),
        ),
        outgoing=(
            RecommendedServer(
                protocol="smtp",
                host="smtp.example.test",
                port=465,
                security="tls",
                username="joe@example.test",
                auth=("password",),
            ),
        ),
    )


async def test_only_the_first_place_is_told_the_address_and_both_are_announced(
    web_server: HttpsServer, tmp_path: Path
) -> None:
    announced = Announced()
    with pytest.raises(SourceError):
        await ask(web_server, tmp_path, '"a&b=c"@example.test', announced)
    told = '"a&b=c"@example.test'
    assert announced.askings == [Asking(f"autoconfig.{DOMAIN}", told), Asking(DOMAIN, DOMAIN)]
    assert sorted(web_server.asked) == [
        f"https://{FIRST}?emailaddress=%22a%26b%3Dc%22%40example.test",
        f"https://{SECOND}",
    ]


async def test_the_first_place_has_the_say_also_when_it_is_slower(
    web_server: HttpsServer, tmp_path: Path
) -> None:
    web_server.serve(SECOND, config(server(host="second.example.test")))
    web_server.serve(FIRST, config(server(host="first.example.test")))
    found = await ask(web_server, tmp_path)
    assert found.incoming[0].host == "first.example.test"


@pytest.mark.parametrize("first", ["<html></html>", "<clientConfig", None])
async def test_the_second_place_counts_when_the_first_has_nothing_of_use(
    web_server: HttpsServer, tmp_path: Path, first: str | None
) -> None:
    if first is not None:
        web_server.serve(FIRST, first)
    web_server.serve(SECOND, config(server(host="second.example.test")))
    found = await ask(web_server, tmp_path)
    assert found.incoming[0].host == "second.example.test"
    assert found.url == f"https://{SECOND}"


async def test_both_reasons_are_given_when_neither_has_a_file(
    web_server: HttpsServer, tmp_path: Path
) -> None:
    web_server.serve(SECOND, "<html>\n<p>Welcome</html>")
    with pytest.raises(SourceError) as caught:
        await ask(web_server, tmp_path)
    assert str(caught.value) == (
        "example.test publishes no autoconfig file that can be used:"
        " autoconfig.example.test has no such file."
        " What example.test serves is of no use: this is a web page, no autoconfig file."
    )


async def test_a_wildcard_with_a_wrong_certificate_ends_only_that_place(
    trusted: trustme.CA, tmp_path: Path
) -> None:
    with HttpsServer(trusted, DOMAIN, "*.hoster.test") as wildcard:
        wildcard.serve(SECOND, config(server()))
        found = await ask(wildcard, tmp_path)
        assert found.incoming[0].host == "imap.example.test"
        wildcard.pages.clear()
        with pytest.raises(
            SourceError, match=r"certificate for other names .*hoster.*\. example\.test has no such"
        ):
            await ask(wildcard, tmp_path)


async def test_plain_http_is_never_asked(web_server: HttpsServer, tmp_path: Path) -> None:
    web_server.redirect(FIRST, f"http://{FIRST}")
    web_server.redirect(SECOND, "https://cdn.hoster.test/config.xml")
    with pytest.raises(
        SourceError, match=r"is not HTTPS.*cdn\.hoster\.test/config\.xml, which is another host"
    ):
        await ask(web_server, tmp_path)
    assert len(web_server.asked) == 2


async def test_what_is_odd_about_the_file_is_remarked(web_server: HttpsServer, tmp_path: Path) -> None:
    sections = (
        server(host="imap.hoster.test"),
        server("pop3", host="pop.example.test", port="995"),
        server("jmap", host=None),
        "<enable visiturl='https://example.test/switch'><instruction>Switch it on.</instruction></enable>",
    )
    web_server.serve(FIRST, config(*sections, domains=("other.test",)))
    found = await ask(web_server, tmp_path)
    assert found.remarks == (
        "The file does not list example.test among the domains it is for.",
        "Outside example.test, and vouched for by its own file over HTTPS: imap.hoster.test.",
        "First: Switch it on. (https://example.test/switch)",
        "The file also names a server for JMAP, which mailferry does not use.",
    )
    assert found.outside == ()


async def test_a_host_made_of_the_domain_is_filled_in(web_server: HttpsServer, tmp_path: Path) -> None:
    web_server.serve(FIRST, config(server(host="mail.%EMAILDOMAIN%")))
    assert (await ask(web_server, tmp_path)).incoming[0].host == "mail.example.test"


async def test_a_silent_first_place_does_not_cost_the_seconds_answer(
    web_server: HttpsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autoconfig, "_GRACE", 0.05)
    web_server.serve(SECOND, config(server(host="second.example.test")))
    with FaultServer(Peer.stall) as silent:
        places = {**web_server.connect_to(DOMAIN), f"autoconfig.{DOMAIN}:443": f"127.0.0.1:{silent.port}"}
        found = await ask_autoconfig(a_question("joe@example.test", a_web(places), tmp_path))
    assert found.incoming[0].host == "second.example.test"


async def test_stopping_it_leaves_nothing_running(tmp_path: Path) -> None:
    before = asyncio.all_tasks()
    under_way = asyncio.Event()

    def announce(asking: Asking) -> None:
        under_way.set()

    with FaultServer(Peer.stall) as silent:
        places = {f"{host}:443": f"127.0.0.1:{silent.port}" for host in (DOMAIN, f"autoconfig.{DOMAIN}")}
        web = replace(a_web(places), announce=announce)
        task = asyncio.create_task(ask_autoconfig(a_question("joe@example.test", web, tmp_path)))
        await under_way.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert asyncio.all_tasks() == before
