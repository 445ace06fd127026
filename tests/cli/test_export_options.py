"""`export`: passwords, statements, signatures, previews, questions, and what stays behind."""

from __future__ import annotations

import plistlib
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailferry.iphone.cms import unwrap
from tests.cli.conftest import Outcome, Run
from tests.cli.harbour import PASSWORD
from tests.iphone.identities import NOW, leaf, rsa_leaf

Write = Callable[[str, str], Path]
MUM = 'address = "mum@centurylink.net"\nname = "Mary Example"\nlabel = "Mum"\nperson = "Mum"\n'


@pytest.fixture
def mum(write: Write) -> Path:
    return write("accounts/mum.toml", MUM)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out.mobileconfig"


@pytest.fixture
def run_at_terminal(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run_command(*arguments: str, stdin: str = "") -> Outcome:
        with monkeypatch.context() as terminal:
            terminal.setattr(sys.stderr, "isatty", lambda: True)
            return run(*arguments, stdin=stdin, terminal=True)

    return run_command


def profile(content: bytes) -> dict[str, Any]:
    read: dict[str, Any] = plistlib.loads(content)
    return read


@pytest.mark.plants_secrets("the profile is asked to hold the password")
def test_passwords_go_into_a_file_that_only_its_owner_reads(run: Run, harbour: Write, target: Path) -> None:
    done = run("export", "joe", "--as", "profile", "--with-password", "--output", str(target))
    assert done.status == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    (payload,) = profile(target.read_bytes())["PayloadContent"]
    assert payload["IncomingPassword"] == PASSWORD
    assert "readable for whoever has the file" in " ".join(done.err.split())
    assert PASSWORD not in done.err


@pytest.mark.parametrize(
    "options",
    [
        ["--as", "profile", "--with-password"],  # to standard output
        ["--as", "text", "--with-password", "--output", "x.txt"],
        ["--as", "html", "--consent", "Yes?"],
        ["--as", "html", "--organization", "Me"],
        ["--as", "text", "--remove-on", "2090-01-31"],
        ["--as", "text", "--preview"],
        ["--as", "profile", "--leaving"],
        ["--as", "profile", "--remove-on", "31.1.2090"],
        ["--as", "profile", "--remove-on", "2020-01-31"],
        ["--as", "profile", "--lang", "it"],
        ["--as", "profile", "--ios", "14"],
        ["--as", "text", "--lang", "xx"],
        ["--as", "text", "--ios", "19"],
        ["--as", "pdf"],
        ["--as", "profile", "--json"],
        ["--as", "profile", "--unsigned", "--sign", "x.pem"],
        [],
    ],
)
def test_what_makes_no_sense_is_status_2_and_writes_nothing(
    run: Run, mum: Path, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("export", "mum", *options)
    assert (done.status, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert mum.read_text() == MUM
    assert not (tmp_path / "x.txt").exists()


def test_a_profile_says_what_the_options_say(run: Run, mum: Path, target: Path) -> None:
    done = run(
        *("export", "mum", "--as", "profile", "--output", str(target)),
        *(
            "--organization",
            "Die Müllers & Söhne",
            "--consent",
            "Ist das „in Ordnung“?",
            "--remove-on",
            "2090-01-31",
        ),
    )
    assert done.status == 0
    made = profile(target.read_bytes())
    assert made["PayloadOrganization"] == "Die Müllers & Söhne"
    assert made["ConsentText"] == {"default": "Ist das „in Ordnung“?"}
    assert made["RemovalDate"].isoformat() == "2090-01-31T00:00:00"
    assert "31 January 2090" in done.err


def test_a_profile_speaks_the_language_that_is_asked_for(run: Run, mum: Path, target: Path) -> None:
    assert run("export", "mum", "--as", "profile", "--lang", "de", "--output", str(target)).status == 0
    german = profile(target.read_bytes())
    assert german["PayloadDescription"].startswith("Richtet die App Mail für mum@centurylink.net ein.")
    assert german["PayloadDisplayName"] == "Mail for mum@centurylink.net"


def test_the_phone_knows_the_account_from_then_on(run: Run, mum: Path, target: Path) -> None:
    assert run("export", "mum", "--as", "profile", "--output", str(target)).status == 0
    made = profile(target.read_bytes())
    assert mum.read_text() == (
        f'{MUM}\n[iphone]\nidentifier = "{made["PayloadIdentifier"]}"\nuuid = "{made["PayloadUUID"]}"\n'
    )
    first = target.read_bytes()
    done = run("export", "mum", "--as", "profile", "--output", str(target))
    assert target.read_bytes() == first
    assert "Replaces version 1 on Mum’s iPhone, if it is there: nothing changes." in done.err


def test_what_changes_on_the_phone_is_said_before(run: Run, mum: Path, target: Path) -> None:
    run("export", "mum", "--as", "profile", "--output", str(target))
    mum.write_text(mum.read_text() + '\n[incoming]\nport = 143\nsecurity = "starttls"\n')
    done = run("export", "mum", "--as", "profile", "--output", str(target))
    assert "Replaces version 1 on Mum’s iPhone, if it is there: incoming port 993 → 143" in done.err
    assert done.err.index("Replaces") < done.err.index("wrote")


def test_instructions_that_are_looked_at_leave_no_trace(run: Run, mum: Path, home: Path) -> None:
    assert run("export", "mum", "--as", "text").status == 0
    assert mum.read_text() == MUM
    assert not (home / "state" / "given.jsonl").exists()


@pytest.mark.parametrize("form", ["html", "markdown", "text"])
def test_instructions_go_to_standard_output_in_any_language(run: Run, mum: Path, form: str) -> None:
    done = run("export", "mum", "--as", form, "--lang", "de", "--ios", "18")
    assert done.status == 0
    assert "Einstellungen" in done.out
    assert done.out.startswith("<!DOCTYPE html>" if form == "html" else done.out[0])


def test_instructions_for_leaving_are_a_file_of_their_own(run: Run, mum: Path, tmp_path: Path) -> None:
    done = run("export", "mum", "--as", "html", "--leaving", "--output", str(tmp_path))
    assert done.status == 0
    assert (tmp_path / "mum-leaving.html").exists()
    assert mum.read_text() == MUM


def test_a_preview_writes_nothing_and_says_all_where_an_answer_is_looked_for(
    run: Run, mum: Path, home: Path
) -> None:
    done = run("export", "mum", "--preview")
    assert (done.status, done.err) == (0, "")
    assert "A profile can be made of Mum (mum@centurylink.net)." in done.out
    assert "warning: Mum: " in done.out
    assert "Not Signed" in done.out
    assert mum.read_text() == MUM
    assert not (home / "state" / "given.jsonl").exists()


def test_a_preview_names_the_accounts(run: Run, mum: Path, write: Write) -> None:
    write("accounts/icloud.toml", 'address = "mary@icloud.com"\nperson = "Mum"\nname = "Mary"\n')
    done = run("export", "--person", "Mum", "--preview")
    words = " ".join(done.out.split())
    assert "A profile can be made of mary@icloud.com, Mum (mum@centurylink.net)." in words


def test_a_preview_for_scripts(run: Run, mum: Path, target: Path) -> None:
    run("export", "mum", "--as", "profile", "--output", str(target))
    mum.write_text(mum.read_text() + '\n[outgoing]\nport = 465\nsecurity = "tls"\n')
    done = run("export", "mum", "--preview", "--json")
    assert done.status == 0
    document = done.json
    assert (document["ok"], document["refusals"]) == (True, [])
    assert document["unproven"]
    assert document["shown"]
    (port, security) = document["replaces"]["changes"]
    assert (port["setting"], port["before"], port["after"]) == ("outgoing.port", 587, 465)
    assert (security["setting"], document["replaces"]["version"]) == ("outgoing.security", 1)


def test_a_preview_of_what_cannot_be_is_status_1(run: Run, write: Write) -> None:
    write("accounts/dad.toml", 'address = "dad@msn.com"\n')
    done = run("export", "dad", "--preview")
    assert (done.status, done.err) == (1, "")
    assert "Outlook.com" in done.out
    done = run("export", "dad", "--preview", "--json")
    assert done.status == 1
    assert done.json["ok"] is False
    assert "Outlook.com" in done.json["refusals"][0]


def test_what_is_not_tested_needs_a_yes_at_a_terminal(run_at_terminal: Run, mum: Path, target: Path) -> None:
    where = ["export", "mum", "--as", "profile", "--output", str(target)]
    done = run_at_terminal(*where, stdin="\n")
    assert done.status == 1
    assert "not tested yet; export it all the same? [y/N]" in done.err
    assert not target.exists()
    assert mum.read_text() == MUM
    assert run_at_terminal(*where, stdin="y\n").status == 0
    assert target.exists()


def test_yes_beforehand_asks_nothing(run_at_terminal: Run, mum: Path, target: Path) -> None:
    done = run_at_terminal("export", "mum", "--as", "profile", "--output", str(target), "--yes")
    assert done.status == 0
    assert "all the same?" not in done.err


def test_without_a_terminal_it_is_exported_with_the_warning(run: Run, mum: Path, target: Path) -> None:
    done = run("export", "mum", "--as", "profile", "--output", str(target), stdin="n\n")
    assert done.status == 0
    assert "warning: Mum: Not tested" in done.err


def test_what_was_tested_is_stamped_and_asks_nothing(
    run: Run, run_at_terminal: Run, harbour: Write, target: Path
) -> None:
    assert run("check", "joe").status == 0
    done = run_at_terminal("export", "joe", "--as", "profile", "--output", str(target))
    assert done.status == 0
    assert "all the same?" not in done.err
    assert "against imap.harbour.example and smtp.harbour.example" in target.read_text()


def test_a_profile_is_signed_by_whom_the_options_name(
    run: Run, mum: Path, target: Path, tmp_path: Path
) -> None:
    (tmp_path / "cert.pem").write_bytes(leaf().pem)
    (tmp_path / "key.pem").write_bytes(leaf().key_pem())
    options = ["--sign", str(tmp_path / "cert.pem"), "--key", str(tmp_path / "key.pem")]
    done = run("export", "mum", "--as", "profile", "--output", str(target), *options)
    assert done.status == 0
    opened = unwrap(target.read_bytes(), now=NOW)
    assert opened is not None
    assert opened.content is not None
    assert profile(opened.content)["PayloadType"] == "Configuration"
    assert "signature lapses" in done.err.replace("\n", " ")
    (tmp_path / "cert.pem").write_bytes(rsa_leaf().pem)
    (tmp_path / "key.pem").write_bytes(rsa_leaf().key_pem())
    done = run("export", "mum", "--as", "profile", "--output", str(target), *options)
    assert done.status == 0
    assert "remove the old profile first" in done.err.replace("\n", " ")


def test_a_certificate_without_its_key_writes_nothing(
    run: Run, mum: Path, target: Path, tmp_path: Path
) -> None:
    (tmp_path / "cert.pem").write_bytes(leaf().pem)
    done = run(
        "export", "mum", "--as", "profile", "--output", str(target), "--sign", str(tmp_path / "cert.pem")
    )
    assert done.status == 2
    assert "cert.pem" in done.err
    assert not target.exists()
    assert mum.read_text() == MUM


def test_instructions_do_not_fail_for_a_signer_that_cannot_be_had(run: Run, mum: Path, write: Write) -> None:
    write("config.toml", '[signing]\ncertificate = "gone.pem"\n')
    assert run("export", "mum", "--as", "profile").status == 2
    done = run("export", "mum", "--as", "text")
    assert done.status == 0
    assert "not signed" in done.err
    assert "gone.pem" in done.err.replace("\n", "")


def test_a_file_that_cannot_be_pinned_is_a_warning_and_no_failure(
    run: Run, mum: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = __import__("mailferry.saving", fromlist=["save_export"]).save_export

    def saved_while_somebody_edits(export: Any, where: Path) -> Path:
        mum.write_text(MUM.replace("Mary", "Maria"))
        path: Path = real(export, where)
        return path

    monkeypatch.setattr("mailferry.saving.save_export", saved_while_somebody_edits)
    done = run("export", "mum", "--as", "profile", "--output", str(target))
    assert done.status == 0
    assert target.exists()
    assert "has changed in the meantime" in done.err.replace("\n", " ")
    assert mum.read_text() == MUM.replace("Mary", "Maria")


@pytest.mark.parametrize(
    "pin", ["uuid = 'not-a-uuid'", "uuid = '../..'", "identifier = 'a b/<>'", "identifier = 'x'"]
)
@pytest.mark.parametrize("command", [["export", "--as", "profile"], ["export", "--as", "text"], ["deliver"]])
def test_a_pin_that_is_none_is_a_broken_file_to_every_command(
    run: Run, mum: Path, pin: str, command: list[str]
) -> None:
    mum.write_text(f"{MUM}[iphone]\n{pin}\n")
    done = run(*command, "mum")
    assert (done.status, done.out) == (2, "")
    assert f"mum.toml:6: iphone.{pin.partition(' ')[0]}: " in done.err.replace("\n", "")


@pytest.mark.parametrize(("form", "ending"), [("html", "html"), ("text", "txt"), ("profile", "mobileconfig")])
def test_a_name_without_an_ending_gets_that_of_what_is_written(
    run: Run, mum: Path, tmp_path: Path, form: str, ending: str
) -> None:
    done = run("export", "mum", "--as", form, "--output", str(tmp_path / "sheets"))
    assert done.status == 0
    assert f"wrote {tmp_path / f'sheets.{ending}'}\n" in done.err
    assert not (tmp_path / "sheets").exists()


def test_a_file_that_is_there_keeps_its_name(run: Run, mum: Path, tmp_path: Path) -> None:
    there = tmp_path / "sheets"
    there.write_text("")
    assert run("export", "mum", "--as", "text", "--output", str(there)).status == 0
    assert "mum@centurylink.net" in there.read_text()


def test_a_folder_that_is_not_there_is_said(run: Run, mum: Path, tmp_path: Path) -> None:
    done = run("export", "mum", "--as", "text", "--output", f"{tmp_path}/phones/")
    assert done.status == 2
    assert "there is no folder" in done.err
    assert list(tmp_path.glob("phones*")) == []


def test_in_a_folder_nothing_is_written_over_without_a_word(run: Run, mum: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()

    def wrote(*arguments: str) -> str:
        done = run("export", *arguments, "--output", str(folder))
        assert done.status == 0
        return done.err.partition("wrote ")[2].replace("\n", "").replace(" ", "")

    assert wrote("mum", "--as", "profile") == f"{folder}/mum.mobileconfig"
    again = wrote("--person", "mum", "--as", "profile")
    assert again.endswith("mum.mobileconfig,whichwasthere,isanotherprofileornone,andstays.")
    assert wrote("mum", "--as", "profile") == f"{folder}/mum.mobileconfig"
    assert wrote("mum", "--as", "text") == f"{folder}/mum.txt"
    assert wrote("--person", "mum", "--as", "text") == f"{folder}/mum.txt,inplaceofthefileofthatname"
