"""Signed profiles: by whom, and what is wrong with the signature."""

from __future__ import annotations

import base64
import datetime

import pytest
import trustme

from mailferry.iphone.reading.profile import read_profile
from mailferry.iphone.reading.refused import RefusedProfileError
from mailferry.iphone.signing import SigningIdentity, load_identity, sign
from tests.iphone.reading.shapes import FASTMAIL, mail, profile, xml

NOW = datetime.datetime.now(datetime.UTC)
SOUND = xml(profile(mail()))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def identity(authority: trustme.CA) -> SigningIdentity:
    issued = authority.issue_cert("signer.example", common_name="Example Signer")
    return load_identity(issued.private_key_and_cert_chain_pem.bytes())


def codes(data: bytes, now: datetime.datetime = NOW) -> list[str]:
    return [warning.code for warning in read_profile(data, now=now).warnings]


def test_a_signer_whom_this_computer_trusts(
    authority: trustme.CA, identity: SigningIdentity, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    roots = f"{tmp_path}/roots.pem"
    authority.cert_pem.write_to_path(roots)
    monkeypatch.setenv("SSL_CERT_FILE", roots)
    report = read_profile(sign(SOUND, identity), now=NOW)
    assert report.warnings == ()
    assert report.signature is not None
    assert report.signature.intact
    assert report.signature.signer is not None
    assert report.signature.signer.name == "Example Signer"


def test_a_foreign_signer(identity: SigningIdentity) -> None:
    assert codes(sign(SOUND, identity)) == ["signer-not-trusted"]


def test_an_expired_signer(identity: SigningIdentity) -> None:
    assert codes(sign(SOUND, identity), NOW.replace(year=3500)) == ["signature-expired"]


def test_a_profile_that_was_changed_after_it_was_signed(identity: SigningIdentity) -> None:
    signed = sign(SOUND, identity)
    changed = signed.replace(b"imap.example.org", b"imap.example.net")
    assert changed != signed
    report = read_profile(changed, now=NOW)
    assert [warning.code for warning in report.warnings] == ["signature-broken"]
    assert report.signature is not None
    assert not report.signature.intact


def test_signing_hides_no_password(identity: SigningIdentity) -> None:
    report = read_profile(sign(xml(FASTMAIL), identity), now=NOW)
    inside = [warning.text for warning in report.warnings if warning.code == "password-inside"]
    assert len(inside) == 3
    assert all("Signing hides nothing" in each for each in inside)


def test_a_signature_in_pem_is_read_though_no_iphone_takes_it(identity: SigningIdentity) -> None:
    body = base64.encodebytes(sign(SOUND, identity))
    report = read_profile(b"-----BEGIN PKCS7-----\n" + body + b"-----END PKCS7-----\n", now=NOW)
    assert report.warnings[0].code == "signed-as-text"
    assert not report.installs
    assert len(report.accounts) == 1


def test_a_signed_mail_message_is_refused(identity: SigningIdentity) -> None:
    body = base64.encodebytes(sign(SOUND, identity))
    head = b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n\n"
    with pytest.raises(RefusedProfileError, match="mail message"):
        read_profile(head + body, now=NOW)


@pytest.mark.parametrize("size", [10, 100, 1_000])
def test_a_signed_file_that_breaks_off_is_refused(identity: SigningIdentity, size: int) -> None:
    with pytest.raises(RefusedProfileError):
        read_profile(sign(SOUND, identity)[:size], now=NOW)


def test_what_is_signed_and_no_profile_is_refused(identity: SigningIdentity) -> None:
    with pytest.raises(RefusedProfileError, match="web page"):
        read_profile(sign(b"<html>", identity), now=NOW)


def test_a_lone_certificate_is_refused(authority: trustme.CA) -> None:
    with pytest.raises(RefusedProfileError, match="PEM"):
        read_profile(authority.cert_pem.bytes(), now=NOW)
