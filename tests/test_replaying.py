"""Any file that reads as a transcript can be replayed: it ends with a result, whatever it holds."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Cause, Stage
from mailferry.model.transcript import ServerTranscript, TranscriptLine
from mailferry.replaying import replay
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
