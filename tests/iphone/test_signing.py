"""Identities out of all kinds of files, and what is wrong with those that are none."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12

from mailferry.iphone.cms import unwrap
from mailferry.iphone.identity_file import IdentityError
from mailferry.iphone.signing import SigningIdentity, load_identity, sign
from mailferry.model.secret import Secret
from tests.iphone.identities import DAY, NOW, Identity, between, issue, leaf, root, rsa_leaf, trust

PASSPHRASE = "Grüße, 2 Pferde!"


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trust(monkeypatch, tmp_path, root())


def never(question: str) -> Secret:
    pytest.fail(f"asked: {question}")


class Asked:
    """Gives a passphrase, and keeps what was asked."""

    def __init__(self, passphrase: str = PASSPHRASE) -> None:
        self._passphrase = passphrase
        self.questions: list[str] = []

    def __call__(self, question: str) -> Secret:
        self.questions.append(question)
        return Secret(self._passphrase)


def load(
    data: bytes,
    key: bytes | None = None,
    chain: bytes | None = None,
    passphrase: Callable[[str], Secret] | None = never,
) -> SigningIdentity:
    return load_identity(data, key=key, chain=chain, passphrase=passphrase, now=NOW)


def assert_signs(loaded: SigningIdentity, identity: Identity = leaf()) -> None:  # noqa: B008  it is cached
    assert loaded.signer.trusted
    assert loaded.complete
    opened = unwrap(sign(b"<plist/>\r\n", loaded), now=NOW)
    assert opened is not None
    assert (opened.content, opened.fault) == (b"<plist/>\r\n", None)
    assert opened.signer == loaded.signer
    assert loaded.certificate == identity.certificate


FILES: dict[str, tuple[bytes, bytes | None, bytes | None]] = {
    "all in one": (leaf().pem + leaf().chain_pem + leaf().key_pem(), None, None),
    "key first": (leaf().key_pem() + leaf().pem + leaf().chain_pem, None, None),
    "the chain upside down": (leaf().key_pem() + root().pem + between().pem + leaf().pem, None, None),
    "fullchain and key": (leaf().pem + leaf().chain_pem, leaf().key_pem(), None),
    "three files": (leaf().pem, leaf().key_pem(), leaf().chain_pem),
    "key in the place of the certificate": (leaf().key_pem(), leaf().pem, leaf().chain_pem),
    "with words between": (
        b"Bag Attributes\n  friendlyName: x\n" + leaf().pem + b"\r\n\r\n" + leaf().chain_pem,
        b"\xef\xbb\xbf" + leaf().key_pem(),
        None,
    ),
    "windows line ends": (
        (leaf().pem + leaf().chain_pem + leaf().key_pem()).replace(b"\n", b"\r\n"),
        None,
        None,
    ),
    "the key as openssl ec writes it": (
        leaf().pem + leaf().chain_pem,
        b"-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
        + leaf().key_pem(traditional=True),
        None,
    ),
    "der": (leaf().der, leaf().key_der(), between().der),
    "a chain as PKCS#7": (
        leaf().pem,
        leaf().key_pem(),
        pkcs7.serialize_certificates([between().certificate], serialization.Encoding.PEM),
    ),
    "a chain as PKCS#7 in DER": (
        leaf().pem,
        leaf().key_pem(),
        pkcs7.serialize_certificates([between().certificate], serialization.Encoding.DER),
    ),
    "pkcs12 without a passphrase": (leaf().pkcs12(), None, None),
}


@pytest.mark.parametrize("files", FILES.values(), ids=FILES)
def test_files_of_all_kinds(files: tuple[bytes, bytes | None, bytes | None]) -> None:
    assert_signs(load(*files))


ENCRYPTED: dict[str, tuple[bytes, bytes | None, bytes | None]] = {
    "the PKCS#12 file": (leaf().pkcs12(PASSPHRASE), None, None),
    "the PKCS#12 file ": (leaf().pkcs12(PASSPHRASE, legacy=True), None, None),
    "the private key": (leaf().pem + leaf().chain_pem + leaf().key_pem(PASSPHRASE), None, None),
    "the private key ": (leaf().pem, leaf().key_pem(PASSPHRASE, traditional=True), between().pem),
    "the private key  ": (leaf().pem, leaf().key_der(PASSPHRASE), between().pem),
}


@pytest.mark.parametrize(("what", "files"), ENCRYPTED.items(), ids=range(5))
def test_what_is_encrypted_is_asked_for_once(
    what: str, files: tuple[bytes, bytes | None, bytes | None]
) -> None:
    asked = Asked()
    assert_signs(load(*files, passphrase=asked))
    assert asked.questions == [f"Passphrase of {what.strip()}"]


@pytest.mark.parametrize(("what", "files"), ENCRYPTED.items(), ids=range(5))
@pytest.mark.parametrize("wrong", ["wrong", "", "\udcff"])
def test_a_wrong_passphrase_is_said_and_not_tried_again(
    what: str, files: tuple[bytes, bytes | None, bytes | None], wrong: str
) -> None:
    asked = Asked(wrong)
    with pytest.raises(IdentityError, match="passphrase") as raised:
        load(*files, passphrase=asked)
    assert len(asked.questions) == 1
    assert raised.value.source in ("certificate", "key")


@pytest.mark.parametrize("files", ENCRYPTED.values(), ids=range(5))
def test_nobody_to_ask(files: tuple[bytes, bytes | None, bytes | None]) -> None:
    with pytest.raises(IdentityError, match=r"A passphrase is needed for .*, and nobody can be asked here"):
        load(*files, passphrase=None)


def test_nothing_shows_key_or_passphrase() -> None:
    asked = Asked()
    loaded = load(leaf().pem, leaf().key_pem(PASSPHRASE), between().pem, asked)
    assert "key" not in repr(loaded).lower().replace("sha256", "")
    assert "rivate" not in repr(loaded)
    try:
        load(leaf().pkcs12(PASSPHRASE), passphrase=Asked("-".join(("another", "Pferd"))))
    except IdentityError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "-".join(("another", "Pferd")) not in shown
    assert PASSPHRASE not in shown


def test_rsa() -> None:
    assert_signs(load(rsa_leaf().pem + rsa_leaf().chain_pem, rsa_leaf().key_pem()), rsa_leaf())
    assert_signs(load(rsa_leaf().pem, rsa_leaf().key_pem(traditional=True), between().pem), rsa_leaf())


@pytest.mark.parametrize(
    "curve", [ec.SECP256R1(), ec.SECP384R1(), ec.SECP521R1()], ids=lambda each: each.name
)
def test_curves(curve: ec.EllipticCurve) -> None:
    identity = issue("curve", between(), key=ec.generate_private_key(curve))
    assert_signs(load(identity.pem + identity.chain_pem + identity.key_pem()), identity)


def test_one_issued_by_itself_may_sign_although_it_says_that_it_is_an_authority() -> None:
    own = issue("Joe", authority=True)
    loaded = load(own.pem + own.key_pem())
    assert not loaded.signer.trusted
    assert loaded.complete


def test_an_identity_that_has_ended_is_loaded_and_says_so() -> None:
    old = issue("old", between(), ends=-DAY)
    assert not load(old.pem, old.key_pem(), between().pem).signer.in_date(NOW)


def test_without_those_between_it_is_not_complete() -> None:
    loaded = load(leaf().pem, leaf().key_pem())
    assert not loaded.complete
    assert not loaded.signer.trusted


REFUSED: dict[str, tuple[bytes, bytes | None, str]] = {
    "nothing": (b"", None, "It is neither a certificate nor a key, as far as PEM, DER and PKCS#12 go."),
    "a text": (b"Dear all", None, "It is neither a certificate nor a key"),
    "a profile": (b"<?xml version='1.0'?><plist/>", None, "It is neither a certificate nor a key"),
    "too large": (b"x" * (1 << 20) + b"xx", None, "It is larger than 1 MiB"),
    "no key": (leaf().pem, None, "There is no private key in it."),
    "no certificate": (leaf().key_pem(), None, "There is no certificate in it"),
    "no certificate in pkcs12": (
        pkcs12.serialize_key_and_certificates(None, leaf().key, None, None, serialization.NoEncryption()),
        None,
        "There is no certificate in it",
    ),
    "another's key": (
        leaf().pem,
        rsa_leaf().key_pem(),
        "The private key does not belong to the certificate of “profiles.example”",
    ),
    "the chain's certificates only": (
        leaf().chain_pem,
        leaf().key_pem(),
        "The private key does not belong to the certificate of “In Between”",
    ),
    "an authority": (
        between().pem,
        between().key_pem(),
        "The certificate of “In Between” is a certificate authority's",
    ),
    "half a certificate": (leaf().pem[:300], leaf().key_pem(), "It is damaged: no part of it is whole."),
    "no base64": (
        b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n",
        leaf().key_pem(),
        "A certificate in it is damaged.",
    ),
    "a damaged key": (
        leaf().pem,
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "The private key is damaged.",
    ),
    "a damaged chain": (
        b"-----BEGIN PKCS7-----\nAAAA\n-----END PKCS7-----\n",
        leaf().key_pem(),
        r"The certificates in it \(PKCS#7\) are damaged.",
    ),
    "a request": (
        b"-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        leaf().key_pem(),
        "It holds a request for a certificate",
    ),
    "a public key": (
        leaf().pem,
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "It holds a public key; the private one is needed.",
    ),
    "ssh": (
        leaf().pem,
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        "It holds a key in OpenSSH's own form; “ssh-keygen -p -m PEM -f FILE”",
    ),
    "very many": (leaf().pem * 101, leaf().key_pem(), "There are more than 100 certificates and keys in it."),
    "a damaged pkcs12": (leaf().pkcs12()[:-40] + b"x" * 40, None, "A passphrase is needed|damaged"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_no_identity_is_said(case: tuple[bytes, bytes | None, str]) -> None:
    data, key, words = case
    with pytest.raises(IdentityError, match=words):
        load(data, key, passphrase=None)


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519"),
        (ec.generate_private_key(ec.SECP256K1()), "secp256k1"),
    ],
    ids=["Ed25519", "secp256k1"],
)
def test_kinds_of_keys_that_an_iphone_does_not_know(
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey, kind: str
) -> None:
    identity = issue("odd", between(), key=key)
    with pytest.raises(IdentityError, match=f"A key of the kind {kind} cannot sign a profile"):
        load(identity.pem + identity.key_pem())


def test_a_key_for_something_else() -> None:
    key = dsa.generate_private_key(1024)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(IdentityError, match="does not belong"):
        load(leaf().pem, pem)


def test_a_short_rsa_key() -> None:
    identity = issue("short", between(), key=rsa.generate_private_key(65537, 1024))
    with pytest.raises(IdentityError, match="The RSA key has 1024 bits; an iPhone wants 2048 at least"):
        load(identity.pem + identity.key_pem())


def test_which_file_is_to_blame() -> None:
    with pytest.raises(IdentityError) as raised:
        load(leaf().pem, leaf().key_pem(), b"words")
    assert raised.value.source == "chain"


def test_the_content_stays_as_it_is() -> None:
    loaded = load(leaf().pem, leaf().key_pem())
    for content in (b"", b"a\nb\r\nc\r", bytes(range(256)), b"x" * 300_000):
        opened = unwrap(sign(content, loaded), now=NOW)
        assert opened is not None
        assert opened.content == content
