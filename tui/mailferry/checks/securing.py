"""Stage `tls`: the handshake, and whether the certificate is one to trust."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailferry.checks import distrust, tls
from mailferry.checks.certificate import describe, same_fingerprint
from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.options import CheckOptions
from mailferry.checks.probe import look_at_certificate
from mailferry.checks.resolve import Endpoint
from mailferry.checks.wire import Wire
from mailferry.model.cause import Cause
from mailferry.model.check import Certificate
from mailferry.model.settings import ServerSettings

_SOON = 14
"""Days before its end from which a certificate should have been renewed: most are a month ahead."""

_NAMED_AS_OF_OLD = "the certificate names the server as its subject only, which iPhones refuse"
"""Apple Support 103769: since iOS 13 the name must be in the extension “subject alternative name”."""

_IN_CLEAR: tuple[Cause, ...] = ("port-speaks-plaintext", "unknown")
_OF_TIME: tuple[Cause, ...] = ("cert-expired", "cert-not-yet-valid")


def context_for(settings: ServerSettings, options: CheckOptions) -> ssl.SSLContext:
    """What a server's certificate is verified by. A pinned one is trusted for itself: who issued it, and
    for whom, no longer matters. Raises StageFailure (`cert-unknown-issuer`) for an unusable CA file."""
    if settings.fingerprint:
        return tls.unverifying_context()
    own = [Path(settings.ca_file)] if settings.ca_file else []
    return tls.verifying_context((*options.ca_files, *own))


@dataclass(frozen=True)
class Securing:
    """One server's way into TLS. `on_certificate` is told the certificate, good or not."""

    settings: ServerSettings
    endpoint: Endpoint
    on_certificate: Callable[[Certificate], None]

    def run(self, wire: Wire, context: ssl.SSLContext, deadline: Deadline) -> str:
        """Shake hands; gives what was found, for people. Raises StageFailure."""
        try:
            secured = wire.start_tls(context, self.endpoint.name)
        except ssl.SSLCertVerificationError as error:
            raise self._distrusted(error, deadline) from None
        except StageFailure as failure:
            if failure.cause in _IN_CLEAR and self.settings.security == "starttls":
                raise StageFailure(
                    "tls-handshake-failed", "the server agreed to STARTTLS and then did not speak TLS"
                ) from None
            raise
        certificate = describe(secured)
        self.on_certificate(certificate)
        pin = self.settings.fingerprint
        if pin and not same_fingerprint(pin, certificate.fingerprint):
            raise StageFailure("cert-fingerprint-mismatch", "the certificate is not the pinned one")
        found = f"{certificate.tls_version}, {_time_left(certificate, pinned=bool(pin))}"
        return found if pin or certificate.names else f"{found}; {_NAMED_AS_OF_OLD}"

    def _distrusted(self, error: ssl.SSLCertVerificationError, deadline: Deadline) -> StageFailure:
        look = look_at_certificate(
            self.endpoint,
            self.settings.protocol,
            deadline,
            starttls=self.settings.security == "starttls",
            greeting=distrust.cause_of(error) in _OF_TIME,
        )
        if look is None:
            return distrust.explain(error, None)
        self.on_certificate(look.presented.certificate)
        return distrust.explain(error, look.presented, look.greeting)


def _time_left(certificate: Certificate, *, pinned: bool) -> str:
    days, end = certificate.days_left, f"{certificate.not_after:%Y-%m-%d}"
    if pinned:
        if days >= _SOON:
            return "pinned certificate"
        return f"pinned certificate, {'expired' if days < 0 else 'ends'} on {end}"
    early = min(certificate.chain, key=lambda link: link.not_after, default=None)
    if early is not None and early.not_after < certificate.not_after:
        above = days - (certificate.not_after - early.not_after).days
        if above < _SOON:
            return f"{days} days left, but “{early.subject}” above it ends on {early.not_after:%Y-%m-%d}"
    if days < _SOON:
        count = "1 day" if days == 1 else f"{days} days"
        return f"only {count} left: it ends on {end} and should have been renewed"
    return f"{days} days left"
