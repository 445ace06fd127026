"""`deliver`: what it says, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import plistlib
import signal
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.cli.conftest import Run
from tests.cli.harbour import PASSWORD

Write = Callable[[str, str], Path]


@pytest.fixture
def accounts(write: Write) -> None:
    write("accounts/mum.toml", 'address = "mum@centurylink.net"\nname = "Mary"\nperson = "Mum"\n')
    write("accounts/msn.toml", 'address = "mary@msn.com"\nperson = "Mum"\n')
    write("accounts/dad.toml", 'address = "dad@centurylink.net"\nperson = "Dad"\n')


@contextmanager
def delivering(home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`mailferry deliver` as a process of its own; its standard input is no terminal."""
    command = [sys.executable, "-m", "mailferry", "--home", str(home), "deliver", "--host", "127.0.0.1"]
    process = subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"NO_PROXY": "*"},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def first(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline())


def fetch(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def test_one_delivery_in_json_lines(home: Path, accounts: None, run: Run) -> None:
    with delivering(home, "mum", "--json") as process:
        listening = first(process)
        assert list(listening) == ["event", "url", "profile_url"]
        assert listening["profile_url"] == f"{listening['url']}mum.mobileconfig"
        status, page, _ = fetch(listening["url"], **{"Accept-Language": "en"})
        assert status == 200
        assert b'href="mum.mobileconfig"' in page
        status, profile, headers = fetch(listening["profile_url"], **{"User-Agent": "curl/8.5.0"})
        assert (status, headers["Content-Type"]) == (200, "application/x-apple-aspen-config")
        assert b"mum@centurylink.net" in profile
        status, late, _ = fetch(listening["profile_url"])
        assert (status, b"has been used" in late, b"centurylink" in late) == (410, True, False)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["event"] for event in events] == ["seen", "delivered", "closed"]
    assert events[1] == {"event": "delivered", "from": "127.0.0.1", "agent": "curl 8.5.0"}
    assert events[2] == {"event": "closed", "reason": "delivered"}
    assert "Without HTTPS" in err.replace("\n", " ")
    assert "Traceback" not in err
    # What was fetched is what an export gives, and the iPhone's name for the account stays.
    assert run("export", "mum", "--as", "profile").out.encode() == profile
    assert "[iphone]" in (home / "accounts" / "mum.toml").read_text()


def test_without_json_the_address_is_all_there_is_on_standard_output(home: Path, accounts: None) -> None:
    with delivering(home, "mum") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        fetch(f"{url}mum.mobileconfig", **{"User-Agent": "\x9b31mevil\x9b"})
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, "")
    assert "delivered: " in err
    assert "\x9b" not in err
    assert "not tested" in err.lower()
    assert "The iPhone asks for the password once." in err


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_it(home: Path, accounts: None, sent: signal.Signals) -> None:
    with delivering(home, "mum", "--json") as process:
        first(process)
        process.send_signal(sent)
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 1
        assert json.loads(out) == {"event": "closed", "reason": "stopped"}


def test_a_link_expires(home: Path, accounts: None) -> None:
    with delivering(home, "mum", "--json", "--expires", "1") as process:
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 1
        assert json.loads(out.splitlines()[-1]) == {"event": "closed", "reason": "expired"}


def test_what_no_profile_carries_is_in_the_instructions(home: Path, accounts: None) -> None:
    with delivering(home, "--person", "Mum", "--json") as process:
        listening = first(process)
        page = fetch(listening["url"])[1].decode()
        assert "mary@msn.com" in page
        assert "mum@centurylink.net" in page
        profile = fetch(listening["profile_url"])[1].decode()
        assert "mum@centurylink.net" in profile
        assert "mary@msn.com" not in profile
        _, err = process.communicate(timeout=30)
        assert process.returncode == 0
    assert "not in the profile: mary@msn.com" in err


def test_instructions_alone(home: Path, accounts: None) -> None:
    with delivering(home, "msn", "--sheet", "--json") as process:
        listening = first(process)
        assert listening["profile_url"] is None
        assert fetch(listening["url"], **{"User-Agent": "WhatsApp/2.23"})[0] == 200
        assert b"Outlook.com" in fetch(listening["url"])[1]
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 0
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["seen", "delivered", "closed"]


