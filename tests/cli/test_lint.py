"""Linting provider files, their pages included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

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


def test_dead_pages_are_problems_with_their_line_and_hosts_are_named(
    run: Run, write: Write, web: trustme.CA
) -> None:
    with HttpsServer(web, "localhost") as server:
        server.serve("localhost/help", "x")
        root = f"https://localhost:{server.port}"
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
        path = write("providers/quay.toml", FILE.format(root=root, host="imap.quay.example"))
        done = run("lint", str(path), "--online")
    assert (done.status, done.out) == (0, "")
    assert f"not known: {root}/help: " in done.err


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
    assert f"{path}:6: incoming.host: imap.jetty.co.uk is outside the domains of this file" in done.out
    assert 'server_domains = ["jetty.co.uk"]' in done.out


def test_two_own_files_that_claim_one_domain_are_both_named(run: Run, write: Write) -> None:
    text = FILE.format(root="https://quay.example", host="imap.quay.example")
    files = [write(f"providers/{name}.toml", text) for name in ("quay", "wharf")]
    done = run("lint", *map(str, files))
    assert done.status == 1
    assert f"{files[0]}:3: domains: quay.example is listed by wharf.toml as well" in done.out
    assert f"{files[1]}:3: domains: quay.example is listed by quay.toml as well" in done.out
