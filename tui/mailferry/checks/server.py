"""Testing one server: up the ladder until a stage fails."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mailferry.checks import tls
from mailferry.checks.certificate import describe, same_fingerprint
from mailferry.checks.credentials import Credentials
from mailferry.checks.deadline import Deadline
from mailferry.checks.defaults import complete
from mailferry.checks.dial import dial
from mailferry.checks.failure import StageFailure
from mailferry.checks.ladder import Ladder, OnStage, Rung
from mailferry.checks.options import CheckOptions
from mailferry.checks.probe import look_at_certificate, speaks_tls
from mailferry.checks.request import ServerRequest
from mailferry.checks.resolve import Endpoint, resolve
from mailferry.checks.session import Session, open_session
from mailferry.checks.summit import AtTheTop, Summit
from mailferry.checks.wire import Wire
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.secret import SecretError
from mailferry.model.settings import ServerSettings
from mailferry.model.transcript import ServerTranscript

_PATIENCE = 3.0
"""Seconds of silence before the greeting after which we look whether the port speaks TLS."""

_BROKEN_OFF: frozenset[Cause] = frozenset({"timeout", "cancelled", "server-closed", "protocol-error"})


def check_server(
    request: ServerRequest,
    options: CheckOptions,
    *,
    on_stage: OnStage,
    cancel: threading.Event,
    on_transcript: Callable[[ServerTranscript], None] = lambda _transcript: None,
    at_the_top: AtTheTop | None = None,
) -> ServerCheck:
    """Test one server. Whatever server or network do is in the result; nothing is raised for it.

    `on_stage` and `on_transcript` are called in this thread; the latter once, if there was a
    connection. A set `cancel` ends the test with cause `cancelled`.
    """
    settings = complete(request.settings)
    if not settings.host:
        return ServerCheck(
            role=settings.role,
            protocol=settings.protocol,
            host=None,
            port=settings.port,
            security=settings.security,
            ok=False,
            cause="no-host",
        )
    ladder = Ladder(on_stage)
    with suppress(StageFailure):  # the ladder has recorded it
        _Climb(request, settings, options, ladder, cancel, on_transcript).run(at_the_top)
    return ladder.check(settings)


class _Climb:
    """One way up the ladder."""

    def __init__(
        self,
        request: ServerRequest,
        settings: ServerSettings,
        options: CheckOptions,
        ladder: Ladder,
        cancel: threading.Event,
        on_transcript: Callable[[ServerTranscript], None],
    ) -> None:
        self._on_transcript = on_transcript
        self._request = request
        self._settings = settings
        self._options = options
        self._ladder = ladder
        self._cancel = cancel

    def run(self, at_the_top: AtTheTop | None) -> None:
        endpoint = self._resolve()
        wire = self._connect(endpoint)
        session: Session | None = None
        try:
            if self._settings.security == "tls":
                with self._ladder.stage("tls") as rung:
                    self._secure(wire, endpoint, rung)
            session = self._greet(wire, endpoint)
            self._ask_capabilities(wire, session)
            if self._settings.security == "starttls":
                self._upgrade(wire, endpoint, session)
            if not session.signed_in:
                self._sign_in(wire, session)
            for stage, step in session.after_sign_in():
                with self._ladder.stage(stage) as rung:
                    wire.begin(self._deadline(), stage)
                    rung.detail = step()
            if at_the_top is not None:
                at_the_top(Summit(session, wire, self._ladder, self._deadline))
            session.leave()
        except StageFailure as failure:
            # In the midst of an exchange a good-bye could be taken for a password.
            if session is not None and failure.cause not in _BROKEN_OFF:
                session.leave()
            raise
        finally:
            wire.close()
            self._on_transcript(wire.transcript.finished(self._settings))

    def _upgrade(self, wire: Wire, endpoint: Endpoint, session: Session) -> None:
        with self._ladder.stage("starttls"):
            wire.begin(self._deadline(), "starttls")
            session.request_tls()
            wire.expect_silence()
        with self._ladder.stage("tls") as rung:
            self._secure(wire, endpoint, rung)
            # What was offered in clear may have been altered on the way: asked anew.
            session.ask_capabilities()
            self._ladder.capabilities = session.capabilities

    def _deadline(self) -> Deadline:
        return Deadline(self._options.timeout, self._cancel)

    def _resolve(self) -> Endpoint:
        with self._ladder.stage("dns") as rung:
            assert self._settings.host is not None
            assert self._settings.port is not None
            endpoint = resolve(self._settings.host, self._settings.port, self._options, self._deadline())
            rung.detail = endpoint.detail
        return endpoint

    def _connect(self, endpoint: Endpoint) -> Wire:
        with self._ladder.stage("connect") as rung:
            deadline = self._deadline()
            wire = Wire(dial(endpoint.addresses, deadline), deadline)
            rung.detail = wire.peer
        return wire

    def _secure(self, wire: Wire, endpoint: Endpoint, rung: Rung) -> None:
        pin = self._settings.fingerprint
        files = (*self._options.ca_files, *([Path(self._settings.ca_file)] if self._settings.ca_file else []))
        # A pinned certificate is trusted for itself: who issued it, and for whom, no longer matters.
        context = tls.unverifying_context() if pin else tls.verifying_context(files)
        rung.restart_clock()  # the first context of a run loads the system's trust
        deadline = self._deadline()
        wire.begin(deadline, "tls")
        try:
            secured = wire.start_tls(context, endpoint.name)
        except ssl.SSLCertVerificationError as error:
            seen = look_at_certificate(
                endpoint,
                self._settings.protocol,
                starttls=self._settings.security == "starttls",
                deadline=deadline,
            )
            self._ladder.certificate = seen
            raise tls.explain_certificate(error, seen) from None
        certificate = self._ladder.certificate = describe(secured)
        if pin and not same_fingerprint(pin, certificate.fingerprint):
            raise StageFailure("cert-fingerprint-mismatch", "the certificate is not the pinned one")
        left = f"{certificate.days_left} days left"
        rung.detail = f"{certificate.tls_version}, {'pinned certificate' if pin else left}"

    def _greet(self, wire: Wire, endpoint: Endpoint) -> Session:
        with self._ladder.stage("greeting") as rung:
            session = open_session(self._settings.protocol, wire, self._settings.quirks)
            rung.restart_clock()  # the first session of a run imports its library
            deadline = self._deadline()
            wire.begin(deadline, "greeting")
            # A TLS server waits for us to begin, and so for ever; few real greetings take this long.
            patience = min(_PATIENCE, self._options.timeout / 3)
            if not wire.encrypted and not wire.speaks_within(patience) and speaks_tls(endpoint, deadline):
                raise StageFailure("port-speaks-tls", "the server speaks TLS from the start on this port")
            session.greet()
        return session

    def _ask_capabilities(self, wire: Wire, session: Session) -> None:
        with self._ladder.stage("capability") as rung:
            wire.begin(self._deadline(), "capability")
            session.ask_capabilities()
            self._ladder.capabilities = session.capabilities
            count = len(session.capabilities)
            rung.detail = "1 capability" if count == 1 else f"{count} capabilities"

    def _sign_in(self, wire: Wire, session: Session) -> None:
        method = self._settings.auth or "password"
        if method == "none" and self._settings.protocol == "smtp":
            return
        with self._ladder.stage("auth") as rung:
            mechanisms = session.mechanisms(method)
            self._see_that_it_may_be_sent(wire)
            try:
                secret = self._request.secret()
            except SecretError as error:
                raise StageFailure(error.cause, str(error)) from None
            # A person may have typed it, or a slow program printed it.
            rung.restart_clock()
            wire.begin(self._deadline(), "auth")
            credentials = Credentials(
                self._settings.username or "",
                secret,
                wire.transcript,
                host=self._settings.host or "",
                port=self._settings.port or 0,
            )
            try:
                rung.detail = session.sign_in(mechanisms, credentials)
            finally:
                self._ladder.attempts = credentials.attempts
                self._ladder.mechanism = credentials.mechanism

    def _see_that_it_may_be_sent(self, wire: Wire) -> None:
        if self._request.withhold is not None:
            raise StageFailure("not-tried", self._request.withhold)
        if not self._settings.username:
            raise StageFailure("not-tried", "there is no user name to sign in with; no password was sent")
        if not (wire.encrypted or wire.peer_is_loopback or self._options.clear_text):
            raise StageFailure(
                "not-tried", "the connection is not encrypted, so no password was sent; confirm it to send it"
            )