def test_the_page_is_in_the_phones_language_unless_its_owner_said_otherwise(
    home: Path, accounts: None, write: Write
) -> None:
    german = {"Accept-Language": "de-DE,de;q=0.9"}
    with delivering(home, "mum", "--json") as process:
        assert b'<html lang="de"' in fetch(first(process)["url"], **german)[1]
    write("people.toml", '[Mum]\nlanguage = "fr"\n')
    with delivering(home, "mum", "--json") as process:
        page = fetch(first(process)["url"], **german)[1].decode()
        assert '<html lang="fr"' in page
        assert "iPhone. Ouvrez-y le lien" in page


def test_nothing_to_deliver_is_status_1_with_the_way_that_works(run: Run, accounts: None) -> None:
    done = run("deliver", "msn", "--host", "127.0.0.1", "--json")
    assert (done.status, done.out) == (1, "")
    assert "Outlook.com" in done.err
    assert "--sheet" in done.err


def test_an_empty_home_has_nothing_to_deliver(run: Run) -> None:
    assert run("deliver").status == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["mum", "--with-password"], "HTTPS"),
        (["mum", "--with-password", "--sheet"], "no place"),
        (["mum", "--with-password", "--folder", "web"], "--folder"),
        (["mum", "--folder", "web", "--mail-to", "a@b.example"], "two ways"),
        (["mum", "--folder", "web", "--host", "127.0.0.1"], "--host"),
        (["mum", "--folder", "web", "--json"], "--json"),
        (["mum", "--url", "https://a.example/"], "--folder"),
        (["mum", "--mail-from", "dad"], "--mail-to"),
        (["mum", "--mail-to", "a@b.example"], "--mail-from"),
        (["mum", "--certificate-key", "key.pem"], "--certificate"),
        (["mum", "--certificate", "missing.pem"], "missing.pem"),
        (["mum", "--host", "http://a.example/"], "no host name"),
        (["mum", "--host", "0.0.0.0"], "no address"),
        (["mum", "--host", "not a host"], "no host name"),
        (["mum", "--folder", "web", "--url", "http://a.example/"], "HTTPS"),
        (["mum", "--folder", "/dev/null"], "not a folder"),
        (["mum", "--mail-to", "a@b.example", "--mail-from", "who"], "who"),
        (["mum", "--expires", "0"], "--expires"),
        (["mum", "--port", "70000"], "--port"),
        (["nobody"], "nobody"),
        (["--person", "Nobody"], "Nobody"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else "",
)
def test_wrong_usage_is_status_2(run: Run, accounts: None, arguments: list[str], words: str) -> None:
    done = run("deliver", *arguments)
    assert (done.status, done.out) == (2, "")
    [line] = done.err.splitlines()
    assert words in line


