"""`read`: profiles explained, compared and imported; nothing from them harms a terminal."""

from __future__ import annotations

import datetime
import io
import json
import os
import plistlib
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keyring
import keyring.core
import pytest
import trustme

from mailferry.iphone.signing import load_identity, sign
from mailferry.iphone.smime import SMIME_STAYS_THE_USERS_CHOICE
from tests.cli.conftest import Run
from tests.iphone.reading.shapes import (
    ADDRESS,
    EXCHANGE,
    FASTMAIL,
    MAIL_IN_A_BOX,
    MAILCOW,
    PASSWORD,
    SHAPES,
    mail,
    other,
    profile,
    xml,
)
from tests.secret_hunt import plant
from tests.secrets.backends import Shelf

Write = Callable[[str, str], Path]


@pytest.fixture
def file(tmp_path: Path) -> Callable[[dict[str, Any]], str]:
    """`file(shape)` puts a profile on disk and gives its name."""

    def put(shape: dict[str, Any]) -> str:
        return str(plant(tmp_path / "a.mobileconfig", xml(shape).decode()))

    return put


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """A password store in memory."""
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    shelf = Shelf()
    keyring.set_keyring(shelf)
    return shelf


File = Callable[[dict[str, Any]], str]


def test_the_document_has_the_keys_that_scripts_know(run: Run, file: File) -> None:
    done = run("read", file(FASTMAIL), "--json")
    assert done.status == 0
    document = done.json
    assert document["identifier"] == "org.example.mail.mary"
    assert document["display_name"] == "Fastmail (mary@fastmail.com)"
    assert (document["signed"], document["signer"]) == (False, None)
    (account,) = document["accounts"]
    assert {key: account[key] for key in ("type", "address", "incoming", "outgoing", "password_inside")} == {
        "type": "mail",
        "address": "mary@fastmail.com",
        "incoming": {
            "protocol": "imap",
            "host": "imap.fastmail.com",
            "port": 993,
            "security": "tls",
            "username": "mary@fastmail.com",
            "auth": ["password"],
            "use_ssl": True,
        },
        "outgoing": {
            "protocol": "smtp",
            "host": "smtp.fastmail.com",
            "port": 465,
            "security": "tls",
            "username": "mary@fastmail.com",
            "auth": ["password"],
            "use_ssl": True,
        },
        "password_inside": True,
    }
    assert [each["type"] for each in document["other_payloads"]] == [
        "com.apple.caldav.account",
        "com.apple.carddav.account",
    ]
    assert {warning["code"] for warning in document["warnings"]} == {"password-inside"}
    assert all(warning["text"] for warning in document["warnings"])
    (compared,) = document["compared"]
    assert (compared["provider"], compared["ok"], compared["account"]) == ("fastmail", True, None)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_every_shape_is_explained_without_its_password(run: Run, file: File, shape: dict[str, Any]) -> None:
    name = file(shape)
    for arguments in (("read", name), ("read", name, "--json")):
        done = run(*arguments)
        assert done.status == 0
        for text in (PASSWORD, PASSWORD.replace("&", "&amp;"), json.dumps(PASSWORD)[1:-1]):
            assert text not in done.out
    for server in ("imap.example.org", "pop.example.org", "imap.fastmail.com"):
        if server in str(shape):
            assert server in run("read", name).out


def test_exchange_has_its_own_keys(run: Run, file: File) -> None:
    (account,) = run("read", file(EXCHANGE), "--json").json["accounts"]
    assert (account["type"], account["incoming"], account["outgoing"]) == ("exchange", None, None)
    assert (account["host"], account["oauth"]) == ("outlook.office365.com", True)


def test_what_makes_an_iphone_refuse_the_file_comes_first(run: Run, file: File) -> None:
    done = run("read", file(profile(mail(IncomingMailServerPortNumber="993"))))
    assert done.status == 0
    assert "An iPhone refuses it because\n" in done.out
    assert "[wrong-type]" in done.out


@pytest.mark.parametrize(
    ("days", "changed", "first"),
    [
        (None, True, "The signature does not hold. It was changed after it was signed."),
        (-2, False, "The signature does not hold. The certificate of “Family Helper” ended on"),
        (None, False, f"“Mail for {ADDRESS}”"),
    ],
)
def test_a_signature_that_does_not_hold_is_the_first_that_is_said(
    run: Run, tmp_path: Path, days: int | None, changed: bool, first: str
) -> None:
    ends = None if days is None else datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    issued = trustme.CA().issue_cert("helper.example", common_name="Family Helper", not_after=ends)
    identity = load_identity(issued.private_key_and_cert_chain_pem.bytes())
    signed = sign(xml(profile(mail())), identity)
    file = tmp_path / "a.mobileconfig"
    file.write_bytes(signed.replace(b"imap.example.org", b"imap.example.net") if changed else signed)
    said = " ".join(run("read", str(file)).out.split())
    assert said.startswith(first)
    assert ("Signed by “Family Helper”" in said) is not changed
    assert "holds until" not in said
    assert said.count("It was changed after") == (1 if changed else 0)


