"""Looking up online: who is asked, what is shown, what is saved; and adding an account with it."""

from __future__ import annotations

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme

from mailferry.catalog.discovery.asking import Asking
from mailferry.model.recommendation import Recommendation, RecommendedServer, SourceAnswer
from mailferry.workspace import Workspace
from tests.catalog.https_server import HttpsServer
from tests.catalog.nameserver import NameServer
from tests.cli.conftest import Run

Write = Callable[[str, str], Path]
Find = Callable[[Recommendation], None]

IMAP = RecommendedServer(
    protocol="imap",
    host="imap.quay.example",
    port=993,
    security="tls",
    username="joe@quay.example",
    auth=("password",),
)
SMTP = msgspec.structs.replace(IMAP, protocol="smtp", host="smtp.quay.example", port=465)
FOUND = Recommendation(
    address="joe@quay.example",
    how="srv",
    name="quay.example",
    incoming=(IMAP,),
    outgoing=(SMTP,),
    doubts=("ISPDB says otherwise: IMAP port 143.",),
    warnings=("A warning.",),
    choice="quay.example publishes SRV records.",
    sources=(
        SourceAnswer(
            source="srv",
            ok=True,
            incoming=(IMAP,),
            outgoing=(SMTP,),
            asked=("name server 127.0.0.1",),
            remarks=("POP3 is not offered.",),
            seconds=0.12345,
        ),
        SourceAnswer(source="autoconfig", ok=False, error="autoconfig.quay.example has no such file."),
        SourceAnswer(
            source="ispdb",
            ok=True,
            incoming=(
                msgspec.structs.replace(
                    IMAP, host="a-rather-long-name-of-a-host.somewhere.else.example", port=143
                ),
            ),
            outgoing=(SMTP,),
            read=datetime.date(2026, 5, 3),
        ),
    ),
)
NOTHING = Recommendation(
    address="joe@quay.example", how="none", warnings=("No server is made up.",), sources=FOUND.sources[1:2]
)


@pytest.fixture
def find(monkeypatch: pytest.MonkeyPatch) -> Find:
    """`find(recommendation)` makes that the answer of every look-up online."""

    def answer_with(found: Recommendation) -> None:
        async def discover(_self: Workspace, address: str, **means: Any) -> Recommendation:
            for host in ("name server 127.0.0.1", "autoconfig.quay.example", "name server 127.0.0.1"):
                means["announce"](Asking(host=host, about="quay.example"))
            return found

        monkeypatch.setattr("mailferry.cli.asking.discover", discover)

    return answer_with


def test_every_host_is_named_once_before_it_is_asked(run: Run, find: Find) -> None:
    find(FOUND)
    done = run("lookup", "joe@quay.example")
    assert done.status == 0
    assert done.err.splitlines()[:2] == [
        "Asking name server 127.0.0.1 (told: quay.example)",
        "Asking autoconfig.quay.example (told: quay.example)",
    ]
    assert done.err.count("Asking") == 2


