"""Who signs a profile, chosen in the interface; what follows from it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.iphone.cms import unwrap
from mailferry.store.home import Home
from mailferry.ui.screens.signer import SignerScreen
from tests.iphone.identities import NOW, leaf, rsa_leaf
from tests.ui.stage import Stage, home_with, staged

_OMA = 'schema = 1\naddress = "oma@fastmail.com"\nlabel = "Oma"\nperson = "Oma"\n'
_PASSPHRASE = "Grüße, 2 Pferde!"
_USUAL = '[signing]\ncertificate = "signer.p12"\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.chdir(tmp_path)
    made = home_with(tmp_path / "home", {"oma": _OMA})
    (made.config / "signer.p12").write_bytes(rsa_leaf().pkcs12(_PASSPHRASE))
    (made.config / "signer.pem").write_bytes(leaf().pem + leaf().chain_pem + leaf().key_pem())
    return made


async def _type(stage: Stage, text: str) -> None:
    stage.app.screen.query_one("Input").value = text  # type: ignore[attr-defined]  # Input has it
    await stage.press("enter")


def _signer(folder: Path) -> str | None:
    unwrapped = unwrap((folder / "oma.mobileconfig").read_bytes(), now=NOW)
    return unwrapped.signer.name if unwrapped is not None and unwrapped.signer is not None else None


async def test_the_usual_identity_signs_once_its_passphrase_is_given(home: Home, tmp_path: Path) -> None:
    home.config_file.write_text(_USUAL, encoding="utf-8")
    async with staged(home) as stage:
        await stage.press("e")
        assert "Passphrase" in stage.shown
        await _type(stage, _PASSPHRASE)
        await stage.until("esc cancel")
        assert "signed by" in stage.shown
        await stage.press("enter", "enter")
        await stage.finish_verbs()
        assert "written" in stage.shown
    assert _signer(tmp_path) is not None


@pytest.mark.parametrize("answer", ["u", "c"])
async def test_an_identity_that_cannot_be_used_is_told_and_one_goes_on_without_it(
    home: Home, answer: str
) -> None:
    home.config_file.write_text(_USUAL, encoding="utf-8")
    async with staged(home) as stage:
        await stage.press("e")
        await _type(stage, "wrong")
        await stage.until("cannot sign")
        await stage.press(answer)
        if answer == "u":
            await stage.until("esc cancel")
            assert "not signed" in stage.shown
        else:
            await stage.finish_verbs()
            assert "nothing was exported" in stage.shown


async def test_an_identity_in_a_file_is_an_option_and_what_follows_is_said(
    home: Home, tmp_path: Path
) -> None:
    async with staged(home) as stage:
        await stage.press("e", "o", "down", "enter", "f")
        await _type(stage, str(home.config / "signer.pem"))
        await stage.until("To replace this profile later")
        await stage.press("escape", "escape")
        assert "signed by" in stage.shown
        await stage.press("enter", "enter")
        await stage.finish_verbs()
    assert _signer(tmp_path) is not None


async def test_who_signed_is_proposed_again(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("e", "o", "down", "enter", "f")
        await _type(stage, str(home.config / "signer.pem"))
        await stage.until("To replace this profile later")
        await stage.press("escape", "escape", "enter", "enter")
        await stage.finish_verbs()
        assert "written" in stage.shown
        await stage.press("e")
        await stage.until("esc cancel")
        assert "signed by" in stage.shown
        assert "nothing changes" in stage.shown


async def test_a_signature_left_out_that_the_iphone_wants_is_asked_about(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("e", "o", "down", "enter", "f")
        await _type(stage, str(home.config / "signer.pem"))
        await stage.until("To replace this profile later")
        await stage.press("escape", "escape", "enter", "enter")
        await stage.finish_verbs()
    async with staged(home) as stage:  # another session knows from its notes who signed
        await stage.press("e")
        await stage.until("esc cancel")
        assert "not signed" in stage.shown
        await stage.press("enter")
        assert "The old profile has to be removed" in stage.shown


async def test_a_file_that_is_no_identity_is_told_and_nothing_changes(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("e", "o", "down", "enter", "f")
        await _type(stage, str(home.accounts / "oma.toml"))
        await stage.until("✗ ")
        assert str(home.accounts / "oma.toml")[-20:] in stage.shown  # what was typed stays
        await stage.press("escape", "escape")
        assert "not signed" in stage.shown


async def test_a_key_in_a_file_of_its_own_is_named_beside_the_certificate(home: Home) -> None:
    (home.config / "chain.pem").write_bytes(leaf().pem + leaf().chain_pem)
    (home.config / "key.pem").write_bytes(leaf().key_pem())
    async with staged(home) as stage:
        await stage.press("e", "o", "down", "enter", "f")
        await _type(stage, str(home.config / "chain.pem"))
        await stage.until("✗ ")  # the key is missing
        screen = stage.app.screen
        assert isinstance(screen, SignerScreen)
        screen.private_key.value = str(home.config / "key.pem")
        await stage.press("enter")
        await stage.until("To replace this profile later")


async def test_a_wrong_passphrase_leaves_the_file_name_to_try_again(home: Home) -> None:
    async with staged(home) as stage:
        await stage.press("e", "o", "down", "enter", "f")
        await _type(stage, str(home.config / "signer.p12"))
        await stage.until("Passphrase")
        await _type(stage, "wrong")
        await stage.until("✗ ")
        assert "signer.p12" in stage.shown
        await stage.press("enter")
        await stage.until("Kept nowhere")
        await _type(stage, _PASSPHRASE)
        await stage.until("To replace this profile later")


async def test_a_signed_profile_is_left_unsigned_once(home: Home, tmp_path: Path) -> None:
    home.config_file.write_text(_USUAL, encoding="utf-8")
    async with staged(home) as stage:
        await stage.press("e")
        await _type(stage, _PASSPHRASE)
        await stage.until("esc cancel")
        await stage.press("o", "down", "enter", "n", "escape")
        assert "not signed" in stage.shown
        await stage.press("enter", "enter")
        await stage.finish_verbs()
    assert (tmp_path / "oma.mobileconfig").read_bytes().startswith(b"<?xml")
