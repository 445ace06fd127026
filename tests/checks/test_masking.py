"""No password in any form leaves the room, whatever a server does with it."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable

import msgspec
import pytest

from mailferry.checks import server as ladder_of_one_server
from mailferry.checks.credentials import Credentials
from mailferry.checks.masking import MASK
from mailferry.checks.summit import AtTheTop
from mailferry.checks.transcript import Transcript
from mailferry.checks.wire import Wire
from mailferry.model.account import Protocol
from mailferry.model.secret import Secret
from tests.checks import scripts
from tests.checks.asking import ask
from tests.checks.fault_server import FaultServer, Peer, Script

SECRETS = ["s3cret-Pferd", 'quo"te\\s', "grün€🐎"]


def forms(password: str) -> list[bytes]:
    """Every way in which a password could stand somewhere."""
    text = password.encode()
    quoted = text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    plain = base64.b64encode(b"\0joe\0" + text)
    return [text, quoted, base64.b64encode(text), plain, repr(password)[1:-1].encode()]


def echo_imap(offers: bytes) -> Script:
    """Says back all it hears, as an untagged word and in its refusal."""

    def serve(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1 " + offers + b"] ready\r\n")
        line = tag = b""
        while True:
            line = peer.hear()
            tag = tag or line.split()[0]
            peer.say(b"* NO I heard " + line + b" as you see\r\n")
            if line.endswith((b"}", b"PLAIN", b"MD5")):
                peer.say(b"+ " + base64.b64encode(b"<challenge>") + b"\r\n")
            else:
                peer.say(tag + b" NO you said " + line + b"\r\n")

    return serve


def echo_smtp(offers: bytes) -> Script:
    """Says back all it hears in its refusal."""

    def serve(peer: Peer) -> None:
        peer.say(scripts.SMTP_GREETING)
        peer.hear()
        peer.say(b"250-mail.test\r\n250 AUTH " + offers + b"\r\n")
        while True:
            line = peer.hear()
            if line.endswith((b"AUTH LOGIN", b"MD5", b"am9l")):
                peer.say(b"334 " + base64.b64encode(b"<challenge>") + b"\r\n")
            else:
                peer.say(b"535 you said " + line + b"\r\n")

    return serve


CASES: list[tuple[Protocol, Script]] = [
    ("imap", echo_imap(b"")),
    ("imap", echo_imap(b"AUTH=PLAIN SASL-IR LOGINDISABLED")),
    ("imap", echo_imap(b"AUTH=PLAIN LOGINDISABLED")),
    ("imap", echo_imap(b"AUTH=CRAM-MD5 LOGINDISABLED")),
    ("smtp", echo_smtp(b"PLAIN")),
    ("smtp", echo_smtp(b"LOGIN")),
    ("smtp", echo_smtp(b"CRAM-MD5")),
]


@pytest.mark.parametrize("password", SECRETS)
@pytest.mark.parametrize(("protocol", "script"), CASES)
def test_an_echoing_server_betrays_nothing(
    protocol: Protocol,
    script: Script,
    password: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    wires: list[Wire] = []

    class KeptWire(Wire):
        def __init__(self, *args: object) -> None:
            super().__init__(*args)  # type: ignore[arg-type]  # handed through
            wires.append(self)

    monkeypatch.setattr(ladder_of_one_server, "Wire", KeptWire)
    with caplog.at_level(logging.DEBUG), FaultServer(script) as server:
        check = ask(server, protocol, secret=lambda: Secret(password))
    assert check.failed_stage == "auth"
    assert check.attempts == 1
    transcript = wires[0].transcript.lines
    shown = b"\n".join(
        [
            msgspec.json.encode(check),
            repr(check).encode(),
            *(line.data for line in transcript),
            caplog.text.encode(),
            *(text.encode() for text in capfd.readouterr()),
        ]
    )
    for form in forms(password):
        assert form not in shown
    mask = MASK.encode()
    assert any(mask in line.data for line in transcript if line.direction == "sent")
    assert any(mask in line.data for line in transcript if line.direction == "received")
    heard = b"\n".join(server.heard)
    assert any(form in heard for form in forms(password)) or b"CRAM-MD5" in heard  # it was really sent
    if b"CRAM-MD5" in heard:
        answers = [line for line in server.heard if not line.endswith((b"LOGOUT", b"QUIT"))]
        assert answers[-1] not in shown


@pytest.mark.parametrize("fail", [lambda: b"%t BAD nonsense\r\n", lambda: b"nonsense\r\n", lambda: b""])
def test_nothing_in_the_traceback_of_a_failed_sign_in(
    fail: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    traces: list[str] = []
    original = ladder_of_one_server._Climb.run

    def run_and_keep_the_trace(climb: ladder_of_one_server._Climb, at_the_top: AtTheTop | None) -> None:
        try:
            original(climb, at_the_top)
        except Exception:
            traces.append(traceback.format_exc())
            raise

    monkeypatch.setattr(ladder_of_one_server._Climb, "run", run_and_keep_the_trace)
    with FaultServer(scripts.imap(login=fail())) as server:
        ask(server, secret=lambda: Secret(SECRETS[0]))
    assert traces
    assert SECRETS[0] not in traces[0]


def test_credentials_do_not_show_themselves() -> None:
    credentials = Credentials("joe", Secret(SECRETS[0]), Transcript(), host="mail.test", port=993)
    assert SECRETS[0] not in repr(credentials)


def test_short_passwords_are_masked_as_words_only() -> None:
    transcript = Transcript()
    transcript.conceal([b"in"])
    transcript.received(b"NO invalid: in is wrong\r\n")
    assert transcript.heard == ("NO invalid: ••• is wrong".encode(),)


def test_only_names_of_commands_are_kept_while_signing_in() -> None:
    transcript = Transcript()
    for sent in (
        b'A1 LOGIN "joe" "x"\r\n',
        b"AUTH PLAIN AGpvZQB4\r\n",
        b"A2 AUTHENTICATE PLAIN eA==\r\n",
        b"eA==\r\n",
    ):
        transcript.sent(sent, signing_in=True)
    transcript.sent(b"A3 EXAMINE INBOX\r\n", signing_in=False)
    assert tuple("> " + line.data.decode() for line in transcript.lines) == (
        "> A1 LOGIN •••",
        "> AUTH PLAIN •••",
        "> A2 AUTHENTICATE PLAIN •••",
        "> •••",
        "> A3 EXAMINE INBOX",
    )


def test_the_record_is_bounded() -> None:
    transcript = Transcript()
    for _ in range(1000):
        transcript.received(b"x" * 60_000 + b"\n")
    assert sum(len(line.data) for line in transcript.lines) < 1_000_000
    assert len(transcript.lines) + transcript.cut == 1000


def test_challenges_and_untagged_words_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    wires: list[Wire] = []
    original = Wire.close

    def close(wire: Wire) -> None:
        wires.append(wire)
        original(wire)

    monkeypatch.setattr(Wire, "close", close)
    with FaultServer(echo_imap(b"AUTH=CRAM-MD5 LOGINDISABLED")) as server:
        ask(server)
    challenge = base64.b64encode(b"<challenge>").decode()
    heard = [line.data for line in wires[0].transcript.lines if line.direction == "received"]
    assert f"+ {challenge}".encode() in heard
    assert any(line.startswith(b"* NO I heard") for line in heard)