@pytest.mark.parametrize("named", [True, False])
def test_a_port_that_is_taken_is_said_before_anything_else(run: Run, accounts: None, named: bool) -> None:
    from mailferry.iphone.delivery.addresses import local_addresses

    host = "127.0.0.1" if named else local_addresses(None)[0].address
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as other:
        port = other.getsockname()[1]
        done = run("deliver", "mum", "--port", str(port), *(["--host", host] if named else []))
    assert (done.status, done.out) == (2, "")
    assert done.err == f"mailferry: port {port} is taken by another program; name another one, or 0 for any\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["mum", "dad"],
        ["--sheet"],
        ["--folder", "web"],
        ["--mail-to", "a@b.example", "--mail-from", "mum"],
    ],
    ids=" ".join,
)
def test_accounts_of_several_people_do_not_go_to_one_iphone(
    run: Run, accounts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("deliver", *arguments)
    assert (done.status, done.out) == (2, "")
    assert not (tmp_path / "web").exists()


def test_whose_accounts_they_are_is_said_and_how_to_choose(run: Run, accounts: None) -> None:
    said = run("deliver", "mum", "dad").err.replace("\n", " ")
    assert "belong to Dad, Mum" in said
    assert "--person" in said


def test_an_account_of_nobody_goes_along_only_where_it_is_named(
    run: Run, write: Write, tmp_path: Path
) -> None:
    write("accounts/mum.toml", 'address = "mum@centurylink.net"\nname = "Mary"\nperson = "Mum"\n')
    write("accounts/mine.toml", 'address = "me@centurylink.net"\n')
    folder = tmp_path / "web"
    done = run("deliver", "--folder", str(folder))
    assert (done.status, folder.exists()) == (2, False)
    assert "not all accounts have a person" in done.err
    assert run("deliver", "mum", "mine", "--folder", str(folder)).status == 0


@pytest.mark.plants_secrets("the profile is fetched with its password")
def test_a_password_goes_by_https(home: Path, harbour: Write, tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    both = tmp_path / "server.pem"
    both.write_bytes(issued.private_key_pem.bytes() + issued.cert_chain_pems[0].bytes())
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    with delivering(home, "joe", "--with-password", "--certificate", str(both), "--json") as process:
        listening = first(process)
        assert listening["url"].startswith("https://127.0.0.1")
        with urllib.request.urlopen(listening["url"], context=trusting, timeout=20) as answer:
            assert PASSWORD.encode() not in answer.read()
        with urllib.request.urlopen(listening["profile_url"], context=trusting, timeout=20) as answer:
            assert PASSWORD in {*plistlib.loads(answer.read())["PayloadContent"][0].values()}
        out, err = process.communicate(timeout=30)
        assert process.returncode == 0
    assert PASSWORD not in out + err
    assert "Without HTTPS" not in err.replace("\n", " ")


def test_the_certificate_may_be_named_in_config_toml(
    home: Path, accounts: None, write: Write, tmp_path: Path
) -> None:
    issued = trustme.CA().issue_cert("mail.example.org")
    (home / "server.pem").write_bytes(issued.private_key_pem.bytes() + issued.cert_chain_pems[0].bytes())
    write("config.toml", '[delivery]\ncertificate = "server.pem"\n')
    with delivering(home, "mum", "--json") as process:
        assert first(process)["url"].startswith("https://127.0.0.1")
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert "The certificate is for mail.example.org, not for 127.0.0.1" in err.replace("\n", " ")


def test_profile_and_instructions_go_by_mail(run: Run, harbour: Write) -> None:
    harbour("accounts/mum.toml", 'address = "mum@centurylink.net"\nname = "Mary"\nperson = "Mum"\n')
    done = run("deliver", "mum", "--mail-to", "ann@harbour.example", "--mail-from", "joe")
    assert (done.status, done.out) == (0, "")
    assert "Sent from joe to ann@harbour.example." in done.err
    refused = run("deliver", "mum", "--mail-to", "nobody@harbour.example", "--mail-from", "joe")
    assert refused.status == 1
    assert "Not sent:" in refused.err


# A folder for a web server


def test_a_folder_is_ready_to_be_hosted(run: Run, accounts: None, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    arguments = ("deliver", "mum", "--yes", "--folder", str(folder), "--url", "https://example.org/x")
    done = run(*arguments)
    assert done.status == 0
    assert {file.name for file in folder.iterdir()} == {
        ".htaccess", "README.txt", "_headers", "index.html", "mum.mobileconfig", "qr.svg",
    }  # fmt: skip
    assert 'href="mum.mobileconfig"' in (folder / "index.html").read_text()
    assert "https://example.org/x/" in (folder / "qr.svg").read_text()
    assert (folder / "mum.mobileconfig").stat().st_mode & 0o777 == 0o644
    assert run(*arguments[:-2]).status == 0  # written over, being its own


def test_a_folder_with_anything_else_in_it_is_left_alone(run: Run, accounts: None, tmp_path: Path) -> None:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "index.html").write_text("somebody else's")
    done = run("deliver", "mum", "--folder", str(folder))
    assert done.status == 2
    assert (folder / "index.html").read_text() == "somebody else's"
    assert run("deliver", "mum", "--folder", str(folder / "index.html")).status == 2
    wrong = run("deliver", "mum", "--folder", str(tmp_path / "new"), "--url", "http://a.example/")
    assert wrong.status == 2
    assert not (tmp_path / "new").exists()
