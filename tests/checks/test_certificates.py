"""What is found in a certificate, good or not, and what people are told about it."""

from __future__ import annotations

import datetime
import email.utils
import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from mailferry.checks import tls
from mailferry.checks.clock import server_time
from mailferry.model.check import ServerCheck
from tests.checks import scripts
from tests.checks.asking import HOST, ask, outcome
from tests.checks.certificates import DAY, Issued, between, issue, root, signed_weakly
from tests.checks.fault_server import FaultServer

NOW = datetime.datetime.now(datetime.UTC)


def check_of(
    issued: Issued, folder: Path, *, sends: int = 1, trusted: Issued | None = None, **more: Any
) -> ServerCheck:
    """Test an IMAP server that has this certificate."""
    ca_file = (trusted or root()).ca_file(folder)
    with FaultServer(scripts.imap(), tls=issued.server(folder, sends=sends)) as server:
        return ask(server, security="tls", opts={"ca_files": (ca_file,), "timeout": 2.0}, **more)


def detail(check: ServerCheck) -> str:
    """What the stage tls found."""
    return next(result.detail for result in check.stages if result.stage == "tls")


def test_a_good_one_shows_what_it_was_verified_with(tmp_path: Path) -> None:
    check = check_of(issue(HOST, between()), tmp_path)
    assert check.ok, check
    assert check.certificate is not None
    assert [link.subject for link in check.certificate.chain] == ["In Between", "Root of Trust"]
    assert [link.issuer for link in check.certificate.chain] == ["Root of Trust", "Root of Trust"]
    assert check.certificate.chain[0].not_after > NOW + 900 * DAY
    assert detail(check) == f"{check.certificate.tls_version}, 90 days left"