def test_what_gives_a_stranger_the_device_leads_and_trifles_come_last(run: Run, file: File) -> None:
    locked = dict.fromkeys(SMIME_STAYS_THE_USERS_CHOICE, False)
    shape = profile(
        mail(IncomingMailServerUseSSL=False, **locked),
        mail(number=2, EmailAddress="ann@example.org", IncomingMailServerUsername="ann", **locked),
        other("com.apple.mdm", 7, PayloadUUID="mdm"),
        other("com.apple.vpn.managed", 8),
        other("com.apple.dnsSettings.managed", 9),
    )
    said = " ".join(run("read", file(shape)).out.split())
    places = [said.index(f"[{code}]") for code in ("device-management", "vpn", "dns")]
    assert places == sorted(places)
    assert said.index("Beware") < places[0]
    assert places[-1] < said.index("IMAP")
    assert said.index("[tls-off]") < said.index("[bad-uuid]") < said.index("[smime-locked]")
    # Of all accounts at once, in words and not in names of keys.
    assert said.count("S/MIME") == 1
    assert "mary@example.org, ann@example.org: Signing" in said
    assert "SMIMESigning" not in said
    listed = [warning["code"] for warning in run("read", file(shape), "--json").json["warnings"]]
    assert listed.index("device-management") < listed.index("tls-off") < listed.index("bad-uuid")


def test_a_profile_is_read_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    from mailferry.cli.main import main

    stream = SimpleNamespace(buffer=io.BytesIO(xml(profile(mail()))), isatty=lambda: False)
    monkeypatch.setattr("sys.stdin", stream)
    with pytest.raises(SystemExit) as ended:
        main(["--home", str(home), "read", "-"])
    assert ended.value.code == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"<html>", "web page"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><plist/>', "entities"),
        (b"<?xml version='1.0'?><plist>" + b"<array>" * 9_000, "levels deep"),
        (b"bplist00" + b"\x00" * 64, "damaged"),
        (b"PK\x03\x04", "ZIP"),
        (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", ""),
        (plistlib.dumps({"a": 1}), "no configuration profile"),
    ],
)
def test_what_is_no_profile_is_refused_in_one_line(
    run: Run, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "x.mobileconfig"
    file.write_bytes(content)
    done = run("read", str(file))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"{file}: ")
    assert words in done.err
    assert len(done.err.splitlines()) == 1


