"""Linting provider files, their pages included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from mailferry.catalog.discovery.asking import Asking
from mailferry.catalog.discovery.dns import DnsUnavailableError, Resolver
from tests.catalog.https_server import HttpsServer
from tests.cli.conftest import Run

Write = Callable[[str, str], Path]

FILE = """schema = 1
name = "Quay"
domains = ["quay.example"]
docs = "{root}/help"

[[incoming]]
protocol = "imap"
host = "{host}"
port = 993
security = "tls"

[[outgoing]]
host = "smtp.quay.example"
port = 465
security = "tls"

[[evidence]]
source = "Quay's page"
url = "{root}/gone"
read = 2026-11-20
"""


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def led_here(port: int) -> str:
    """A config.toml that leads connections to a server of the test."""
    return f'[checks.connect_to]\n"localhost:{port}" = "127.0.0.1:{port}"\n'


def test_dead_pages_are_problems_with_their_line_and_hosts_are_named(
    run: Run, write: Write, web: trustme.CA
) -> None:
    with HttpsServer(web, "localhost") as server:
        server.serve("localhost/help", "x")
        root = f"https://localhost:{server.port}"
        write("config.toml", led_here(server.port))
        path = write("providers/quay.toml", FILE.format(root=root, host="imap.quay.example"))
        offline = run("lint", str(path))
        assert (offline.status, server.asked) == (0, [])
        done = run("lint", str(path), "--online")
        json = run("lint", str(path), "--online", "--json").json
    assert done.status == 1
    assert done.out == f"{path}:19: evidence.url: {root}/gone: HTTP 404, the page is not there\n"
    assert "Asking localhost (told: the address of a page)" in done.err
    assert [each["key"] for each in json] == ["evidence.url"]


def test_what_cannot_be_told_is_said_and_no_problem(run: Run, write: Write, web: trustme.CA) -> None:
    with HttpsServer(trustme.CA(), "localhost") as server:
        root = f"https://localhost:{server.port}"
        write("config.toml", led_here(server.port))
        path = write("providers/quay.toml", FILE.format(root=root, host="imap.quay.example"))
        done = run("lint", str(path), "--online")
    assert (done.status, done.out) == (0, "")
    assert f"not known: {root}/help: " in done.err


def test_without_a_network_that_is_one_line(run: Run, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("config.toml", '[lookup]\nresolver = "192.0.2.53"\n')

    async def silent(resolver: Resolver, host: str) -> tuple[str, ...]:
        resolver.announce(Asking(host=f"name server {resolver.nameserver}", about=host))
        raise DnsUnavailableError("The name server does not answer.")

    monkeypatch.setattr(Resolver, "addresses", silent)
    path = write("providers/quay.toml", FILE.format(root="https://quay.example", host="imap.quay.example"))
    done = run("lint", str(path), "--online")
    assert (done.status, done.out) == (0, "")
    assert "not known: 2 pages, for no host could be reached" in done.err
    assert done.err.count("not known") == 1
    assert done.err.count("Asking name server 192.0.2.53 (told: the hosts of pages)") == 1


def test_a_broken_file_and_an_account_have_no_pages(run: Run, write: Write) -> None:
    broken = write("providers/quay.toml", "name = \n")
    account = write("accounts/joe.toml", 'address = "joe@icloud.com"\n')
    done = run("lint", str(broken), str(account), "--online")
    assert done.status == 1
    assert "Asking" not in done.err


def test_a_server_that_stands_elsewhere_is_named_with_the_remedy(run: Run, write: Write) -> None:
    path = write("providers/quay.toml", FILE.format(root="https://quay.example", host="imap.jetty.co.uk"))
    done = run("lint", str(path))
    assert done.status == 1
    assert f"{path}:8: incoming.host: imap.jetty.co.uk is outside the domains of this file" in done.out
    assert 'server_domains = ["jetty.co.uk"]' in done.out


def test_the_line_is_the_keys_own_in_the_table_that_is_meant(run: Run, write: Write) -> None:
    text = FILE.format(root="https://quay.example", host="imap.quay.example")
    second = '\n[[incoming]]\nprotocol = "imap"\nhost = "second.quay.example"\nport = 995\nsecurity = "tls"\n'
    path = write("providers/quay.toml", text + second)
    done = run("lint", str(path))
    line = (text + second).splitlines().index("port = 995") + 1
    assert done.out == (
        f"{path}:{line}: incoming.port: port 995 is POP3's everywhere else, and second.quay.example:995 is"
        " given for IMAP; if that is so, say it under doubts\n"
    )
    assert done.err.endswith("1 file, 1 problem\n")


def test_problems_stand_in_the_order_of_the_lines(run: Run, write: Write) -> None:
    text = FILE.format(root="https://quay.example", host="imap.quay.exampel").replace("993", "995")
    path = write("providers/quay.toml", text.replace("port = 465", "port = 993"))
    lines = [int(line.split(":")[1]) for line in run("lint", str(path)).out.splitlines()]
    assert lines == [8, 9, 14]


def test_faults_of_the_form_say_that_the_rest_was_not_looked_into(run: Run, write: Write) -> None:
    text = FILE.format(root="https://quay.example", host="imap.jetty.example")
    path = write("providers/quay.toml", text.replace('security = "tls"', 'security = "ssl"', 1))
    done = run("lint", str(path))
    assert len(done.out.splitlines()) == 1
    assert "“ssl” is not known; choose none, starttls, tls; did you mean “tls”?" in done.out
    assert "looked into once the form is right" in done.out


def test_an_empty_file_and_one_with_servers_alone(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "new.toml"
    empty.write_text("# nothing yet\n")
    done = run("lint", str(empty))
    assert (done.status, "is empty" in done.out, "address" in done.out) == (1, True, False)
    empty.write_text('name = "Quay"\nserver_domains = ["quay.example"]\n')
    assert "address" not in run("lint", str(empty)).out


def test_two_own_files_that_claim_one_domain_are_both_named(run: Run, write: Write) -> None:
    text = FILE.format(root="https://quay.example", host="imap.quay.example")
    files = [write(f"providers/{name}.toml", text) for name in ("quay", "wharf")]
    done = run("lint", *map(str, files))
    assert done.status == 1
    assert f"{files[0]}:3: domains: quay.example is listed by wharf.toml as well" in done.out
    assert f"{files[1]}:3: domains: quay.example is listed by quay.toml as well" in done.out
