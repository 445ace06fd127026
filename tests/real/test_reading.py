"""Profiles as other programs write them: OpenSSL’s signatures in all their forms, and XML by xmllint."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import pytest
import trustme

from mailferry.iphone.reading.profile import read_profile
from tests.iphone.reading.shapes import MAIL_IN_A_BOX, mail, profile, xml
from tests.real.servers import program

pytestmark = pytest.mark.real

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def signer(authority: trustme.CA, tmp_path: Path) -> list[str]:
    """OpenSSL's options that name certificate and key."""
    issued = authority.issue_cert("signer.example", common_name="Example Signer")
    issued.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "identity.pem"))
    return ["-signer", str(tmp_path / "identity.pem"), "-inkey", str(tmp_path / "identity.pem")]


def signed(content: bytes, signer: list[str], *arguments: str) -> bytes:
    command = [program("openssl"), *arguments, *signer]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["cms", "-sign", "-nodetach", "-binary", "-outform", "DER"],
        ["cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-stream"],
        ["cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-keyid", "-md", "sha512"],
        ["cms", "-sign", "-nodetach", "-binary", "-outform", "DER", "-noattr"],
        ["smime", "-sign", "-nodetach", "-binary", "-outform", "DER"],
    ],
    ids=["cms", "streamed", "key id", "no attributes", "smime"],
)
def test_what_openssl_signs_is_read(
    authority: trustme.CA,
    signer: list[str],
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    roots = tmp_path / "roots.pem"
    authority.cert_pem.write_to_path(str(roots))
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    report = read_profile(signed(xml(profile(mail())), signer, *arguments), now=NOW)
    assert report.warnings == ()
    assert report.signature is not None
    assert report.signature.signer is not None
    assert report.signature.signer.name == "Example Signer"
    assert len(report.accounts) == 1


def test_what_openssl_signs_without_content_is_refused(signer: list[str]) -> None:
    from mailferry.iphone.reading.refused import RefusedProfileError

    data = signed(xml(profile(mail())), signer, "cms", "-sign", "-binary", "-outform", "DER")
    with pytest.raises(RefusedProfileError, match="only a signature"):
        read_profile(data, now=NOW)


def test_what_another_program_wrote_is_read_the_same(tmp_path: Path) -> None:
    file = tmp_path / "box.mobileconfig"
    file.write_bytes(xml(MAIL_IN_A_BOX))
    for options in (["--format"], ["--encode", "UTF-16"], ["--noblanks", "--encode", "ISO-8859-1"]):
        command = [program("xmllint"), "--nonet", *options, str(file)]
        written = subprocess.run(command, capture_output=True, check=True).stdout
        assert read_profile(written, now=NOW) == read_profile(file.read_bytes(), now=NOW)
