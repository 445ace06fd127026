"""Which certificates may be pinned, and what is said of it."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.fixes import Fix
from mailferry.advice.pinning import meaning, pin, pin_words, why_pinned
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from tests.advice.test_explain import CERTIFICATE
from tests.advice.test_failure_book import failed


def seen(cause: Cause, host: str = "mail.firm.example", *, outgoing: bool = False) -> ServerCheck:
    check = failed("tls", "smtp" if outgoing else "imap", None, cause)
    return msgspec.structs.replace(check, host=host, certificate=CERTIFICATE)


@pytest.mark.parametrize(
    ("cause", "host", "pinnable"),
    [
        ("cert-self-signed", "mail.firm.example", True),
        ("cert-unknown-issuer", "mail.firm.example", True),
        ("cert-fingerprint-mismatch", "mail.firm.example", True),
        ("cert-hostname-mismatch", "127.0.0.1", True),
        ("cert-hostname-mismatch", "localhost", True),
        ("cert-hostname-mismatch", "mail.firm.example", False),
        ("cert-expired", "mail.firm.example", False),
        ("wrong-password", "127.0.0.1", False),
    ],
)
def test_what_may_be_pinned(cause: Cause, host: str, pinnable: bool) -> None:
    server = seen(cause, host)
    assert (why_pinned(server) is not None) is pinnable
    assert bool(pin_words(server, "pin it")) is pinnable
    assert why_pinned(msgspec.structs.replace(server, certificate=None)) is None


def test_what_is_written_and_said() -> None:
    server = seen("cert-self-signed", outgoing=True)
    assert pin(server) == Fix("outgoing.fingerprint", "sha256:00")
    shown, command = pin_words(server, "mailferry pin joe")
    assert "sha256:00" in shown
    assert command.endswith("mailferry pin joe --outgoing")
    assert "accepted at mail.firm.example:993" in meaning(server)
