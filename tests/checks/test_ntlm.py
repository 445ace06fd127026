"""NTLM, against the library's own accepting side."""

from __future__ import annotations

import base64
import logging
import sys
from pathlib import Path

import pytest
import spnego

from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.checks.ntlm import Ntlm
from mailferry.checks.transcript import Transcript
from mailferry.model.account import Protocol
from mailferry.model.secret import Secret
from tests.checks import scripts
from tests.checks.asking import ask, outcome
from tests.checks.fault_server import FaultServer, Peer, Script
from tests.secret_hunt import plant

USERNAME = "EXAMPLE\\joe"
PASSWORD = "s3cret-Pferd"


@pytest.fixture(autouse=True)
def _known_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    users = plant(tmp_path / "users", f"EXAMPLE:joe:{PASSWORD}\nEXAMPLE:jö:grün€\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    monkeypatch.setenv("NETBIOS_COMPUTER_NAME", "")  # so that what is set meanwhile is undone
    monkeypatch.delenv("NETBIOS_COMPUTER_NAME")


def server(protocol: Protocol, *, ir: bool = True) -> Script:
    """Signs in who knows the password."""

    def serve(peer: Peer) -> None:
        accepting = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
        if protocol == "imap":
            peer.say(b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=NTLM SASL-IR] ready\r\n")
            tag, *line = peer.hear().split()
            prompt, welcome, refusal = b"+ ", tag + b" OK in\r\n", tag + b" NO AUTHENTICATE failed.\r\n"
        else:
            peer.say(b"220 mail.test ESMTP\r\n")
            peer.hear()
            peer.say(b"250-mail.test\r\n250 AUTH GSSAPI NTLM\r\n")
            line = peer.hear().split()
            prompt, welcome, refusal = b"334 ", b"235 in\r\n", b"535 5.7.3 Authentication unsuccessful\r\n"
        if not ir:
            assert len(line) == 2
            peer.say(prompt + b"NTLM supported\r\n")
            line.append(peer.hear())
        challenge = accepting.step(base64.b64decode(line[2]))
        assert challenge is not None
        peer.say(prompt + base64.b64encode(challenge) + b"\r\n")
        answer = base64.b64decode(peer.hear())
        try:
            accepting.step(answer)
        except spnego.exceptions.SpnegoError:
            peer.say(refusal)
            return
        peer.say(welcome)
        if protocol == "imap":
            tag = peer.hear().split()[0]
            peer.say(b"* 1 EXISTS\r\n" + tag + b" OK done\r\n")
        peer.hear()

    return serve


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_accepted(protocol: Protocol, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), FaultServer(server(protocol)) as host:
        check = ask(host, protocol, auth="ntlm", username=USERNAME)
    assert check.ok, check
    assert (check.mechanism, check.attempts) == ("NTLM", 1)
    assert "step" not in caplog.text  # the library would write every message down


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_refused(protocol: Protocol) -> None:
    with FaultServer(server(protocol)) as host:
        check = ask(host, protocol, auth="ntlm", username=USERNAME, secret=lambda: Secret("wrong-Pferd"))
    assert outcome(check) == ("auth", "unknown")
    assert (check.mechanism, check.attempts) == ("NTLM", 1)
    assert check.server_said in ("NO AUTHENTICATE failed.", "535 5.7.3 Authentication unsuccessful")


def test_a_prompt_in_prose() -> None:
    with FaultServer(server("smtp", ir=False)) as host:
        check = ask(host, "smtp", auth="ntlm", username=USERNAME, quirks=("no-initial-response",))
    assert check.ok, check


def test_beyond_ascii() -> None:
    with FaultServer(server("imap")) as host:
        check = ask(host, auth="ntlm", username="EXAMPLE\\jö", secret=lambda: Secret("grün€"))
    assert check.ok, check


def exchange(transcript: Transcript) -> tuple[Ntlm, Credentials]:
    """An attempt, and the credentials it is made with."""
    credentials = Credentials(USERNAME, Secret(PASSWORD), transcript, host="mail.test", port=993)
    return Ntlm(credentials), credentials


def test_the_answer_is_masked_and_names_no_machine() -> None:
    transcript = Transcript()
    attempt, credentials = exchange(transcript)
    accepting = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    hello = attempt.start()
    assert credentials.attempts == 0
    challenge = accepting.step(hello)
    answer = attempt.answer(challenge)
    assert credentials.attempts == 1
    assert "WORKSTATION".encode("utf-16-le") in answer
    transcript.received(b"535 you said " + base64.b64encode(answer) + b"\r\n")
    assert transcript.heard == ("535 you said •••".encode(),)
    accepting.step(answer)
    with pytest.raises(StageFailure) as failure:
        attempt.answer(challenge)
    assert failure.value.cause == "protocol-error"


@pytest.mark.parametrize(
    "challenge",
    [
        None,
        b"",
        b"x",
        b"NTLMSSP\0",
        b"NTLMSSP\0\2\0\0\0" + b"\0" * 10,
        b"NTLMSSP\0\1\0\0\0" + b"\xff" * 60,
        b"NTLMSSP\0\2\0\0\0" + b"\xff" * 20,
    ],
)
def test_challenges_that_are_none(challenge: bytes | None) -> None:
    attempt, credentials = exchange(Transcript())
    attempt.start()
    with pytest.raises(StageFailure) as failure:
        attempt.answer(challenge)
    assert failure.value.cause == "protocol-error"
    assert credentials.attempts == 0


def test_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spnego", None)
    with FaultServer(scripts.smtp(features=(b"AUTH NTLM",))) as host:
        check = ask(host, "smtp", auth="ntlm", username=USERNAME)
    assert outcome(check) == ("auth", "not-tried")
    assert "mailferry[ntlm]" in check.stages[-1].detail
    assert check.attempts == 0
    assert not any(line.startswith(b"AUTH") for line in host.heard)
