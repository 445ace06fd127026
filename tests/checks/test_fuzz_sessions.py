"""Whatever bytes a server says in place of a good conversation: a cause that is one, and no secret."""

from __future__ import annotations

import base64
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from typing import get_args

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mailferry.checks.credentials import Credentials
from mailferry.checks.deadline import Deadline
from mailferry.checks.failure import StageFailure
from mailferry.checks.session import open_session
from mailferry.checks.transcript import Transcript
from mailferry.model.account import AuthMethod, Protocol
from mailferry.model.cause import Cause, Stage
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from mailferry.model.transcript_text import as_text, from_text
from mailferry.model.visible import visible
from tests.checks.loopback import wire_to
from tests.secret_hunt import all_forms

PASSWORD = "s3cret-Pferd"
TOKEN = "tok3n." + "abcDEF123-_" * 4
TAG = b"TAG"

_CHALLENGE = base64.b64encode(b"<1896.697170952@mail.test>")
_REFUSED = base64.b64encode(b'{"status":"400","schemes":"Bearer","scope":"https://mail.test/"}')
ASKED = None
"""Where the server waits for a line from the client."""
Line = bytes | None

CONVERSATIONS: dict[Protocol, list[list[Line]]] = {
    "imap": [
        [
            b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=NTLM ID] ready",
            ASKED,
            b"TAG0 OK [CAPABILITY IMAP4rev1] in",
            ASKED,
            b"* ID NIL",
            b"TAG1 OK done",
            ASKED,
            b"* FLAGS (\\Answered \\Seen)",
            b"* 12 EXISTS",
            b"* OK [UIDVALIDITY 3857529045] UIDs valid",
            b"TAG2 OK [READ-ONLY] done",
        ],
        [
            b"* OK ready",
            ASKED,
            b"* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=CRAM-MD5 AUTH=OAUTHBEARER",
            b"TAG0 OK done",
            ASKED,
            b"+ " + _CHALLENGE,
            ASKED,
            b"* LIST (\\HasNoChildren) {5}",
            b"INBOX",
            b"TAG1 NO [AUTHENTICATIONFAILED] no " + PASSWORD.encode(),
        ],
        [
            b"* OK [CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER] ready",
            ASKED,
            b"+ ",
            ASKED,
            b"+ " + _REFUSED,
            ASKED,
            b"TAG0 NO no " + TOKEN.encode(),
        ],
    ],
    "pop3": [
        [
            b"+OK <1896.697170952@mail.test> ready",
            ASKED,
            b"+OK",
            b"USER",
            b"UIDL",
            b"SASL PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER NTLM",
            b"UTF8 USER",
            b".",
            ASKED,
            b"+OK",
            ASKED,
            b"+OK in",
            ASKED,
            b"+OK 2 3400000",
            ASKED,
            b"+OK",
            b"1 abc",
            b"2 def",
            b".",
        ],
        [
            b"+OK ready",
            ASKED,
            b"-ERR what",
            ASKED,
            b"+OK",
            ASKED,
            b"-ERR [AUTH] no " + PASSWORD.encode(),
        ],
        [
            b"+OK ready",
            ASKED,
            b"+OK",
            b"SASL CRAM-MD5 XOAUTH2",
            b".",
            ASKED,
            b"+ " + _CHALLENGE,
            ASKED,
            b"-ERR [SYS/TEMP] later",
        ],
    ],
    "smtp": [
        [
            b"220 mail.test ESMTP",
            ASKED,
            b"250-mail.test Hello [127.0.0.1]",
            b"250-SIZE 35882577",
            b"250-SMTPUTF8",
            b"250 AUTH PLAIN LOGIN CRAM-MD5 XOAUTH2 OAUTHBEARER NTLM",
            ASKED,
            b"334 " + _REFUSED,
            ASKED,
            b"535-5.7.8 you said " + base64.b64encode(b"\0joe\0" + PASSWORD.encode()),
            b"535 5.7.8 no " + TOKEN.encode(),
        ],
        [
            b"220 mail.test",
            ASKED,
            b"250-mail.test",
            b"250 AUTH LOGIN",
            ASKED,
            b"334 VXNlcm5hbWU6",
            ASKED,
            b"334 UGFzc3dvcmQ6",
            ASKED,
            b"235 in",
        ],
    ],
}
PIECES = (
    *(
        b"",
        b" ",
        b"\r",
        b"\0",
        b"(",
        b'"',
        b".",
        b"..",
        b"+",
        b"+ =",
        b"334",
        b"334 ",
        b"250-",
        b"-ERR",
        b"+OK",
    ),
    *(b"TAG0 OK", b"TAG1 BAD", b"* BYE", b"* 1 EXISTS", b"* OK [", b"* CAPABILITY", b"{3}", b"{4294967296}"),
    *(b"421 go", b"\x1b[2J", b"\xff\xfe", b"x" * 3_000, "你好".encode("gbk"), "\u202e".encode()),
    *(PASSWORD.encode(), TOKEN.encode()),
)
MORE = st.sampled_from(PIECES)
LINES = MORE | st.none() | st.binary(max_size=60) | st.tuples(MORE, st.binary(max_size=8), MORE).map(b"".join)


