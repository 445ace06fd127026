"""Running recorded conversations again, against servers on this machine that play them."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from mailferry.model.account import AuthMethod, Quirk
from mailferry.model.address import Address
from mailferry.model.cause import Cause
from mailferry.model.check import AccountCheck, ServerCheck
from mailferry.model.recommendation import Recommendation, recommend
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from mailferry.model.transcript import ServerTranscript
from mailferry.workspace import Workspace

if TYPE_CHECKING:
    from mailferry.checks.request import AccountRequest

PATIENCE = 3.0
"""Seconds for a stage: a recording on this machine answers at once or never."""

_ENDS = "the transcript ends here"
_SILENCE: tuple[Cause, ...] = ("timeout", "server-closed", "tls-handshake-failed")
"""How the end of a recording that breaks off looks to a client."""

_SOMEBODY = Address("joe", "example.org")
_MADE_UP = "not-the-real-password"
_MADE_UP_WIDE = "nicht-das-echte-Paßwort"
_METHODS: tuple[tuple[re.Pattern[bytes], AuthMethod], ...] = (
    (re.compile(rb"\b(XOAUTH2|OAUTHBEARER)\b", re.IGNORECASE), "oauth2"),
    (re.compile(rb"\bNTLM\b", re.IGNORECASE), "ntlm"),
    (re.compile(rb"\bCRAM-MD5\b", re.IGNORECASE), "cram-md5"),
)
_PLAIN = re.compile(rb"(?:\S+ )?AUTH(?:ENTICATE)? PLAIN\b", re.IGNORECASE)
_LITERAL_LOGIN = re.compile(rb"\S+ LOGIN .*\n\+", re.IGNORECASE)
_BARE_MECHANISM = re.compile(rb"(?:\S+ )?AUTH(?:ENTICATE)? [\w-]+", re.IGNORECASE)
_ID = re.compile(rb"\S+ ID ", re.IGNORECASE)


def replay(
    workspace: Workspace, transcripts: Iterable[ServerTranscript], *, timeout: float = PATIENCE
) -> Iterator[AccountCheck]:
    """What mailferry says today of each conversation, one after the other.

    A made-up account signs in with a made-up password; nothing but this machine is reached, and nothing is
    kept. `timeout` is the deadline of each stage, in seconds.
    """
    transcripts = tuple(transcripts)
    for title, transcript in zip(titles(transcripts), transcripts, strict=True):
        yield _replayed(workspace, title, transcript, timeout)


def titles(transcripts: Iterable[ServerTranscript]) -> list[str]:
    """What conversations are called: by protocol and host, those of one name numbered from the second on."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for transcript in transcripts:
        title = f"{transcript.protocol.upper()} {transcript.host}"
        seen[title] += 1
        found.append(title if seen[title] == 1 else f"{title} ({seen[title]})")
    return found


def _replayed(workspace: Workspace, name: str, transcript: ServerTranscript, timeout: float) -> AccountCheck:
    from mailferry.checks.many import check_accounts
    from mailferry.checks.options import CheckOptions
    from mailferry.sandbox.replay import ReplayServer

    with ReplayServer(transcript) as server:
        options = CheckOptions(
            timeout=timeout,
            ca_files=(server.ca_file,),
            connect_to=server.connect_to,
            resolve_only=True,
            clear_text=True,
        )
        (result,) = check_accounts(
            [_request(name, transcript)],
            options,
            jobs=1,
            per_host=1,
            refusals=None,
            diagnose=lambda _request, check: _explained(workspace, check, broken_off=server.ran_out.is_set()),
            on_event=lambda _event: None,
            cancel=threading.Event(),
        )
    return result


def _request(name: str, transcript: ServerTranscript) -> AccountRequest:
    from mailferry.checks.request import AccountRequest, ServerRequest

    settings = ServerSettings(
        role=transcript.role,
        protocol=transcript.protocol,
        host=transcript.host,
        port=transcript.port,
        security=transcript.security,
        username=str(_SOMEBODY),
        auth=_method(transcript),
        quirks=_quirks(transcript),
    )
    return AccountRequest(
        account=name,
        address=str(_SOMEBODY),
        servers=(ServerRequest(settings=settings, secret=lambda: Secret(_password(transcript))),),
        send=any(line.stage == "send" for line in transcript.lines),
    )


def _method(transcript: ServerTranscript) -> AuthMethod:
    stages = {line.stage for line in transcript.lines}
    if "send" in stages and "auth" not in stages:
        return "none"
    for line in transcript.lines:
        if line.stage == "auth" and line.direction == "sent":
            for pattern, method in _METHODS:
                if pattern.search(line.data):
                    return method
    return "password"


def _password(transcript: ServerTranscript) -> str:
    """One that is signed in with as it was then: letters outside ASCII need PLAIN, or LOGIN with literals."""
    said = b"\n".join(line.data for line in transcript.lines if line.stage == "auth")
    wide = transcript.protocol != "smtp" and (_PLAIN.search(said) or _LITERAL_LOGIN.search(said))
    return _MADE_UP_WIDE if wide else _MADE_UP


def _quirks(transcript: ServerTranscript) -> tuple[Quirk, ...]:
    sent = [line.data for line in transcript.lines if line.direction == "sent"]
    quirks: list[Quirk] = []
    if any(map(_ID.match, sent)):
        quirks.append("send-id")
    if any(map(_BARE_MECHANISM.fullmatch, sent)):
        quirks.append("no-initial-response")
    return tuple(quirks)


def _explained(workspace: Workspace, check: ServerCheck, *, broken_off: bool) -> ServerCheck:
    from mailferry.advice.explain import explain

    check = msgspec.structs.replace(check, certificate=None)  # made up, as the recording holds none
    if broken_off and check.cause in _SILENCE:
        check = msgspec.structs.replace(
            check,
            cause="transcript-ended",
            stages=(*check.stages[:-1], msgspec.structs.replace(check.stages[-1], detail=_ENDS)),
        )
    if check.failed_stage == "deliver":  # one server alone cannot show whether a message arrives
        check = msgspec.structs.replace(
            check,
            ok=True,
            failed_stage=None,
            cause=None,
            server_said=None,
            stages=tuple(result for result in check.stages if result.stage != "deliver"),
        )
    return explain(check, workspace.failure_book, _recommendation(workspace, check))


def _recommendation(workspace: Workspace, check: ServerCheck) -> Recommendation:
    """What is known of the provider whose server it was."""
    from mailferry.catalog.recognise import recognise

    provider_id = recognise([check.host], workspace.catalogue) if check.host else None
    provider = workspace.catalogue.get(provider_id) if provider_id is not None else None
    if provider_id is None or provider is None:
        return Recommendation(address=str(_SOMEBODY), how="none")
    domain = provider.domains[0] if provider.domains else _SOMEBODY.domain
    return recommend(Address(_SOMEBODY.local, domain), provider_id, provider, "domain")
