"""HTTPS with a certificate of one's own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ssl
from pathlib import Path

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from mailferry.iphone.delivery.events import Delivered
from mailferry.iphone.delivery.https import CertificateError, load_https
from mailferry.model.secret import Secret
from tests.iphone.delivery.serving import PROFILE, serving


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def files(authority: trustme.CA, tmp_path: Path) -> tuple[Path, Path]:
    """A certificate with its chain, and its key."""
    issued = authority.issue_cert("localhost", "*.home.example", "127.0.0.1")
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    return certificate, key


async def test_the_profile_comes_by_https(authority: trustme.CA, files: tuple[Path, Path]) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with serving(tls=load_https(*files).context, trusting=trusting) as running:
        assert running.link.url.startswith("https://")
        assert (await running.ask(running.link.page_path)).status == 200
        assert (await running.ask(running.link.profile_path)).body == PROFILE
        await running.until(Delivered)


async def test_what_speaks_no_tls_does_no_harm(authority: trustme.CA, files: tuple[Path, Path]) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with serving(tls=load_https(*files).context, trusting=trusting) as running:
        for garbage in (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\x16\x03\x01", b""):
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.write(garbage)
            with contextlib.suppress(ConnectionResetError):
                async with asyncio.timeout(5):
                    await reader.read()
            writer.close()
        assert (await running.ask(running.link.profile_path)).body == PROFILE


def test_what_a_certificate_says_of_itself(files: tuple[Path, Path]) -> None:
    https = load_https(*files)
    assert https.covers("localhost")
    assert https.covers("LOCALHOST.")
    assert https.covers("phone.home.example")
    assert https.covers("127.0.0.1")
    assert not https.covers("home.example")
    assert not https.covers("a.b.home.example")
    assert https.in_date(datetime.datetime.now(datetime.UTC))
    assert not https.in_date(datetime.datetime(1999, 1, 1, tzinfo=datetime.UTC))


def test_a_key_may_stand_beside_its_certificate(files: tuple[Path, Path], tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes(files[1].read_bytes() + files[0].read_bytes())
    assert load_https(both).covers("localhost")


def test_a_protected_key_is_asked_about_once(files: tuple[Path, Path], tmp_path: Path) -> None:
    key = load_pem_private_key(files[1].read_bytes(), None)
    locked = tmp_path / "locked.pem"
    locked.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"open sesame 1"))
    )
    asked = []

    def passphrase() -> Secret:
        asked.append(1)
        return Secret("open sesame 1")

    assert load_https(files[0], locked, passphrase=passphrase).covers("localhost")
    assert len(asked) == 1
    for wrong in (lambda: Secret("something else 2"), None):
        with pytest.raises(CertificateError, match="passphrase"):
            load_https(files[0], locked, passphrase=wrong)


def test_files_that_are_no_use(files: tuple[Path, Path], tmp_path: Path) -> None:
    certificate, _ = files
    other = trustme.CA().issue_cert("localhost")
    foreign = tmp_path / "foreign.pem"
    foreign.write_bytes(other.private_key_pem.bytes())
    nothing = tmp_path / "nothing.pem"
    nothing.write_text("nothing\n")
    for arguments, words in [
        ((certificate, foreign), "does not belong"),
        ((certificate, None), "--key"),
        ((tmp_path / "missing.pem", None), "missing.pem: cannot be read"),
        ((certificate, tmp_path / "missing.pem"), "missing.pem: cannot be read"),
        ((nothing, None), "--key"),
        ((nothing, foreign), "no certificate and private key"),
    ]:
        with pytest.raises(CertificateError, match=words):
            load_https(*arguments)
