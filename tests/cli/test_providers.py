"""The list of providers, one of them, what its owner publishes, and reading that back."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mailferry.cli.output import columns
from tests.cli.conftest import Run

Write = Callable[[str, str], Path]

XML = (
    '<clientConfig version="1.1"><emailProvider id="quay.example"><domain>quay.example</domain>\n'
    '<incomingServer type="imap"><hostname>imap.quay.example</hostname><port>993</port>\n'
    "<socketType>SSL</socketType><username>%EMAILLOCALPART%</username>\n"
    "<authentication>password-cleartext</authentication></incomingServer>\n"
    '<incomingServer type="exchange"><hostname>x.quay.example</hostname></incomingServer>\n'
    '<outgoingServer type="smtp"><hostname>smtp.quay.example</hostname><port>465</port>\n'
    "<socketType>SSL</socketType><username>%EMAILADDRESS%</username>\n"
    "<authentication>password-cleartext</authentication></outgoingServer>\n"
    "</emailProvider></clientConfig>\n"
)


def test_a_word_finds_by_id_name_and_domain(run: Run) -> None:
    for word in ("MSN.com", "outloo", "joe@hotmail.co.uk"):
        assert "outlook" in [each["id"] for each in run("providers", word, "--json").json], word
    listed = run("providers", "msn.com")
    assert listed.status == 0
    assert any(line.startswith("outlook") and "msn.com" in line for line in listed.out.splitlines())
    assert len(listed.out.splitlines()) < 5


def test_the_list_by_status(run: Run) -> None:
    moved = run("providers", "--status", "moved", "--json").json
    assert "verizon" in [each["id"] for each in moved]
    assert {each["status"] for each in moved} == {"moved"}
    assert run("providers", "verizon.net", "--status", "active").status == 2
    assert run("providers", "--status", "gone").status == 2


def test_the_whole_list_fits_80_columns_names_of_all_scripts_included(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("providers").out.splitlines()
    assert max(map(columns, lines)) <= 80
    assert len({columns(line[: line.index(" active ")]) for line in lines if " active " in line}) == 1


def test_what_nothing_is_like_names_the_nearest(run: Run) -> None:
    done = run("providers", "iclod")
    assert (done.status, done.out) == (2, "")
    assert "did you mean icloud?" in done.err


def test_one_that_is_not_active_says_so_first_and_stays_toml(run: Run) -> None:
    shown = run("providers", "verizon")
    assert shown.err.startswith("Verizon.net (at AOL) (moved): Verizon gave up")
    assert "See aol." in shown.err
    assert tomllib.loads(shown.out)["successor"] == "aol"


def test_the_autoconfig_file_of_a_provider(run: Run, tmp_path: Path) -> None:
    printed = run("providers", "posteo", "--as", "autoconfig")
    assert printed.status == 0
    root = ElementTree.fromstring(printed.out.encode())
    assert root.tag == "clientConfig"
    assert "https://autoconfig.posteo.de/mail/config-v1.1.xml" in printed.err
    assert "more domains" in printed.err
    file = tmp_path / "config-v1.1.xml"
    written = run("providers", "posteo", "--as", "autoconfig", "--output", str(file))
    assert (written.status, written.out) == (0, "")
    assert file.read_text() == printed.out


def test_the_records_and_the_draft(run: Run) -> None:
    records = run("providers", "icloud", "--as", "dns")
    assert "_imaps._tcp.icloud.com. IN SRV 0 1 993 imap.mail.me.com." in records.out
    assert "zone" in records.err
    pacc = run("providers", "posteo", "--as", "pacc")
    assert json.loads(pacc.out)["protocols"]["imap"] == {"host": "posteo.de"}
    assert "draft" in pacc.err
    assert "https://ua-auto-config.posteo.de/.well-known/user-agent-configuration.json" in pacc.err


def test_what_a_document_leaves_out_is_said_before_all_else(run: Run) -> None:
    pacc = run("providers", "icloud", "--as", "pacc")
    assert "submit" not in json.loads(pacc.out)["protocols"]
    assert pacc.err.startswith("smtp.mail.me.com, port 587, is left out")
    assert "Nothing for sending stands in it." in pacc.err
    assert "The PACC record is the digest" in run("providers", "icloud", "--as", "dns").err


def test_sign_in_by_web_page_alone_cannot_be_a_document(run: Run) -> None:
    done = run("providers", "outlook", "--as", "pacc")
    assert (done.status, done.out) == (1, "")
    assert "issuer" in done.err
    assert "_ua-auto-config" not in run("providers", "outlook", "--as", "dns").out


@pytest.mark.parametrize(
    ("provider_id", "form"), [("hey", "dns"), ("hey", "autoconfig"), ("proton", "pacc"), ("proton", "dns")]
)
def test_nothing_to_publish_is_said(run: Run, provider_id: str, form: str) -> None:
    done = run("providers", provider_id, "--as", form)
    assert (done.status, done.out) == (1, "")
    assert done.err


def test_an_autoconfig_file_becomes_a_provider_and_back(run: Run, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "quay.xml"
    file.write_text(XML)
    done = run("providers", "quay", "--from", str(file))
    path = home / "providers" / "quay.toml"
    assert (done.status, done.out.strip()) == (0, str(path))
    assert "Exchange" in done.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("lint", str(path)).status == 0
    found = run("lookup", "joe@quay.example", "--offline", "--json").json
    assert [found[role][0]["username"] for role in ("incoming", "outgoing")] == ["joe", "joe@quay.example"]

    published = tmp_path / "published.xml"
    published.write_text(run("providers", "quay", "--as", "autoconfig").out)
    first = tomllib.loads(path.read_text())
    path.unlink()
    again = run("providers", "again", "--from", str(published), "--json").json
    assert again["provider"] == "again"
    read = tomllib.loads(Path(again["file"]).read_text())
    assert [read[key] for key in ("incoming", "outgoing", "domains")] == [
        first[key] for key in ("incoming", "outgoing", "domains")
    ]


def test_a_provider_is_replaced_only_with_force(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "quay.xml"
    file.write_text(XML)
    assert run("providers", "quay", "--from", str(file)).status == 0
    again = run("providers", "quay", "--from", str(file))
    assert (again.status, len(again.err.splitlines())) == (2, 1)
    assert "there already" in again.err
    assert "--force" in again.err
    assert run("providers", "quay", "--from", str(file), "--force").status == 0
    shipped = run("providers", "icloud", "--from", str(file))
    assert shipped.status == 2
    assert "--force" in shipped.err
    over = run("providers", "icloud", "--from", str(tmp_path / "quay.xml"), "--force")
    assert over.status == 2, "quay.toml has the domain"


def test_a_domain_of_another_own_file_is_not_taken_over(run: Run, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "quay.xml"
    file.write_text(XML)
    assert run("providers", "quay", "--from", str(file)).status == 0
    kept = (home / "providers" / "quay.toml").read_text()
    for options in ((), ("--force",)):
        done = run("providers", "abbey", "--from", str(file), *options)
        assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert f"quay.example is listed in your own file {home / 'providers' / 'quay.toml'}" in done.err
        assert "--force" in done.err
    assert [each.name for each in (home / "providers").iterdir()] == ["quay.toml"]
    assert (home / "providers" / "quay.toml").read_text() == kept


def test_what_a_file_wins_over_is_said(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.xml"
    file.write_text(XML.replace("<domain>quay.example</domain>", "<domain>icloud.com</domain>"))
    own = run("providers", "mine", "--from", str(file))
    assert own.status == 0
    assert "The shipped icloud.toml lists icloud.com as well" in " ".join(own.err.split())
    file.write_text(XML)
    over = run("providers", "posteo", "--from", str(file), "--force")
    assert over.status == 0
    assert "wins over the shipped posteo.toml" in over.err


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"<clientConfig>\n<oops", 2),
        (b"<!DOCTYPE html><html></html>", None),
        (b"", None),
        (b"x" * (1 << 21), None),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><clientConfig>&a;</clientConfig>', None),
    ],
    ids=["cut", "html", "empty", "long", "entities"],
)
def test_what_is_no_autoconfig_file(
    run: Run, tmp_path: Path, home: Path, content: bytes, line: int | None
) -> None:
    file = tmp_path / "x.xml"
    file.write_bytes(content)
    done = run("providers", "quay", "--from", str(file))
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert done.err.startswith(f"{file}:{line}: " if line else f"{file}: ")
    assert not home.exists()


def test_a_file_that_is_not_there(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path / "none.xml", tmp_path):
        done = run("providers", "quay", "--from", str(path))
        assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert str(path) in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--as", "dns"],
        ["--from", "x.xml"],
        ["icloud", "--as", "word"],
        ["icloud", "--output", "x"],
        ["icloud", "--force"],
        ["icloud", "--as", "dns", "--from", "x.xml"],
        ["icloud", "--as", "dns", "--json"],
        ["icloud", "--as", "dns", "--status", "active"],
        ["nobody-at-all", "--as", "dns"],
        ["../x", "--from", __file__],
    ],
    ids=" ".join,
)
def test_options_that_do_not_fit(run: Run, arguments: list[str]) -> None:
    done = run("providers", *arguments)
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1), done.err


def test_publishing_into_a_folder_that_is_not_there(run: Run, tmp_path: Path) -> None:
    done = run("providers", "icloud", "--as", "dns", "--output", str(tmp_path / "no" / "x"))
    assert (done.status, len(done.err.splitlines())) == (2, 1)


def test_a_broken_own_file_is_named_with_its_line(run: Run, write: Write) -> None:
    broken = write("providers/quay.toml", 'name = "Quay"\nbogus = 1\n')
    for options in ([], ["--as", "dns"], ["--json"]):
        done = run("providers", "quay", *options)
        assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
        assert done.err.startswith(f"{broken}:2: bogus: unknown key")
