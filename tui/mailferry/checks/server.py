"""Testing one server: up the ladder until a stage fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import msgspec

from mailferry.checks.credentials import Credentials
from mailferry.checks.deadline import Deadline
from mailferry.checks.defaults import complete
from mailferry.checks.failure import StageFailure
from mailferry.checks.families import Families
from mailferry.checks.ladder import Ladder, OnStage, Rung
from mailferry.checks.options import CheckOptions
from mailferry.checks.other_auth import by_other_ways
from mailferry.checks.probe import speaks_tls
from mailferry.checks.repair import look_around
from mailferry.checks.request import ServerRequest
from mailferry.checks.resolve import Endpoint, resolve
from mailferry.checks.resume import address_that_answered, kept_stages
from mailferry.checks.securing import Securing, context_for
from mailferry.checks.session import Session, open_session
from mailferry.checks.summit import AtTheTop, Summit
from mailferry.checks.wire import Wire
from mailferry.model.cause import Cause
from mailferry.model.check import Certificate, ServerCheck
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
    check = ladder.check(settings)
    surroundings = look_around(settings, request.doors, check, options, cancel)
    if surroundings.remark is not None:
        ladder.remark("connect", surroundings.remark)
        check = ladder.check(settings)
    return msgspec.structs.replace(check, repairs=(*check.repairs, *surroundings.repairs))


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
        self._known: str | None = None

    def run(self, at_the_top: AtTheTop | None) -> None:
        self._resume()
        endpoint = self._resolve()
        families = Families(endpoint.addresses)
        try:
            self._climb(endpoint, families, at_the_top)
        finally:
            self._ladder.addresses = families.wait() or self._ladder.addresses
            if families.remark is not None:
                self._ladder.remark("connect", families.remark)

    def _resume(self) -> None:
        kept = kept_stages(self._request.failed_before, self._settings, self._options)
        self._ladder.keep(kept)
        self._known = address_that_answered(kept)
        if self._known is not None and self._request.failed_before is not None:
            self._ladder.addresses = self._request.failed_before.addresses

    def _climb(self, endpoint: Endpoint, families: Families, at_the_top: AtTheTop | None) -> None:
        wire = self._connect(families)
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
                self._sign_in(wire, endpoint, session)
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
            endpoint = resolve(
                self._settings.host,
                self._settings.port,
                self._options,
                self._deadline(),
                known=self._known,
            )
            rung.detail = endpoint.detail
        return endpoint

    def _connect(self, families: Families) -> Wire:
        with self._ladder.stage("connect") as rung:
            if self._request.leave_alone is not None:
                raise StageFailure("not-tried", self._request.leave_alone)
            deadline = self._deadline()
            wire = Wire(families.connect(deadline), deadline)
            try:
                rung.detail = "; ".join(filter(None, (wire.peer, families.remark)))
            except StageFailure:
                wire.close()
                raise
        return wire

    def _secure(self, wire: Wire, endpoint: Endpoint, rung: Rung) -> None:
        context = context_for(self._settings, self._options)
        rung.restart_clock()  # the first context of a run loads the system's trust
        deadline = self._deadline()
        wire.begin(deadline, "tls")

        def keep(certificate: Certificate) -> None:
            self._ladder.certificate = certificate

        rung.detail = Securing(self._settings, endpoint, keep).run(wire, context, deadline)

    def _greet(self, wire: Wire, endpoint: Endpoint) -> Session:
        with self._ladder.stage("greeting") as rung:
            session = open_session(self._settings.protocol, wire, self._settings.quirks)
            rung.restart_clock()  # the first session of a run imports its library
            deadline = self._deadline()
            wire.begin(deadline, "greeting")
            # A TLS server waits for us to begin, and so for ever; few real greetings take this long.
            patience = min(_PATIENCE, self._options.timeout / 3)
            if (
                not wire.encrypted
                and not wire.speaks_within(patience)
                and speaks_tls(endpoint, deadline.sooner(patience))
            ):
                raise StageFailure("port-speaks-tls", "the server speaks TLS from the start on this port")
            try:
                session.greet()
            finally:
                self._ladder.greeting = session.greeting
        return session

    def _ask_capabilities(self, wire: Wire, session: Session) -> None:
        with self._ladder.stage("capability") as rung:
            wire.begin(self._deadline(), "capability")
            session.ask_capabilities()
            self._ladder.capabilities = session.capabilities
            count = len(session.capabilities)
            rung.detail = "1 capability" if count == 1 else f"{count} capabilities"

    def _sign_in(self, wire: Wire, endpoint: Endpoint, session: Session) -> None:
        method = self._settings.auth or "password"
        if method == "none" and self._settings.protocol == "smtp":
            return
        with self._ladder.stage("auth") as rung:
            try:
                mechanisms = session.mechanisms(method)
            except StageFailure as failure:
                if failure.cause != "oauth2-required":  # a token is more than another value to write
                    self._ladder.repairs = by_other_ways(session, self._settings, self._request.other_auth)
                raise
            self._see_that_it_may_be_sent(wire, endpoint)
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
            except StageFailure as failure:
                credentials.remark_on(failure)
                raise
            finally:
                self._ladder.attempts = credentials.attempts
                self._ladder.mechanism = credentials.mechanism
            self._ladder.capabilities = session.capabilities

    def _see_that_it_may_be_sent(self, wire: Wire, endpoint: Endpoint) -> None:
        if self._request.withhold is not None:
            raise StageFailure("not-tried", self._request.withhold)
        if not self._settings.username:
            raise StageFailure("not-tried", "there is no user name to sign in with; no password was sent")
        if wire.encrypted or (wire.peer_is_loopback and not endpoint.tunnelled):
            return
        if self._settings.auth == "oauth2":  # whoever overhears a token can use it (RFC 6750 section 5.3)
            raise StageFailure("not-tried", "the connection is not encrypted, and a token is never sent so")
        if not self._options.clear_text:
            raise StageFailure(
                "not-tried", "the connection is not encrypted, so no password was sent; confirm it to send it"
            )