def answers(lines: Sequence[Line], end: bytes = b"\r\n") -> list[bytes]:
    """What the server says, each time that it is asked."""
    said = [b""]
    for line in lines:
        if line is None:
            said.append(b"")
        else:
            said[-1] += line + end
    return said


@st.composite
def spoilt(draw: st.DrawFn, protocol: Protocol) -> list[bytes]:
    """A conversation with lines missing, doubled, moved or replaced, or bytes changed, or cut short."""
    lines = list(draw(st.sampled_from(CONVERSATIONS[protocol])))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(lines)))
        kind = draw(st.sampled_from(["replace", "insert", "drop", "double", "byte"]))
        if kind == "replace":
            lines[place : place + 1] = [draw(LINES)]
        elif kind == "insert":
            lines.insert(place, draw(LINES))
        elif kind == "drop":
            del lines[place : place + 1]
        elif kind == "double":
            lines[place:place] = lines[place : place + 1]
        elif place < len(lines) and (line := lines[place]):
            where = draw(st.integers(0, len(line) - 1))
            lines[place] = line[:where] + bytes([draw(st.integers(0, 255))]) + line[where + 1 :]
    said = answers(lines, draw(st.sampled_from([b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r"])))
    if draw(st.booleans()):
        said[-1] = said[-1][: draw(st.integers(0, len(said[-1])))]
    return said


@pytest.fixture(autouse=True, scope="module")
def _known_tags() -> Iterator[None]:
    """IMAP's tags are random; here the answers are written before the questions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("imaplib.Int2AP", lambda _number: TAG)
        yield


METHODS: dict[AuthMethod, str] = {
    "password": PASSWORD,
    "cram-md5": PASSWORD,
    "oauth2": TOKEN,
    "ntlm": PASSWORD,
}


def climb(
    protocol: Protocol, method: AuthMethod, said: Sequence[bytes]
) -> tuple[Transcript, StageFailure | None]:
    """All steps of a session with a server that says these things. Only a StageFailure may come out."""
    wire = wire_to(said)

    def begin(stage: Stage) -> None:
        wire.begin(Deadline(60.0, threading.Event()), stage)

    try:
        session = open_session(protocol, wire, ("send-id",))
        begin("greeting")
        session.greet()
        begin("capability")
        session.ask_capabilities()
        if not session.signed_in:
            mechanisms = session.mechanisms(method)
            begin("auth")
            secret = Secret(METHODS[method])
            credentials = Credentials("joe@mail.test", secret, wire.transcript, host="mail.test", port=1)
            session.sign_in(mechanisms, credentials)
            assert credentials.attempts <= 1
        for stage, step in session.after_sign_in():
            begin(stage)
            visible(step())
        session.leave()
    except StageFailure as failure:
        return wire.transcript, failure
    return wire.transcript, None


def hold(protocol: Protocol, method: AuthMethod, said: Sequence[bytes]) -> None:
    """What must hold whatever was said."""
    record, failure = climb(protocol, method, said)
    settings = ServerSettings(role="incoming", protocol=protocol, host="mail.test", port=1, security="none")
    transcript = record.finished(settings)
    assert from_text(as_text([transcript])) == (transcript,)
    shown = [line.data for line in transcript.lines if line.stage in ("auth", "mailbox")]
    if failure is not None:
        assert failure.cause in get_args(Cause)
        assert failure.cause not in ("timeout", "wrong-password")
        shown_to_people = visible(failure.said or "", keep_lines=True).replace("\n", "")
        assert not any(unicodedata.category(letter) in HARMFUL for letter in shown_to_people)
        assert (
            len(failure.said or "") <= 3_100
        )  # a token's challenge in words, as it came, and the last words
        if shown:
            shown += [failure.detail.encode(), (failure.said or "").encode()]
    for form in all_forms(METHODS[method]).values():
        assert not any(form in text for text in shown)


HARMFUL = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
thorough = effort(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("protocol", CONVERSATIONS)
@thorough
@given(data=st.data())
def test_a_spoilt_conversation(protocol: Protocol, method: AuthMethod, data: st.DataObject) -> None:
    hold(protocol, method, data.draw(spoilt(protocol)))


@pytest.mark.parametrize("protocol", CONVERSATIONS)
@thorough
@given(said=st.lists(st.binary(max_size=80), max_size=6))
def test_any_bytes(protocol: Protocol, said: list[bytes]) -> None:
    hold(protocol, "password", said)


FOUND: list[tuple[Protocol, AuthMethod, list[bytes]]] = [
    ("pop3", "ntlm", [b"+OK ready\r\n", b"+OK\r\n\x1c\r\nSASL NTLM\r\n.\r\n"]),
    ("imap", "ntlm", [b"\xc2\xa0\r\n"]),
    ("imap", "ntlm", [b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=NTLM] ready\r\n", b"TAG0 OK in\r\n"]),
    (
        "smtp",
        "oauth2",
        [
            b"220 x\r\n",
            b"250-x\r\n250 AUTH XOAUTH2\r\n",
            b"334 " + _REFUSED + b"\r\n" + b"x" * 3_000 + b"\r\n",
        ],
    ),
]


@pytest.mark.parametrize(("protocol", "method", "said"), FOUND)
def test_what_a_search_has_found(protocol: Protocol, method: AuthMethod, said: list[bytes]) -> None:
    hold(protocol, method, said)


@pytest.mark.parametrize("protocol", CONVERSATIONS)
def test_every_beginning_of_a_conversation(protocol: Protocol) -> None:
    for conversation in CONVERSATIONS[protocol]:
        whole = answers(conversation)
        for turn, said in enumerate(whole):
            for end in range(len(said)):
                for method in METHODS:
                    hold(protocol, method, [*whole[:turn], said[:end]])


@pytest.mark.parametrize(
    ("protocol", "number", "method", "cause"),
    [
        ("imap", 0, "password", None),
        ("imap", 1, "cram-md5", "unknown"),
        ("imap", 2, "oauth2", "oauth2-token-rejected"),
        ("pop3", 0, "password", None),
        ("pop3", 1, "password", "unknown"),
        ("pop3", 2, "cram-md5", "unknown"),
        ("smtp", 0, "oauth2", "oauth2-token-rejected"),
        ("smtp", 1, "password", None),
    ],
)
def test_the_conversations_are_good_before_they_are_spoilt(
    protocol: Protocol, number: int, method: AuthMethod, cause: str | None
) -> None:
    _, failure = climb(protocol, method, answers(CONVERSATIONS[protocol][number]))
    assert (failure.cause if failure else None) == cause, failure and (failure.detail, failure.said)