def test_a_good_one_is_read_without_cryptography(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mailferry.checks.presented", None)
    assert check_of(issue(HOST, between()), tmp_path).ok


@pytest.mark.parametrize(
    ("days", "words"), [(13, "only 13 days left"), (1, "only 1 day left"), (14, "14 days left")]
)
def test_one_that_ends_soon_is_told_of(tmp_path: Path, days: int, words: str) -> None:
    check = check_of(issue(HOST, between(), days=days), tmp_path)
    assert check.ok, check
    assert words in detail(check)
    assert ("should have been renewed" in detail(check)) == (days < 14)


def test_one_that_names_its_server_as_of_old_is_told_of(tmp_path: Path) -> None:
    old = issue(HOST, root(), names=())
    check = check_of(old, tmp_path)
    assert check.ok, check
    assert detail(check).endswith("names the server as its subject only, which iPhones refuse")
    pin = "sha256:" + old.certificate.fingerprint(hashes.SHA256()).hex()
    assert "iPhones" not in detail(check_of(old, tmp_path, fingerprint=pin))


def test_one_whose_issuer_ends_sooner(tmp_path: Path) -> None:
    short = issue("Short Lived", root(), authority=True, days=5)
    check = check_of(issue(HOST, short), tmp_path)
    assert check.ok, check
    assert "90 days left, but “Short Lived” above it ends on" in detail(check)


def test_a_pinned_one_has_no_chain_and_may_be_at_its_end(tmp_path: Path) -> None:
    expired = issue(HOST, days=-3)
    pin = "sha256:" + expired.certificate.fingerprint(hashes.SHA256()).hex()
    check = check_of(expired, tmp_path, sends=0, fingerprint=pin)
    assert check.ok, check
    assert check.certificate is not None
    assert check.certificate.chain == ()
    assert "pinned certificate, expired on" in detail(check)


def test_an_unknown_root_is_named(tmp_path: Path) -> None:
    other = issue("Somebody Else", authority=True)
    check = check_of(issue(HOST, between()), tmp_path, sends=2, trusted=other)
    assert outcome(check) == ("tls", "cert-unknown-issuer")
    assert "In Between" in detail(check)
    assert "Root of Trust, who is not known here" in detail(check)


@pytest.mark.parametrize("public", [True, False])
def test_a_missing_one_in_between_is_told_apart(tmp_path: Path, public: bool) -> None:
    check = check_of(issue(HOST, between(), publishes_issuer=public), tmp_path, sends=0)
    assert outcome(check) == ("tls", "cert-unknown-issuer")
    assert "In Between" in detail(check)
    assert "does not send the certificate in between" in detail(check)
    assert ("private" in detail(check)) != public


def test_a_chain_of_which_only_what_is_above_has_expired(tmp_path: Path) -> None:
    gone = issue("Gone", root(), authority=True, days=-2)
    check = check_of(issue(HOST, gone), tmp_path)
    assert outcome(check) == ("tls", "cert-expired")
    assert "above the server's own has expired" in detail(check)


def test_a_key_that_is_too_short(tmp_path: Path) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    check = check_of(issue(HOST, between(), key=short), tmp_path)
    assert outcome(check) == ("tls", "cert-weak-key")
    assert "RSA, 1024 bits" in detail(check)
    assert check.attempts == 0


def test_an_issuer_whose_key_is_too_short(tmp_path: Path) -> None:
    weak = issue(
        "Weak", root(), authority=True, key=rsa.generate_private_key(public_exponent=65537, key_size=1024)
    )
    check = check_of(issue(HOST, weak), tmp_path)
    assert outcome(check) == ("tls", "cert-weak-key")
    assert "above the server's own" in detail(check)


@pytest.mark.parametrize("digest", ["sha1", "md5"])
def test_a_signature_that_is_too_weak(tmp_path: Path, digest: str) -> None:
    strong = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    authority = issue("RSA", authority=True, key=strong)
    weak = signed_weakly(issue(HOST, authority), authority, digest)
    check = check_of(weak, tmp_path, sends=0, trusted=authority)
    assert outcome(check) == ("tls", "cert-weak-key")
    assert digest.upper() in detail(check)


def test_one_made_for_clients(tmp_path: Path) -> None:
    check = check_of(issue(HOST, between(), usage=ExtendedKeyUsageOID.CLIENT_AUTH), tmp_path)
    assert outcome(check) == ("tls", "cert-wrong-purpose")


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.parametrize(
    ("hours", "words"), [(0, "by this computer's clock and the server's"), (900, "one of the two is wrong")]
)
def test_an_expired_one_is_held_against_both_clocks(
    tmp_path: Path, security: str, hours: int, words: str
) -> None:
    there = email.utils.format_datetime(NOW + datetime.timedelta(hours=hours))
    greeting = f"220 mail.test ESMTP ready; {there}\r\n".encode()
    context = issue(HOST, between(), days=-3).server(tmp_path, sends=1)
    script = scripts.smtp(greeting, features=(b"STARTTLS",), tls=context)
    with FaultServer(script, tls=context if security == "tls" else None) as server:
        check = ask(
            server,
            "smtp",
            "tls" if security == "tls" else "starttls",
            opts={"ca_files": (root().ca_file(tmp_path),)},
        )
    assert outcome(check) == ("tls", "cert-expired")
    assert words in detail(check)


@pytest.mark.parametrize(
    ("greeting", "time"),
    [
        (None, None),
        ("* OK ready", None),
        ("220 mail ESMTP Exim 4.96 Tue, 03 Mar 2026 10:00:00 +0100", (2026, 3, 3, 9)),
        ("220 mail ESMTP; 99 Mar 2026 10:00:00 GMT", None),
        ("+OK <1896.1772524800@mail.test>", (2026, 3, 3, 8)),
        ("+OK <12.34@mail.test>", None),
    ],
)
def test_the_time_in_a_greeting(greeting: str | None, time: tuple[int, ...] | None) -> None:
    found = server_time(greeting)
    assert (found and (found.year, found.month, found.day, found.hour)) == time


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("EE_KEY_TOO_SMALL", "cert-weak-key"),
        ("CA_MD_TOO_WEAK", "cert-weak-key"),
        ("DH_KEY_TOO_SMALL", "tls-no-shared-cipher"),
        ("UNSAFE_LEGACY_RENEGOTIATION_DISABLED", "tls-too-old"),
        ("TLSV1_UNRECOGNIZED_NAME", "tls-handshake-failed"),
        ("", "tls-handshake-failed"),
    ],
)
def test_what_openssls_reasons_mean(reason: str, cause: str) -> None:
    error = ssl.SSLError(1, "words")
    error.reason = reason
    failure = tls.explain(error)
    assert failure.cause == cause
    assert "_" not in failure.detail
