"""What we sign, openssl verifies; what openssl signs or encrypts, we read."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from mailferry.iphone.cms import Unwrapped, unwrap
from mailferry.iphone.signing import load_identity, sign
from mailferry.model.secret import Secret
from tests.iphone.identities import DAY, NOW, Identity, issue, rsa_key, trust
from tests.real import servers

pytestmark = pytest.mark.real

PROFILE = b'<?xml version="1.0"?>\r\n<plist version="1.0"><dict/></plist>\n'
PASSPHRASE = "Gruesse, 2 Pferde!"

# openssl looks at dates by the clock of this computer.
_AROUND_NOW = datetime.datetime.now(datetime.UTC) - NOW
ROOT = issue("Root", authority=True, begins=_AROUND_NOW - DAY, ends=_AROUND_NOW + DAY)
BETWEEN = issue("Between", ROOT, authority=True, begins=_AROUND_NOW - DAY, ends=_AROUND_NOW + DAY)


def _leaf(name: str, key: ec.EllipticCurvePrivateKey | None = None, *, with_rsa: bool = False) -> Identity:
    return issue(
        name, BETWEEN, key=rsa_key() if with_rsa else key, begins=_AROUND_NOW - DAY, ends=_AROUND_NOW + DAY
    )


LEAVES = {
    "rsa": _leaf("rsa", with_rsa=True),
    "P-256": _leaf("P-256"),
    "P-384": _leaf("P-384", ec.generate_private_key(ec.SECP384R1())),
    "P-521": _leaf("P-521", ec.generate_private_key(ec.SECP521R1())),
}


class OpenSsl:
    """The program, in a folder with leaf.pem, key.pem, chain.pem, root.pem and profile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._binary = servers.program("openssl")
        (folder / "root.pem").write_bytes(ROOT.pem)
        (folder / "profile").write_bytes(PROFILE)
        self.take(LEAVES["rsa"])

    def take(self, identity: Identity) -> None:
        (self.folder / "leaf.pem").write_bytes(identity.pem)
        (self.folder / "key.pem").write_bytes(identity.key_pem())
        (self.folder / "chain.pem").write_bytes(BETWEEN.pem)

    def __call__(self, *arguments: str, data: bytes | None = None) -> bytes:
        done = subprocess.run(
            [self._binary, *arguments], input=data, cwd=self.folder, capture_output=True, timeout=30
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout


@pytest.fixture
def openssl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenSsl:
    trust(monkeypatch, tmp_path, ROOT)
    return OpenSsl(tmp_path)


def opened(data: bytes) -> Unwrapped:
    found = unwrap(data, now=datetime.datetime.now(datetime.UTC))
    assert found is not None
    return found


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=LEAVES)
@pytest.mark.parametrize("command", ["cms", "smime"])
def test_it_verifies_what_we_sign(openssl: OpenSsl, leaf: Identity, command: str) -> None:
    signed = sign(PROFILE, load_identity(leaf.pem, key=leaf.key_pem(), chain=BETWEEN.pem))
    (openssl.folder / "signed").write_bytes(signed)
    verify = (command, "-verify", "-in", "signed", "-inform", "der", "-CAfile", "root.pem", "-binary")
    # The purpose of the certificate is no matter to iPhones: any that a web server has will do.
    assert openssl(*verify, "-purpose", "any") == PROFILE
    assert b"sha256" in openssl("cms", "-cmsout", "-print", "-in", "signed", "-inform", "der"), (
        "the digest is SHA-256"
    )


SIGNED = {
    "plain": (),
    "streamed": ("-stream",),
    "without attributes": ("-noattr",),
    "without attributes, streamed": ("-noattr", "-stream"),
    "named by its key": ("-keyid",),
    "sha1": ("-md", "sha1"),
    "sha384": ("-md", "sha384"),
    "sha512": ("-md", "sha512"),
    "rsa-pss": ("-keyopt", "rsa_padding_mode:pss"),
    "rsa-pss with a short salt": ("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:20"),
}
CMS = ("cms", "-sign", "-in", "profile", "-nodetach", "-binary", "-signer", "leaf.pem", "-inkey", "key.pem")


