"""What is signed is opened, whoever made it, and what is wrong with the signature is said."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519
from hypothesis import given
from hypothesis import strategies as st

from mailferry.iphone.cms import Unwrapped, unwrap
from mailferry.iphone.signing import load_identity, sign
from tests.iphone.identities import (
    DAY,
    NOW,
    Identity,
    Signing,
    between,
    issue,
    leaf,
    made,
    root,
    rsa_leaf,
    trust,
)

PROFILE = b'<?xml version="1.0"?>\n<plist><dict/></plist>\n'


def opened(data: bytes) -> Unwrapped:
    found = unwrap(data, now=NOW)
    assert found is not None
    return found


def indefinite(der: bytes) -> bytes:
    """The same with indefinite lengths, as streams write it; contents in pieces of three octets."""

    def header(data: bytes) -> tuple[int, int]:
        first = data[1]
        if first < 0x80:
            return 2, 2 + first
        count = first & 0x7F
        return 2 + count, 2 + count + int.from_bytes(data[2 : 2 + count])

    def rewritten(data: bytes, depth: int) -> bytes:
        out = b""
        while data:
            body, end = header(data)
            if data[0] & 0x20 and depth < 6 and data[0] != 0x31:
                out += data[:1] + b"\x80" + rewritten(data[body:end], depth + 1) + b"\0\0"
            elif data[0] == 0x04 and data[body:end] == PROFILE:
                pieces = [data[body:end][at : at + 3] for at in range(0, end - body, 3)]
                out += b"\x24\x80" + b"".join(b"\x04%c" % len(each) + each for each in pieces) + b"\0\0"
            else:
                out += data[:end]
            data = data[end:]
        return out

    # Certificates and signatures stay DER, as everywhere: only the outer layers are streamed.
    body, _ = header(der)
    return der[:1] + b"\x80" + rewritten(der[body:], 1) + b"\0\0"


KINDS = {
    "ecdsa": Signing(leaf()),
    "ecdsa without attributes": Signing(leaf(), attributes=False),
    "ecdsa named by its key": Signing(leaf(), by_key=True),
    "ecdsa with the bare kind of key": Signing(leaf(), bare_algorithm=True),
    "ecdsa sha384": Signing(issue("p384", between(), key=ec.generate_private_key(ec.SECP384R1())), "sha384"),
    "ecdsa sha512": Signing(leaf(), "sha512"),
    "ecdsa sha224": Signing(leaf(), "sha224"),
    "rsa": Signing(rsa_leaf()),
    "rsa without attributes": Signing(rsa_leaf(), attributes=False),
    "rsa with the bare kind of key": Signing(rsa_leaf(), "sha512", bare_algorithm=True),
    "rsa sha1": Signing(rsa_leaf(), "sha1"),
    "rsa pss": Signing(rsa_leaf(), pss=True),
    "rsa pss sha384, no attributes": Signing(rsa_leaf(), "sha384", pss=True, attributes=False),
    "ed25519": Signing(issue("ed", between(), key=ed25519.Ed25519PrivateKey.generate()), "sha512"),
    "ed448, no attributes": Signing(
        issue("ed448", between(), key=ed448.Ed448PrivateKey.generate()), "sha512", attributes=False
    ),
}


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trust(monkeypatch, tmp_path, root())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("streamed", [False, True])
def test_every_kind_of_signature(kind: str, streamed: bool) -> None:
    der = made(PROFILE, KINDS[kind])
    found = opened(indefinite(der) if streamed else der)
    assert (found.content, found.intact, found.fault, found.problem) == (PROFILE, True, None, None)
    assert found.signer is not None
    assert found.signer.trusted
    assert found.signer.name == KINDS[kind].identity.certificate.subject.rfc4514_string().removeprefix("CN=")
    assert found.signer.issuer == "In Between"


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_content_is_told(kind: str) -> None:
    der = made(PROFILE, KINDS[kind])
    found = opened(der.replace(b"<dict/>", b"<dict >"))
    assert (found.intact, found.fault) == (False, "changed")
    assert found.content == PROFILE.replace(b"<dict/>", b"<dict >")
    assert found.problem == "It was changed after it was signed."


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "attributes" not in kind])
def test_a_signature_made_by_another_key_is_told(kind: str) -> None:
    signing = KINDS[kind]
    der = made(PROFILE, signing)
    signature = der[-8:]
    found = opened(der[:-8] + bytes(octet ^ 1 for octet in signature))
    assert (found.content, found.intact, found.fault) == (PROFILE, False, "bad-signature")


def test_a_certificate_of_another_kind_of_key_does_not_fit() -> None:
    stranger = Identity(rsa_leaf().certificate, leaf().key, leaf().above)
    found = opened(made(PROFILE, Signing(stranger), certificates=(rsa_leaf().certificate,)))
    assert (found.intact, found.fault) == (False, "bad-signature")
    assert found.problem is not None
    assert "“rsa.example”" in found.problem


def test_a_signature_over_another_type_of_content_does_not_count() -> None:
    found = opened(made(PROFILE, Signing(leaf(), claimed_type="signed_data")))
    assert (found.intact, found.fault) == (False, "bad-signature")


def test_ours_is_intact_and_trusted() -> None:
    identity = load_identity(leaf().pem + leaf().chain_pem, key=leaf().key_pem(), now=NOW)
    found = opened(sign(PROFILE, identity))
    assert (found.content, found.intact, found.fault) == (PROFILE, True, None)
    assert found.signer == identity.signer
    assert found.signed_at is not None


@pytest.mark.parametrize(
    ("identity", "fault", "words"),
    [
        (
            issue("old", between(), ends=-DAY),
            "expired",
            "The certificate of “old” ended on 19 November 2026.",
        ),
        (
            issue("new", between(), begins=DAY),
            "not-yet-valid",
            "The certificate of “new” holds only from 21 November 2026 on.",
        ),
        (
            issue("alone"),
            "unknown-issuer",
            "The certificate of “alone” leads to no authority that this computer trusts.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_with_the_signer_is_told(identity: Identity, fault: str, words: str) -> None:
    found = opened(made(PROFILE, Signing(identity)))
    assert (found.content, found.intact, found.fault, found.problem) == (PROFILE, True, fault, words)
    assert found.signer is not None


def test_without_the_signers_certificate_nothing_is_proven() -> None:
    found = opened(made(PROFILE, Signing(leaf()), certificates=(between().certificate,)))
    assert (found.content, found.signer, found.intact) == (PROFILE, None, False)
    assert found.fault == "signer-missing"


def test_without_the_certificate_between_the_signer_is_not_trusted() -> None:
    found = opened(made(PROFILE, Signing(leaf()), certificates=(leaf().certificate,)))
    assert (found.intact, found.fault) == (True, "unknown-issuer")


def test_of_several_signers_the_worst_counts() -> None:
    both = made(PROFILE, Signing(leaf()), Signing(rsa_leaf()))
    assert opened(both).fault is None
    stranger = issue("stranger")
    assert opened(made(PROFILE, Signing(leaf()), Signing(stranger))).fault == "unknown-issuer"
    forged = Identity(rsa_leaf().certificate, rsa_leaf().key, rsa_leaf().above)
    wrong = made(PROFILE, Signing(stranger), Signing(forged, claimed_type="signed_data"))
    assert opened(wrong).fault == "bad-signature"


def test_only_a_signature() -> None:
    found = opened(made(PROFILE, Signing(leaf()), detached=True))
    assert (found.content, found.fault) == (None, "detached")


def test_nobody_has_signed() -> None:
    found = opened(made(PROFILE, certificates=(leaf().certificate,)))
    assert (found.content, found.fault) == (PROFILE, "not-signed")


def test_certificates_in_the_same_form_are_no_signed_file() -> None:
    found = opened(made(b"", certificates=(leaf().certificate,), detached=True))
    assert (found.content, found.fault) == (None, "not-cms")


@pytest.mark.parametrize(
    "data",
    [leaf().der, leaf().key_der(), leaf().pkcs12("password"), b"\x30\x03\x02\x01\x00", b"\x30\x80\0\0"],
    ids=["certificate", "key", "pkcs12", "number", "empty"],
)
def test_other_things_in_der_are_no_signed_file(data: bytes) -> None:
    assert opened(data).fault == "not-cms"


def test_an_encrypted_profile() -> None:
    enveloped = bytes.fromhex("300f06092a864886f70d010703a0023000")
    found = opened(enveloped)
    assert (found.content, found.fault) == (None, "encrypted")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"0",
        b"0 files",
        PROFILE,
        b"bplist00\xd0",
        b"\xef\xbb\xbf<plist/>",
        leaf().pem,
        b"Dear all,\n\nHi\n",
    ],
    ids=["empty", "digit", "words", "plist", "binary plist", "marked plist", "certificate", "letter"],
)
def test_what_is_not_wrapped_is_left_to_others(data: bytes) -> None:
    assert unwrap(data, now=NOW) is None


@pytest.mark.parametrize("label", ["PKCS7", "CMS", "PKCS #7 SIGNED DATA"])
def test_pem(label: str) -> None:
    text = base64.encodebytes(made(PROFILE, Signing(leaf()))).decode()
    found = opened(f"-----BEGIN {label}-----\r\n{text}-----END {label}-----\n".encode())
    assert (found.content, found.intact, found.as_text) == (PROFILE, True, True)


def test_smime() -> None:
    text = base64.encodebytes(made(PROFILE, Signing(leaf())))
    head = b"MIME-Version: 1.0\r\nContent-Type: application/x-pkcs7-mime; smime-type=signed-data\r\n\r\n"
    found = opened(head + text)
    assert (found.content, found.intact, found.as_text) == (PROFILE, True, True)


def test_damaged_text() -> None:
    found = opened(b"-----BEGIN CMS-----\nMIIabcdef\n-----END CMS-----\n")
    assert (found.content, found.as_text) == (None, True)
    assert found.fault in ("damaged", "not-cms")


WHOLE = made(PROFILE, Signing(leaf()))


@given(st.integers(min_value=0, max_value=len(WHOLE) - 1))
def test_cut_off(end: int) -> None:
    found = unwrap(WHOLE[:end], now=NOW)
    assert found is None or (found.content, found.fault) == (None, "damaged")
    assert (found is None) == (end < 3)


@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, 3)),
        min_size=1,
        max_size=6,
    )
)
def test_whatever_is_altered_nothing_is_raised_and_no_other_content_counts(
    changes: list[tuple[int, int, int]],
) -> None:
    data = bytearray(WHOLE)
    for at, octet, how in changes:
        at = min(at, len(data) - 1)
        if how == 0:
            data[at] = octet
        elif how == 1:
            data[at] ^= 1 << octet % 8
        elif how == 2:
            del data[at : at + octet % 9]
        else:
            data[at:at] = bytes([octet]) * (octet % 5)
    found = unwrap(bytes(data), now=NOW)
    if found is not None and found.intact:
        assert found.content == PROFILE
        assert found.signer is not None
    if found is not None and found.fault is None:
        assert found.intact


@given(st.binary(min_size=1, max_size=200))
def test_any_octets_at_all(data: bytes) -> None:
    for start in (
        b"\x30\x80",
        b"\x30\x82\x01\x00",
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80",
    ):
        found = unwrap(start + data, now=NOW)
        assert found is not None
        assert found.fault is not None


def _definite(tag: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    octets = len(body).to_bytes(4)
    return tag + b"\x84" + octets + body


_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")


def _with(
    *, digests: bytes = b"", content: bytes = PROFILE, certificates: bytes = b"", signers: bytes = b""
) -> bytes:
    inner = _definite(b"\x30", _DATA, _definite(b"\xa0", _definite(b"\x04", content)))
    parts = [b"\x02\x01\x01", _definite(b"\x31", digests), inner]
    if certificates:
        parts.append(_definite(b"\xa0", certificates))
    signed = _definite(b"\x30", *parts, _definite(b"\x31", signers))
    return _definite(b"\x30", _SIGNED_DATA, _definite(b"\xa0", signed))


@pytest.mark.parametrize(
    "data",
    [
        _with(digests=b"\x05\x00" * 200_000),
        _with(certificates=b"\x30\x00" * 20_000),
        _with(signers=b"\x30\x00" * 20_000),
        _with(certificates=leaf().der * 65),
        _definite(b"\x30", _definite(b"\x06", b"\xff" * 1_000_000 + b"\x01")),
        b"\x30\x80" * 1_000_000,
        b"\x30\x80\x24\x80" + b"\x24\x80" * 1_000_000,
        b"\x30\x88" + b"\x7f" * 8 + b"abc",
        b"\x30\xff" + b"\x7f" * 127,
        b"\x30\x82\xff\xff" + WHOLE[4:],
        b"\x3f" + b"\xff" * 1000,
        b"\x30\x80\x1f\xff\xff\xff\xff\xff\x00",
        b"\x30\x80" + b"x" * (17 << 20),
        b"\x30\x80\x24\x06\x02\x01\x01\x02\x01\x01\0\0",
    ],
    ids=range(14),  # certificates are made anew each time, and names of tests must stay the same
)
def test_what_would_cost_much_is_refused(data: bytes) -> None:
    found = unwrap(data, now=NOW)
    assert found is None or (found.content, found.fault) == (None, "damaged")


def test_problems_complete_a_sentence() -> None:
    found = opened(WHOLE[:-1])
    assert found.problem == "It is a signed file, but a damaged one: it ends too early."
