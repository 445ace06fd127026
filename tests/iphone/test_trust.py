"""Which signers this computer trusts."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from mailferry.iphone.certificates import read_certificate, readable_certificates
from mailferry.iphone.trust import describe, is_trusted, issuer_is_among, name_of
from tests.checks.certificates import Issued, signed_weakly
from tests.iphone.identities import DAY, NOW, Identity, between, issue, leaf, root, rsa_key, trust


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trust(monkeypatch, tmp_path, root())


def trusted(identity: Identity, *along: x509.Certificate) -> bool:
    return is_trusted(identity.certificate, along, now=NOW)


def test_through_what_came_along_to_a_root() -> None:
    assert trusted(leaf(), *leaf().above)
    assert trusted(leaf(), between().certificate)
    assert trusted(leaf(), issue("stranger").certificate, between().certificate)
    assert trusted(issue("direct", root()))


def test_a_root_that_signs_is_trusted_itself() -> None:
    assert trusted(root())


def test_without_those_between_there_is_no_way() -> None:
    assert not trusted(leaf())
    assert not trusted(leaf(), root().certificate)


def test_a_root_that_came_along_is_nobodys() -> None:
    own = issue("Own Root", authority=True)
    assert not trusted(issue("leaf", own), own.certificate)


def test_a_root_of_the_same_name_is_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    trust(monkeypatch, tmp_path, issue("Root of Trust", authority=True))
    assert not trusted(leaf(), *leaf().above)


@pytest.mark.parametrize(
    "middle",
    [
        issue("old", root(), authority=True, ends=-DAY),
        issue("new", root(), authority=True, begins=DAY),
        issue("no authority", root(), authority=False),
        issue("says nothing", root(), authority=None),
        issue("may not sign", root(), authority=True, signs_certificates=False),
    ],
    ids=lambda each: name_of(each.certificate.subject),
)
def test_who_may_not_vouch_for_others(middle: Identity) -> None:
    assert not trusted(issue("leaf", middle), middle.certificate)


def test_an_authority_may_limit_how_many_there_are_below_it() -> None:
    one = issue("one", root(), authority=True, path_length=0)
    two = issue("two", one, authority=True)
    assert trusted(issue("leaf", one), one.certificate)
    assert not trusted(issue("leaf", two), two.certificate, one.certificate)


def test_an_old_root_need_not_say_that_it_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    old = issue("Old Root", authority=None)
    trust(monkeypatch, tmp_path, old)
    assert trusted(issue("leaf", old))


def test_a_root_that_has_ended_vouches_for_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = issue("Ended", authority=True, ends=-DAY)
    trust(monkeypatch, tmp_path, ended)
    assert not trusted(issue("leaf", ended))


def test_the_signers_own_dates_are_another_matter() -> None:
    assert trusted(issue("old leaf", root(), ends=-DAY))


def test_what_apple_takes_no_more_is_not_trusted() -> None:
    rsa_root = issue("RSA", root(), authority=True, key=rsa_key())
    strong = issue("leaf", rsa_root, key=rsa_key())
    assert trusted(strong, rsa_root.certificate)
    for digest in ("sha1", "md5"):
        weak = signed_weakly(_issued(strong), _issued(rsa_root), digest)
        assert not is_trusted(weak.certificate, (rsa_root.certificate,), now=NOW)


def _issued(identity: Identity) -> Issued:
    assert isinstance(identity.key, rsa.RSAPrivateKey)
    return Issued(identity.certificate, identity.key)


def test_circles_come_to_an_end() -> None:
    first = issue("A", issue("B"), authority=True)
    circle = [
        issue("A", Identity(issue("B").certificate, first.key), authority=True, key=first.key).certificate
        for _ in range(40)
    ]
    circle += [
        issue("B", Identity(first.certificate, first.key), authority=True, key=first.key).certificate
        for _ in range(40)
    ]
    assert not trusted(issue("leaf", first), *circle)


def test_roots_in_a_folder_under_hashed_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = issue("In the Folder", authority=True)
    trust(monkeypatch, tmp_path, issue("nobody", authority=True))
    folder = tmp_path / "hashed"
    folder.mkdir()
    (folder / "0123abcd.0").write_bytes(other.pem)
    (folder / "README").write_bytes(root().pem)
    (folder / "ffffffff.0").symlink_to(tmp_path / "nowhere")
    monkeypatch.setenv("SSL_CERT_DIR", str(folder))
    assert trusted(issue("leaf", other))
    assert not trusted(issue("direct", root()))


def test_without_any_roots_nobody_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    assert not trusted(root())


def test_a_root_that_cannot_be_read_takes_no_others_along(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trust(monkeypatch, tmp_path, root())
    file = tmp_path / "some.pem"
    file.write_bytes(
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\nwords\n" + root().pem + b"\x00\xff"
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    assert trusted(root())
    assert len(list(readable_certificates(file.read_bytes()))) == 1


def test_what_a_signer_is_told_as() -> None:
    signer = describe(leaf().certificate, leaf().above, now=NOW)
    assert (signer.name, signer.issuer, signer.trusted) == ("profiles.example", "In Between", True)
    assert signer.fingerprint == f"sha256:{leaf().certificate.fingerprint(hashes.SHA256()).hex()}"
    assert signer.not_after == NOW + 300 * DAY
    assert signer.in_date(NOW)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CN=joe.example,O=Joe", "joe.example"),
        ("O=Joe and Sons,C=DE", "Joe and Sons"),
        ("C=DE,ST=Hessen", "C=DE,ST=Hessen"),
        ("", ""),
    ],
)
def test_names_in_short(name: str, shown: str) -> None:
    assert name_of(x509.Name.from_rfc4514_string(name)) == shown


def test_a_name_cannot_turn_a_line_around() -> None:
    assert name_of(issue("\u202eelpmaxe\nEvil\x1b[2J").certificate.subject) == "elpmaxe Evil[2J"
    assert len(name_of(issue("x" * 64).certificate.subject)) == 64


def test_whether_the_issuer_came_along() -> None:
    assert issuer_is_among(leaf().certificate, leaf().above)
    assert not issuer_is_among(leaf().certificate, ())
    assert issuer_is_among(root().certificate, ())


def test_every_damage_of_a_certificate_is_one_kind_of_error() -> None:
    whole = leaf().der
    for at in range(len(whole)):
        for octet in (0x00, 0xFF, whole[at] ^ 0x03):
            try:
                certificate = read_certificate(whole[:at] + bytes([octet]) + whole[at + 1 :])
            except ValueError:
                continue
            assert describe(certificate, (), now=NOW).trusted in (True, False)