@pytest.mark.parametrize("options", SIGNED.values(), ids=SIGNED)
def test_we_open_what_it_signs(openssl: OpenSsl, options: tuple[str, ...]) -> None:
    found = opened(openssl(*CMS, "-certfile", "chain.pem", "-outform", "der", *options))
    assert (found.content, found.intact, found.fault) == (PROFILE, True, None), found
    assert found.signer is not None
    assert (found.signer.name, found.signer.trusted) == ("rsa", True)


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=LEAVES)
@pytest.mark.parametrize("command", ["cms", "smime"])
def test_we_open_what_it_signs_with_keys_of_all_kinds(openssl: OpenSsl, leaf: Identity, command: str) -> None:
    openssl.take(leaf)
    found = opened(openssl(command, *CMS[1:], "-certfile", "chain.pem", "-outform", "der"))
    assert (found.content, found.fault) == (PROFILE, None), found


@pytest.mark.parametrize("form", ["pem", "smime"])
@pytest.mark.parametrize("command", ["cms", "smime"])
def test_we_open_what_it_writes_as_text(openssl: OpenSsl, command: str, form: str) -> None:
    found = opened(openssl(command, *CMS[1:], "-certfile", "chain.pem", "-outform", form))
    assert (found.content, found.fault, found.as_text) == (PROFILE, None, True), found


def test_two_signers(openssl: OpenSsl) -> None:
    other = LEAVES["P-256"]
    (openssl.folder / "other.pem").write_bytes(other.pem + other.key_pem())
    found = opened(openssl(*CMS, "-signer", "other.pem", "-certfile", "chain.pem", "-outform", "der"))
    assert (found.content, found.fault) == (PROFILE, None), found


def test_without_certificates(openssl: OpenSsl) -> None:
    found = opened(openssl(*CMS, "-nocerts", "-outform", "der"))
    assert (found.content, found.fault) == (PROFILE, "signer-missing")


def test_only_the_signature(openssl: OpenSsl) -> None:
    attached = [each for each in CMS if each != "-nodetach"]
    found = opened(openssl(*attached, "-outform", "der"))
    assert (found.content, found.fault) == (None, "detached")


def test_encrypted(openssl: OpenSsl) -> None:
    for command in (
        ("cms", "-encrypt", "-in", "profile", "-aes256", "-outform", "der", "leaf.pem"),
        ("cms", "-encrypt", "-in", "profile", "-aes256", "-stream", "-outform", "der", "leaf.pem"),
    ):
        found = opened(openssl(*command))
        assert (found.content, found.fault) == (None, "encrypted")


PKCS12 = {
    "as it is now": (),
    "as iPhones and old Macs want it": ("-legacy",),
    "as it was long ago": ("-legacy", "-certpbe", "PBE-SHA1-RC2-40", "-keypbe", "PBE-SHA1-3DES"),
}


@pytest.mark.plants_secrets("openssl is told the passphrase on standard input")
@pytest.mark.parametrize("options", PKCS12.values(), ids=PKCS12)
@pytest.mark.parametrize("passphrase", [PASSPHRASE, ""])
def test_pkcs12(openssl: OpenSsl, options: tuple[str, ...], passphrase: str) -> None:
    export = ("pkcs12", "-export", "-in", "leaf.pem", "-inkey", "key.pem", "-certfile", "chain.pem")
    data = openssl(*export, *options, "-passout", "stdin", data=f"{passphrase}\n".encode())
    identity = load_identity(data, passphrase=lambda _: Secret(passphrase))
    assert identity.signer.trusted
    assert identity.complete


KEYS = {
    "pkcs8": ("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", "key.pem"),
    "pkcs8 in der": ("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", "key.pem", "-outform", "der"),
    "traditional": ("rsa", "-aes128", "-traditional", "-in", "key.pem"),
}


@pytest.mark.plants_secrets("openssl is told the passphrase on standard input")
@pytest.mark.parametrize("options", KEYS.values(), ids=KEYS)
def test_encrypted_keys(openssl: OpenSsl, options: tuple[str, ...]) -> None:
    key = openssl(*options, "-passout", "stdin", data=f"{PASSPHRASE}\n".encode())
    identity = load_identity(
        LEAVES["rsa"].pem, key=key, chain=BETWEEN.pem, passphrase=lambda _: Secret(PASSPHRASE)
    )
    assert identity.signer.trusted


def test_what_most_people_make_first(openssl: OpenSsl) -> None:
    """A certificate issued by itself, which says that it is an authority."""
    new = ("req", "-x509", "-newkey", "rsa:2048", "-noenc", "-subj", "/CN=Joe", "-keyout", "own-key.pem")
    certificate = openssl(*new, "-days", "30")
    identity = load_identity(certificate, key=(openssl.folder / "own-key.pem").read_bytes())
    found = opened(sign(PROFILE, identity))
    assert (found.content, found.intact, found.fault) == (PROFILE, True, "unknown-issuer")
