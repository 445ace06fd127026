"""Certificates that strict clients accept, and expired ones that none does."""

from __future__ import annotations

import datetime
import ssl
from pathlib import Path

import pytest
from cryptography import x509

from mailferry.sandbox.authority import Authority, Issued


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def handshake(authority: Authority, issued: Issued, host: str, folder: Path) -> None:
    """A TLS handshake in memory between a server with the certificate and a strict client."""
    file = folder / "server.pem"
    file.write_bytes(issued.certificate_pem + issued.key_pem)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    asking = ssl.create_default_context(cadata=authority.ca_pem.decode())
    asking.verify_flags |= ssl.VERIFY_X509_STRICT
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = serving.wrap_bio(to_server, to_client, server_side=True)
    client = asking.wrap_bio(to_client, to_server, server_hostname=host)
    waiting = [client, server]
    while waiting:
        side = waiting.pop(0)
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            waiting.append(side)


@pytest.mark.parametrize("host", ["imap.mail.me.com", "127.0.0.1"])
def test_a_strict_client_accepts_the_certificate(authority: Authority, tmp_path: Path, host: str) -> None:
    handshake(authority, authority.issue(host), host, tmp_path)


def test_a_certificate_is_good_for_its_names_only(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        handshake(authority, authority.issue("imap.mail.me.com"), "imap.mail.me.co", tmp_path)
    assert refused.value.verify_code == 62  # X509_V_ERR_HOSTNAME_MISMATCH


def test_an_expired_certificate_is_expired_and_nothing_else(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError) as refused:
        handshake(authority, authority.issue("old.example", expired=True), "old.example", tmp_path)
    assert refused.value.verify_code == 10  # X509_V_ERR_CERT_HAS_EXPIRED


def test_another_authority_is_not_trusted(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(authority, Authority().issue("mail.example"), "mail.example", tmp_path)


def test_the_days_left_are_the_same_at_any_hour(authority: Authority) -> None:
    certificate = x509.load_pem_x509_certificate(authority.issue("mail.example").certificate_pem)
    assert (certificate.not_valid_after_utc - datetime.datetime.now(datetime.UTC)).days == 61


def test_a_private_key_is_not_in_its_repr(authority: Authority) -> None:
    assert "PRIVATE" not in repr(authority.issue("mail.example"))