def test_a_host_is_named_again_for_what_it_did_not_know(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def discover(_self: Workspace, address: str, **means: Any) -> Recommendation:
        for about in ("quay.example", "_imaps._tcp.quay.example", "l.google.com", "quay.example"):
            means["announce"](Asking(host="ispdb.example", about=about))
        return FOUND

    monkeypatch.setattr("mailferry.cli.asking.discover", discover)
    assert [line for line in run("lookup", "joe@quay.example").err.splitlines() if "Asking" in line] == [
        "Asking ispdb.example (told: quay.example)",
        "Asking ispdb.example (told: l.google.com)",
    ]


def test_what_is_pasted_from_a_header_is_read(run: Run) -> None:
    done = run("lookup", "Joe Example <joe@icloud.com>", "--offline", "--json")
    assert (done.status, done.json["address"]) == (0, "joe@icloud.com")


def test_an_international_domain_is_shown_in_both_forms(run: Run) -> None:
    done = run("lookup", "eva@bücher.example", "--offline")
    assert done.status == 1
    assert "eva@bücher.example (xn--bcher-kva.example)" in done.err


def test_what_may_have_been_meant_comes_first(run: Run) -> None:
    done = run("lookup", "joe@gmial.com", "--offline")
    assert done.err.startswith("Did you mean joe@gmail.com?\n")
    listed = run("providers", "gmial.com")
    assert (listed.status, listed.out) == (2, "")
    assert "did you mean gmail.com (gmail)?" in listed.err


@pytest.mark.parametrize("address", ["x@hey.com", "x@proton.me"])
def test_no_button_of_the_iphone_where_its_mail_cannot_be_used(run: Run, address: str) -> None:
    done = run("lookup", address, "--offline")
    assert done.status == 0
    assert "On the iPhone: Add" not in done.out


def test_json_online_has_what_each_source_said(run: Run, find: Find) -> None:
    find(FOUND)
    document = run("lookup", "joe@quay.example", "--json").json
    assert list(document)[-2:] == ["warnings", "sources"]
    assert (document["how"], document["provider"]) == ("srv", None)
    srv, autoconfig, ispdb = document["sources"]
    assert list(srv) == [
        "source",
        "ok",
        "error",
        "incoming",
        "outgoing",
        "asked",
        "remarks",
        "seconds",
        "read",
    ]
    assert set(srv["incoming"][0]) == {"protocol", "host", "port", "security", "username", "auth"}
    assert srv["asked"] == ["name server 127.0.0.1"]
    assert (autoconfig["ok"], autoconfig["error"]) == (False, "autoconfig.quay.example has no such file.")
    assert ispdb["read"] == "2026-05-03"


def test_json_offline_has_no_sources_and_asks_nobody(run: Run) -> None:
    done = run("lookup", "joe@icloud.com", "--offline", "--json")
    assert "sources" not in done.json
    assert done.err == ""


@pytest.mark.parametrize("columns", [80, 100])
def test_the_table_fits_the_terminal_and_marks_conflicts_in_words(
    run: Run, find: Find, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    find(FOUND)
    shown = run("lookup", "joe@quay.example").out
    lines = shown.splitlines()
    assert all(len(line) <= columns for line in lines)
    conflict = next(index for index, line in enumerate(lines) if "✗ a-rather-long-name" in line)
    assert "ISPDB, contradicts" in " ".join(lines[conflict : conflict + 2])
    assert any("✓ imap.quay.example" in line and "SRV" in line for line in lines)
    assert "Choice: quay.example publishes SRV records." in shown
    assert "autoconfig: autoconfig.quay.example has no such file." in shown
    assert "SRV: POP3 is not offered." in shown
    assert shown.index("Who says what") < shown.index("Choice:") < shown.index("Doubt:")


def test_nothing_found_is_status_1_and_shows_why(run: Run, find: Find) -> None:
    find(NOTHING)
    done = run("lookup", "joe@quay.example")
    assert done.status == 1
    assert "No server is made up." in done.err
    assert "has no such file" in done.out
    assert run("lookup", "joe@quay.example", "--json").json["how"] == "none"


def test_texts_of_strangers_are_harmless(run: Run, find: Find) -> None:
    hostile = "\x1b[2J\u202e"
    find(
        msgspec.structs.replace(
            FOUND,
            name=hostile,
            choice=hostile,
            incoming=(msgspec.structs.replace(IMAP, host=f"x{hostile}", username=hostile),),
            sources=(
                msgspec.structs.replace(FOUND.sources[0], remarks=(hostile,)),
                msgspec.structs.replace(FOUND.sources[1], error=hostile),
                *FOUND.sources[2:],
            ),
        )
    )
    done = run("lookup", "joe@quay.example")
    assert "\x1b" not in done.out + done.err
    assert "\u202e" not in done.out + done.err


def test_what_was_found_is_saved_and_found_again(run: Run, find: Find, home: Path) -> None:
    find(FOUND)
    done = run("lookup", "joe@quay.example", "--save")
    path = home / "providers" / "quay-example.toml"
    assert done.status == 0
    assert done.out.splitlines()[-1] == f"Saved as {path}"
    assert run("lint", str(path)).status == 0
    text = path.read_text(encoding="utf-8")
    assert '[[incoming]]\nprotocol = "imap"\nhost = ' in text
    assert "[sign_in]" not in text  # nothing is known of it
    again = run("lookup", "ann@quay.example", "--offline", "--json").json
    assert (again["how"], again["incoming"][0]["username"]) == ("own", "ann@quay.example")


def test_saving_leaves_json_alone(run: Run, find: Find, home: Path) -> None:
    find(FOUND)
    done = run("lookup", "joe@quay.example", "--save", "--json")
    assert done.json["how"] == "srv"
    assert str(home / "providers" / "quay-example.toml") in done.err


@pytest.mark.parametrize(
    ("found", "status"), [(msgspec.structs.replace(FOUND, provider="fastmail"), 0), (NOTHING, 1)]
)
def test_nothing_to_save_is_said(
    run: Run, find: Find, home: Path, found: Recommendation, status: int
) -> None:
    find(found)
    done = run("lookup", "joe@quay.example", "--save")
    assert done.status == status
    assert "nothing to save" in " ".join(done.err.split())
    assert not (home / "providers").exists()


@pytest.mark.parametrize("option", ["--guess", "--save"])
def test_offline_excludes_what_needs_others(run: Run, option: str) -> None:
    done = run("lookup", "joe@quay.example", "--offline", option)
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_adding_online_names_the_hosts_and_keeps_the_servers(run: Run, find: Find, home: Path) -> None:
    find(FOUND)
    done = run("add", "joe@quay.example", "--online", "--json")
    assert done.status == 0
    assert done.json["provider"] == "quay-example"
    assert "Asking autoconfig.quay.example" in done.err
    assert str(home / "providers" / "quay-example.toml") in done.err
    assert "provider" not in tomllib.loads(Path(done.json["file"]).read_text())


def test_adding_online_names_a_provider_known_by_its_exchanger(run: Run, find: Find) -> None:
    find(msgspec.structs.replace(FOUND, how="mx", provider="fastmail"))
    done = run("add", "joe@quay.example", "--online", "--json")
    assert done.json["provider"] == "fastmail"
    assert tomllib.loads(Path(done.json["file"]).read_text())["provider"] == "fastmail"


def test_adding_online_makes_the_account_though_nothing_is_found(run: Run, find: Find) -> None:
    find(NOTHING)
    done = run("add", "joe@quay.example", "--online")
    assert done.status == 0
    assert Path(done.out.strip()).exists()
    assert "No provider is known" in done.err
    assert "--online" not in done.err


def test_adding_asks_nobody_unless_told_to(run: Run, find: Find) -> None:
    find(FOUND)
    done = run("add", "joe@quay.example")
    assert "Asking" not in done.err
    assert "“mailferry lookup joe@quay.example --save” asks, and keeps what is found" in " ".join(
        done.err.split()
    )
    assert done.err.count("asked") == 1
    assert "mailferry lookup joe@quay.example --save" in " ".join(done.err.split())
    listed = run("add", "joe@icloud.com", "--online")
    assert "Asking" not in listed.err


def test_an_account_that_cannot_be_added_asks_nobody(run: Run, find: Find, write: Write) -> None:
    find(FOUND)
    write("accounts/joe.toml", 'address = "joe@quay.example"\n')
    done = run("add", "joe@quay.example", "--online")
    assert done.status == 2
    assert "Asking" not in done.err


@pytest.mark.parametrize("options", [["--guess"], ["--online", "--provider", "icloud"]], ids=" ".join)
def test_options_of_add_that_do_not_fit(run: Run, options: list[str]) -> None:
    done = run("add", "joe@quay.example", *options)
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)


def test_ctrl_c_shows_what_has_been_answered(home: Path) -> None:
    """A name server that never answers, and Ctrl+C as soon as it is asked."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(30)
        home.mkdir()
        (home / "config.toml").write_text(
            f'[lookup]\nresolver = "127.0.0.1:{silent.getsockname()[1]}"\nispdb = ""\n'
        )
        program = subprocess.Popen(
            [sys.executable, "-m", "mailferry", "--home", str(home), "lookup", "joe@icloud.com", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ},
        )
        silent.recv(1024)  # it has asked, so it is listening for Ctrl+C
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=30)
    assert program.returncode == 130, err
    document = json.loads(out)
    assert (document["how"], document["provider"]) == ("domain", "icloud")
    stopped = {each["source"]: each["error"] for each in document["sources"] if not each["ok"]}
    assert "Stopped" in stopped["mx"]
    assert b"Traceback" not in err


@pytest.mark.real
def test_a_domain_with_an_autoconfig_file_and_contradicting_records(
    run: Run, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    zones = {"quay.example": "_imaps._tcp SRV 0 1 993 mail.quay.example."}
    host = "autoconfig.quay.example"
    with NameServer(tmp_path / "ns", zones) as names, HttpsServer(authority, host) as web:
        web.serve(
            f"{host}/mail/config-v1.1.xml",
            '<clientConfig version="1.1"><emailProvider id="quay.example"><domain>quay.example</domain>'
            '<incomingServer type="imap"><hostname>imap.quay.example</hostname><port>993</port>'
            "<socketType>SSL</socketType><username>%EMAILADDRESS%</username>"
            "<authentication>password-cleartext</authentication></incomingServer>"
            '<outgoingServer type="smtp"><hostname>smtp.quay.example</hostname><port>465</port>'
            "<socketType>SSL</socketType><username>%EMAILADDRESS%</username>"
            "<authentication>password-cleartext</authentication></outgoingServer>"
            "</emailProvider></clientConfig>",
        )
        write(
            "config.toml",
            f'[lookup]\nresolver = "{names.address}"\nispdb = ""\n[checks.connect_to]\n'
            f'"{host}:443" = "127.0.0.1:{web.port}"\n',
        )
        done = run("lookup", "joe@quay.example", "--json")
        saved = run("add", "joe@quay.example", "--online", "--json")
    assert done.status == 0
    document = done.json
    assert document["how"] == "srv"
    assert document["incoming"][0]["host"] == "mail.quay.example"
    assert document["outgoing"][0]["host"] == "smtp.quay.example"
    said = {each["source"]: each for each in document["sources"]}
    assert said["autoconfig"]["incoming"][0]["host"] == "imap.quay.example"
    assert said["mx"]["ok"] is False
    assert f"Asking {host} (told: " in done.err
    assert saved.json["provider"] == "quay-example"
