"""Profiles of other makers are explained in the interface, and imported in one step."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailferry.iphone.reading.profile import read_profile
from mailferry.iphone.signing import load_identity, sign
from mailferry.model.account import PasswordSource, Role
from mailferry.model.secret import Secret
from mailferry.secrets import keyring_store
from mailferry.secrets.store_state import StoreState
from mailferry.store.home import Home
from mailferry.ui.panes.report_lines import report_lines
from mailferry.ui.screens.prompt import PromptScreen
from tests.iphone.reading.shapes import ADDRESS, FASTMAIL, MOX, PASSWORD, SHAPES, mail, other, profile, xml
from tests.ui.screens.host import HARMLESS, HOSTILE
from tests.ui.stage import Stage, staged


async def _read(stage: Stage, file: Path) -> None:
    await stage.press("N")
    stage.app.screen.query_one("Input").value = str(file)  # type: ignore[attr-defined]  # Input has it
    await stage.press("enter")
    await stage.until("scroll")


def _file(folder: Path, content: dict[str, Any] | bytes, name: str = "theirs.mobileconfig") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else xml(content))
    return file


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (100, 30)])
async def test_a_profile_is_explained_and_its_account_imported(
    home: Home, tmp_path: Path, size: tuple[int, int]
) -> None:
    async with staged(home, size) as stage:
        await _read(stage, _file(tmp_path, MOX))
        assert ADDRESS in stage.shown
        assert "Not Signed" in stage.shown
        await stage.press("i")
        assert "Whose accounts are they?" in stage.shown
        await stage.press("ctrl+u")
        await stage.type("Mary")
        await stage.press("enter")
        assert "import 1 account" in stage.shown
        seen = stage.shown
        for _ in range(4):
            await stage.press("pagedown")
            seen += stage.shown
        assert f'+address = "{ADDRESS}"' in seen
        await stage.press("i")
        await stage.finish_verbs()
        entry = stage.board.entry
        assert entry is not None
        assert entry.value is not None
        assert (entry.value.address, entry.value.person) == (ADDRESS, "Mary")
        assert "imported 1 account" in stage.shown
        await stage.press("u")
        assert len(stage.desk.entries) == 3


@pytest.mark.plants_secrets("the profile that is read holds it")
async def test_a_password_inside_is_never_shown_and_kept_where_passwords_are(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, Role]] = []

    def keep(address: str, role: Role, _source: PasswordSource, secret: Secret) -> None:
        assert secret.reveal() == PASSWORD
        kept.append((address, role))

    async with staged(home) as stage:
        monkeypatch.setattr(stage.desk.workspace.wallet, "set", keep)
        ready = StoreState("ready", "a stand-in", "It is open.")
        monkeypatch.setattr(keyring_store, "probe", lambda _patience: ready)
        await _read(stage, _file(tmp_path, FASTMAIL))
        shown = stage.shown
        await stage.press("end")
        assert PASSWORD not in shown + stage.shown
        await stage.press("i", "enter")
        await stage.until("A password stands in the profile")
        await stage.press("k", "i")
        await stage.finish_verbs()
        entry = stage.board.entry
        assert entry is not None
        assert entry.value is not None
        assert PASSWORD not in entry.path.read_text(encoding="utf-8")
        assert (entry.value.address, "incoming") in kept


@pytest.mark.plants_secrets("the profile that is read holds it")
async def test_a_store_that_is_not_there_is_not_offered(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = StoreState("absent", "none", "No store runs.")
    monkeypatch.setattr(keyring_store, "probe", lambda _patience: absent)
    async with staged(home) as stage:
        await _read(stage, _file(tmp_path, FASTMAIL))
        await stage.press("i")
        person = stage.app.screen
        assert isinstance(person, PromptScreen)
        assert person.field.value == ""  # nobody's yet, whichever account was looked at
        await stage.press("enter")
        await stage.until("A password stands in the profile")
        assert "No store runs." in stage.shown
        assert "keep it in the password store" not in stage.shown
        await stage.press("enter")  # the safe choice is highlighted
        await stage.until("import 1 account")


async def test_an_account_that_is_there_is_compared_and_not_imported(home: Home, tmp_path: Path) -> None:
    theirs = profile(mail(EmailAddress="me@icloud.com", IncomingMailServerPortNumber=143))
    async with staged(home) as stage:
        await _read(stage, _file(tmp_path, theirs))
        assert "your account “me”; its profile would change" in stage.shown
        assert "143 → 993" in stage.shown
        assert "i import" not in stage.shown
        await stage.press("i")
        assert "143 → 993" in stage.shown


async def test_what_is_no_profile_is_said_plainly(home: Home, tmp_path: Path) -> None:
    async with staged(home) as stage:
        await stage.press("N")
        await stage.type("/none.mobileconfig")
        await stage.press("enter")
        assert "there is no file /none.mobileconfig" in stage.shown
        await stage.press("escape", "N")
        stage.app.screen.query_one("Input").value = str(_file(tmp_path, b"<html>log in</html>"))  # type: ignore[attr-defined]  # Input has it
        await stage.press("enter")
        await stage.finish_verbs()
        assert "cannot be read" in stage.shown


async def test_words_of_a_stranger_are_harmless(home: Home, tmp_path: Path) -> None:
    hostile = HOSTILE.replace("\x1b", "")  # no property list can hold it
    theirs = profile(mail(EmailAccountName=hostile), PayloadDisplayName=hostile, PayloadOrganization=hostile)
    async with staged(home) as stage:
        await _read(stage, _file(tmp_path, theirs))
        assert HARMLESS.replace(r"\x1b", "") in stage.shown
        assert "\u202e" not in stage.shown


@pytest.mark.plants_secrets("some of the profiles that are read hold one")
@pytest.mark.parametrize("name", SHAPES)
async def test_every_shape_is_explained(home: Home, tmp_path: Path, name: str) -> None:
    async with staged(home) as stage:
        await _read(stage, _file(tmp_path, SHAPES[name]))
        assert PASSWORD not in stage.shown
        assert "Identifier" in stage.shown


def test_what_reaches_beyond_mail_stands_above_the_accounts() -> None:
    shape = profile(mail(), other("com.apple.mdm"))
    report = read_profile(xml(shape), now=datetime.datetime.now(datetime.UTC))
    lines = ["".join(span.text for span in line) for line in report_lines(report, (), None, 80)]
    beware = lines.index("Beware: it reaches beyond mail")
    assert "erase the device" in " ".join(lines[beware + 1 : beware + 3])
    assert beware < lines.index(ADDRESS)


def test_that_a_signature_does_not_hold_is_said_first() -> None:
    issued = trustme.CA().issue_cert("helper.example", common_name="Helper")
    signed = sign(xml(profile(mail())), load_identity(issued.private_key_and_cert_chain_pem.bytes()))
    changed = signed.replace(b"imap.example.org", b"imap.example.net")
    report = read_profile(changed, now=datetime.datetime.now(datetime.UTC))
    lines = ["".join(span.text for span in line) for line in report_lines(report, (), None, 80)]
    assert lines[0].startswith("✗ The signature does not hold.")
    assert any("not of this content" in line for line in lines)


async def test_what_differs_from_the_provider_is_headed(home: Home, tmp_path: Path) -> None:
    servers: dict[str, Any] = {
        "IncomingMailServerHostName": "imap.fastmail.com",
        "OutgoingMailServerHostName": "smtp.fastmail.com",
        "OutgoingMailServerPortNumber": 588,
    }
    address = "mary@fastmail.com"
    users = ["EmailAddress", "IncomingMailServerUsername", "OutgoingMailServerUsername"]
    servers |= dict.fromkeys(users, address)
    async with staged(home, (80, 60)) as stage:
        await _read(stage, _file(tmp_path, profile(mail(**servers))))
        assert "what fastmail recommends" in stage.shown
        assert stage.shown.index("what fastmail recommends") < stage.shown.rindex("588")
