"""Whether the certificate that a failed test saw may be pinned, and what that means."""

from __future__ import annotations

from mailferry.advice.fixes import Fix
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.host_name import is_loopback

_WHY: dict[Cause, str] = {
    "cert-self-signed": "Nobody vouches for this certificate but the server itself.",
    "cert-unknown-issuer": "Nobody that this computer trusts vouches for this certificate.",
    "cert-fingerprint-mismatch": (
        "This is another certificate than the one that is pinned now: a new one of the server, or"
        " somebody else’s."
    ),
}


def why_pinned(server: ServerCheck) -> str | None:
    """Why a certificate that failed can be pinned, in a sentence; None where it cannot, or nothing failed.

    One for other names can on this very computer, where a bridge or tunnel listens.
    """
    if server.certificate is None or server.cause is None or server.host is None:
        return None
    if server.cause == "cert-hostname-mismatch" and is_loopback(server.host):
        return "This certificate is for other names, as is common for programs on this very computer."
    return _WHY.get(server.cause)


def meaning(server: ServerCheck) -> str:
    """What pinning does and when it is right, for who must decide."""
    return (
        f"Pinned, it alone is accepted at {server.host}:{server.port}, and no other, not even a renewed one."
        " Right for a server of one’s own or for Proton Bridge, wrong for a provider’s. Compare the"
        " fingerprint with what the server’s owner says before. If somebody answers in its place now,"
        " they would be believed from then on."
    )


def pin(server: ServerCheck) -> Fix:
    """The value to write. The server must have shown a certificate."""
    assert server.certificate is not None
    return Fix(f"{server.role}.fingerprint", server.certificate.fingerprint)


def pin_words(server: ServerCheck, command: str) -> tuple[str, ...]:
    """What a certificate is that may be pinned, and the command for it; nothing where none may."""
    if server.certificate is None or why_pinned(server) is None:
        return ()
    certificate = server.certificate
    outgoing = " --outgoing" if server.role == "outgoing" else ""
    return (
        f"Its certificate: {certificate.subject}, from {certificate.issuer}, {certificate.fingerprint}",
        f"Only if it is yours: {command}{outgoing}",
    )
