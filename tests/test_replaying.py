"""Any file that reads as a transcript can be replayed: it ends with a result, whatever it holds."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Cause, Stage
from mailferry.model.transcript import ServerTranscript, TranscriptLine
from mailferry.model.transcript_text import from_text
from mailferry.replaying import replay, titles
from mailferry.store.home import Home
from mailferry.workspace import Workspace

SAID = st.sampled_from(
    (
        *(
            b"* OK ready",
            b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi",
            b"A0 OK done",
            b"A1 NO no",
            b"+ ",
            b"* BYE",
        ),
        *(
            b"+OK",
            b"+OK <1.2@x>",
            b"-ERR no",
            b"USER",
            b".",
            b"220 hi",
            b"250-x",
            b"250 AUTH PLAIN",
            b"334 ",
            b"535 no",
        ),
        *(
            b"354 go",
            b"TLS 1.3, X",
            b"no TLS: tls-too-old, x",
            b"no TLS: cert-expired, x",
            b"the server hung up",
        ),
        *(
            b"A0 CAPABILITY",
            b"A1 LOGIN x",
            b"CAPA",
            b"USER joe",
            b"PASS x",
            b"EHLO x",
            b"AUTH PLAIN x",
            b"x",
            b"",
        ),
    )
)
LINES = st.builds(
    TranscriptLine,
    stage=st.sampled_from(get_args(Stage)),
    direction=st.sampled_from(("sent", "received", "note")),
    data=SAID | st.binary(max_size=30),
)
TRANSCRIPTS = st.builds(
    ServerTranscript,
    role=st.just("incoming"),
    protocol=st.sampled_from(get_args(Protocol)),
    host=st.sampled_from(
        ("mail.test", "bücher.example", "::1", "127.0.0.1", "imap.gmail.com", "x" * 70 + ".test")
    )
    | st.text(min_size=1, max_size=12),
    port=st.integers(1, 65535),
    security=st.sampled_from(get_args(Security)),
    lines=st.lists(LINES, max_size=8).map(tuple),
)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("replaying")
    return Workspace(Home(folder / "home", folder / "state"))


@effort(suppress_health_check=[HealthCheck.too_slow])
@given(transcript=TRANSCRIPTS)
@example(ServerTranscript(role="incoming", protocol="imap", host="a b\x00", port=1, security="tls"))
@example(ServerTranscript(role="outgoing", protocol="smtp", host="", port=1, security="starttls"))
def test_any_transcript(workspace: Workspace, transcript: ServerTranscript) -> None:
    (result,) = replay(workspace, [transcript], timeout=0.05)
    (server,) = result.servers
    assert server.ok or server.cause in get_args(Cause)


WHOLE = """# mailferry transcript 1
# outgoing smtp mail.example.org:587 starttls
[greeting]
< 220 mail.example.org ESMTP
[capability]
> EHLO [192.0.2.1]
< 250-mail.example.org
< 250 STARTTLS
[starttls]
> STARTTLS
< 220 2.0.0 go ahead
[tls]
~ TLS 1.3, TLS_AES_256_GCM_SHA384
> EHLO [192.0.2.1]
< 250-mail.example.org
< 250 AUTH PLAIN
[auth]
> AUTH PLAIN •••
< 235 2.7.0 welcome
"""


@pytest.mark.parametrize("kept", range(WHOLE.count("\n<") + WHOLE.count("\n>") + WHOLE.count("\n~")))
def test_a_recording_that_breaks_off_ends_there_and_at_once(workspace: Workspace, kept: int) -> None:
    (whole,) = from_text(WHOLE)
    cut = msgspec.structs.replace(whole, lines=whole.lines[:kept])
    (result,) = replay(workspace, [cut], timeout=60)
    (server,) = result.servers
    assert server.cause == "transcript-ended"
    assert server.stages[-1].detail == "the transcript ends here"
    assert server.advice is not None
    assert server.advice.startswith("The transcript ends here")


def test_a_whole_recording_and_what_went_wrong_then_are_no_end(workspace: Workspace) -> None:
    (whole,) = from_text(WHOLE)
    (result,) = replay(workspace, [whole], timeout=60)
    assert result.ok
    silent = (
        "# mailferry transcript 1\n# incoming imap mail.test:143 none\n[greeting]\n~ no answer within 15 s\n"
    )
    (result,) = replay(workspace, from_text(silent), timeout=0.2)
    assert result.servers[0].cause == "timeout"
    hung_up = silent.replace("no answer within 15 s", "the server hung up")
    (result,) = replay(workspace, from_text(hung_up), timeout=60)
    assert result.servers[0].cause == "server-closed"


def test_conversations_are_called_by_what_they_are() -> None:
    (one,) = from_text(WHOLE)
    other = msgspec.structs.replace(one, host="mx.example.org")
    assert titles([one, other, one]) == [
        "SMTP mail.example.org",
        "SMTP mx.example.org",
        "SMTP mail.example.org (2)",
    ]


def test_the_certificate_that_a_replay_makes_up_is_not_shown(workspace: Workspace) -> None:
    said = (
        "# mailferry transcript 1\n# incoming imap mail.test:993 tls\n[tls]\n~ no TLS: cert-self-signed, x\n"
    )
    (result,) = replay(workspace, from_text(said), timeout=60)
    (server,) = result.servers
    assert server.cause in ("cert-self-signed", "cert-unknown-issuer")
    assert server.certificate is None
