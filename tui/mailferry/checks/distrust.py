"""Why a server's certificate is not accepted."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from mailferry.checks.clock import compare_clocks
from mailferry.checks.failure import StageFailure
from mailferry.model.cause import Cause

if TYPE_CHECKING:
    from mailferry.checks.presented import Presented

_CAUSES: dict[int, Cause] = {
    9: "cert-not-yet-valid",
    10: "cert-expired",
    18: "cert-self-signed",
    19: "cert-unknown-issuer",  # the chain ends in a private root: the server's own is not self-signed
    26: "cert-wrong-purpose",
    28: "cert-wrong-purpose",
    62: "cert-hostname-mismatch",
    63: "cert-hostname-mismatch",
    64: "cert-hostname-mismatch",
    66: "cert-weak-key",
    67: "cert-weak-key",
    68: "cert-weak-key",
}
"""By verify code (X509_V_ERR_…, openssl/x509_vfy.h); all others leave the issuer in doubt."""

_ISSUER_MISSING = (2, 19, 20, 21)


def cause_of(error: ssl.SSLCertVerificationError) -> Cause:
    """The cause behind OpenSSL's verdict."""
    return _CAUSES.get(error.verify_code, "cert-unknown-issuer")


def explain(
    error: ssl.SSLCertVerificationError, seen: Presented | None, greeting: str | None = None
) -> StageFailure:
    """What is wrong with a certificate. `seen` is what it says, if it could be had; `greeting` may tell
    the server's time."""
    cause = cause_of(error)
    if cause == "cert-self-signed":
        words = "the certificate is signed by itself only"
    elif seen is None:
        words = f"the certificate is not accepted: {error.verify_message}"
    else:
        words = _words(error, cause, seen, greeting)
    return StageFailure(cause, words)


def _words(error: ssl.SSLCertVerificationError, cause: Cause, seen: Presented, greeting: str | None) -> str:
    certificate = seen.certificate
    if cause == "cert-expired":
        if certificate.days_left >= 0:
            return f"a certificate above the server's own has expired; {compare_clocks(greeting)}"
        return f"the certificate expired on {certificate.not_after:%Y-%m-%d}; {compare_clocks(greeting)}"
    if cause == "cert-not-yet-valid":
        return (
            f"the certificate is valid from {certificate.not_before:%Y-%m-%d} on; {compare_clocks(greeting)}"
        )
    if cause == "cert-hostname-mismatch":
        return f"the certificate is for {', '.join(certificate.names) or certificate.subject}"
    if cause == "cert-wrong-purpose":
        return "the certificate is not made for servers"
    if cause == "cert-weak-key":
        return _weakness(error.verify_code, seen)
    if error.verify_code in _ISSUER_MISSING:
        return _unknown_issuer(seen)
    return f"the certificate is not accepted: {error.verify_message}"


def _weakness(code: int, seen: Presented) -> str:
    if code == 66:
        return f"the certificate's key is too weak ({seen.key})"
    if code == 67:
        return "the key of a certificate above the server's own is too weak"
    return f"the certificate, or one above it, is signed in too weak a way (its own: {seen.signature})"


def _unknown_issuer(seen: Presented) -> str:
    """A root that is not trusted, told apart from a certificate in between that the server forgets."""
    issuer = seen.certificate.issuer or "nobody who gives a name"
    if seen.sent:
        top = seen.sent[-1].issuer or issuer
        return f"the certificate's issuer is {issuer}, vouched for by {top}, who is not known here"
    if seen.issuer_published:
        return (
            f"the certificate's issuer is not known here: {issuer}; the server does not send the"
            " certificate in between, as it should"
        )
    return (
        f"the certificate's issuer is not known here: {issuer}; it is a private one, or the server does not"
        " send the certificate in between"
    )