def test_a_giant_file_is_not_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "giant.mobileconfig"
    with file.open("wb") as giant:
        giant.truncate(500 << 20)
    done = run("read", str(file))
    assert done.status == 2
    assert "larger than 8 MiB" in done.err


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_said(run: Run, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    done = run("read", str(path))
    assert (done.status, done.out) == (2, "")
    assert str(path) in done.err


def test_nothing_in_a_profile_steers_the_terminal(run: Run, file: File) -> None:
    evil = "\u202eevil\u2066\n\nIt also has\n  nothing to fear"
    keys: dict[str, Any] = dict.fromkeys(
        ["EmailAddress", "EmailAccountName", "EmailAccountDescription", "IncomingMailServerHostName"], evil
    )
    shape = profile(
        mail(**keys, IncomingMailServerUsername=evil),
        other("com.apple.vpn.managed", UserDefinedName=evil),
        other(evil, 8),
        PayloadDisplayName=evil,
        PayloadIdentifier=evil,
        PayloadOrganization=evil,
    )
    for arguments in ((), ("--json",), ("--import",)):
        done = run("read", file(shape), *arguments)
        for line in (done.out + done.err).splitlines():
            assert line.isprintable()
            assert line != "  nothing to fear"


# With one's own accounts


def test_what_would_change_on_the_phone_is_told(run: Run, file: File, write: Write) -> None:
    write(
        "accounts/mum.toml",
        f'address = "{ADDRESS}"\n[incoming]\nhost = "imap.example.org"\nport = 143\nsecurity = "starttls"\n'
        '[iphone]\nidentifier = "org.example.mail.mary"\n',
    )
    done = run("read", file(profile(mail())))
    assert "is your account “mum”" in done.out
    assert "incoming.port  993 → 143" in done.out
    assert "account “mum” replace each other" in done.out.replace("\n", " ")
    document = run("read", file(profile(mail())), "--json").json
    assert document["replaces"] == {"account": "mum", "person": None}
    assert document["compared"][0]["changes"][0] == {"path": "incoming.port", "profile": 993, "yours": 143}


def test_what_differs_from_the_provider_has_a_heading_that_says_so(
    run: Run, file: File, write: Write, tmp_path: Path
) -> None:
    write(
        "accounts/mum.toml", 'address = "mary@fastmail.com"\n[outgoing]\nport = 587\nsecurity = "starttls"\n'
    )
    own = str(tmp_path / "own.mobileconfig")
    assert run("export", "mum", "--as", "profile", "--output", own).status == 0
    said = " ".join(run("read", own).out.split())
    heading = said.index("Compared with what fastmail recommends:")
    assert said.index("would change none") < heading < said.index("outgoing.port = 587")


def test_importing_makes_account_files(run: Run, file: File, home: Path) -> None:
    done = run("read", file(profile(mail())), "--import", "--person", "Mum")
    assert done.status == 0
    path = home / "accounts" / "marys-mail.toml"
    assert done.out.splitlines()[-1] == str(path)
    assert "its place" in done.err
    account = tomllib.loads(path.read_text())
    assert (account["person"], account["iphone"]["identifier"]) == ("Mum", "org.example.mail.mary")
    again = run("read", file(profile(mail())), "--import")
    assert again.status == 0
    assert "it is there already, as “marys-mail”" in again.err.replace("\n", " ")


def test_importing_tells_scripts_what_was_made(run: Run, file: File, home: Path) -> None:
    shape = profile(mail(), mail(number=2, EmailAddress="nobody"))
    done = run("read", file(shape), "--import", "--json")
    assert done.status == 1
    assert done.json["imported"] == [
        {
            "account": "marys-mail",
            "address": ADDRESS,
            "file": str(home / "accounts" / "marys-mail.toml"),
            "payload": 0,
        }
    ]
    assert [left["address"] for left in done.json["left"]] == ["nobody"]


def test_a_profile_without_accounts_imports_nothing(run: Run, file: File) -> None:
    done = run("read", file(profile(other("com.apple.font"))), "--import")
    assert done.status == 1
    assert "no account in it" in done.err


def test_an_address_that_the_profile_leaves_out_is_given(run: Run, file: File, home: Path) -> None:
    assert run("read", file(MAIL_IN_A_BOX), "--import").status == 1
    assert run("read", file(MAIL_IN_A_BOX), "--import", "--address", "mary@box.example.org").status == 0
    assert len(list((home / "accounts").iterdir())) == 1
    assert run("read", file(MAIL_IN_A_BOX), "--import", "--address", "mary").status == 2


def test_an_address_is_asked_for_in_a_terminal(run: Run, file: File, home: Path) -> None:
    name = file(MAIL_IN_A_BOX)
    assert run("read", name, "--import", stdin="\n", terminal=True).status == 1
    assert run("read", name, "--import", stdin="mary@box.example.org\n", terminal=True).status == 0


def test_a_password_is_kept_only_when_asked_to(run: Run, file: File, store: Shelf) -> None:
    done = run("read", file(MAILCOW), "--import")
    assert done.status == 0
    assert store.entries == {}
    said = done.err.replace("\n", " ")
    assert "mailferry password set" in said
    assert "delete it" not in said


def test_a_password_goes_into_the_store(run: Run, file: File, store: Shelf, home: Path) -> None:
    done = run("read", file(MAILCOW), "--import", "--keep-passwords")
    assert done.status == 0
    assert "delete it when it is no longer needed" in done.err.replace("\n", " ")
    assert list(store.entries.values()) == [PASSWORD]
    assert run("password", "test", ADDRESS).status == 0


@pytest.mark.parametrize(("answer", "kept"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_in_a_terminal_it_is_asked_whether_to_keep_the_password(
    run: Run, file: File, store: Shelf, answer: str, kept: int
) -> None:
    assert run("read", file(MAILCOW), "--import", stdin=answer, terminal=True).status == 0
    assert len(store.entries) == kept


def test_a_store_that_does_not_work_is_said_and_the_account_stays(
    run: Run, file: File, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    from mailferry.model.secret import SecretError
    from mailferry.secrets.wallet import Wallet

    def locked(*_: object) -> None:
        raise SecretError("the password store is locked")

    monkeypatch.setattr(Wallet, "set", locked)
    done = run("read", file(MAILCOW), "--import", "--keep-passwords")
    assert done.status == 1
    said = done.err.replace("\n", " ")
    assert "was not kept: the password store is locked" in said
    assert "Do not delete the profile before" in said
    assert "delete it when it is no longer needed" not in said
    assert len(list((home / "accounts").iterdir())) == 1


@pytest.mark.parametrize("option", [["--person", "Mum"], ["--address", ADDRESS], ["--keep-passwords"]])
def test_options_of_importing_go_with_it(run: Run, file: File, option: list[str]) -> None:
    assert run("read", file(profile(mail())), *option).status == 2


def test_what_is_exported_here_is_read_back(run: Run, write: Write, tmp_path: Path) -> None:
    write("accounts/mum.toml", 'address = "mum@centurylink.net"\nname = "Mary & Co"\nperson = "Mum"\n')
    target = tmp_path / "out.mobileconfig"
    assert run("export", "mum", "--as", "profile", "--output", str(target)).status == 0
    document = run("read", str(target), "--json").json
    assert document["warnings"] == []
    assert document["accounts"][0]["incoming"]["host"] == "mail.centurylink.net"
    assert document["replaces"] == {"account": "mum", "person": None}
    assert document["compared"][0]["changes"] == []
