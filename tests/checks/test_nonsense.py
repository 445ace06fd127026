"""Whatever bytes a server says, the ladder ends with a cause and never with an exception."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from mailferry.model.account import Protocol
from mailferry.model.secret import Secret
from tests.checks.asking import ask
from tests.checks.fault_server import FaultServer, Peer

PIECES = st.sampled_from(
    [
        b"* ", b"%t ", b"+ ", b"OK ", b"NO ", b"BAD ", b"BYE ", b"PREAUTH ", b"CAPABILITY ", b"IMAP4rev1 ",
        b"[CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR]", b"[", b"]", b"(", b")", b'"', b"\\", b"{3}", b"{-1}",
        b"{99999999999}", b"EXISTS", b"12 ", b"FLAGS ", b"[UIDVALIDITY x]", b"[PERMANENTFLAGS ()]", b"\r\n",
        b"\n", b"\r", b"\0", b"\xff\xfe", b"220 ", b"250-", b"250 ", b"AUTH PLAIN", b"AUTH=", b"SIZE x",
        b"334 ", b"235 ", b"+OK ", b"-ERR ", b".\r\n", b"1 1", b"-1", b"abc", b"\x1b[2J", b"AAAA", b"=",
    ]
)  # fmt: skip
ANSWERS = st.lists(st.lists(PIECES, max_size=8).map(b"".join), min_size=1, max_size=6)
GOOD_START: dict[Protocol, list[bytes]] = {
    "imap": [b"* OK [CAPABILITY IMAP4rev1] ready\r\n"],
    "pop3": [b"+OK ready\r\n", b"+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n"],
    "smtp": [b"220 ready\r\n", b"250-mail.test\r\n250 AUTH PLAIN\r\n"],
}


def talk(answers: list[bytes]) -> FaultServer:
    """A server that says the answers one after the other, whatever it hears, and hangs up."""

    def serve(peer: Peer) -> None:
        tag = b"x"
        for answer in answers:
            peer.say(answer.replace(b"%t", tag) + (b"" if answer.endswith(b"\n") else b"\r\n"))
            tag = peer.hear().split(b" ")[0]

    return FaultServer(serve)


quiet = effort(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@quiet
@given(protocol=st.sampled_from(["imap", "pop3", "smtp"]), answers=ANSWERS, good_start=st.booleans())
@example(protocol="imap", answers=[b"%t OK in\r\n", b"* 1 EXISTS\r\n%t OK [READ-ONLY\r\n"], good_start=True)
@example(
    protocol="imap", answers=[b"%t OK in\r\n", b"* OK [UIDVALIDITY x] y\r\n%t OK z\r\n"], good_start=True
)
@example(protocol="imap", answers=[b"%t OK in\r\n", b"* FLAGS (\r\n%t OK z\r\n"], good_start=True)
@example(protocol="imap", answers=[b"* \xff 5\r\n"], good_start=False)
@example(protocol="smtp", answers=[b"220 \xff\r\n", b"250-\xff\r\n250 AUTH \xff\r\n"], good_start=False)
def test_nonsense_ends_with_a_cause(protocol: Protocol, answers: list[bytes], good_start: bool) -> None:
    said = [*GOOD_START[protocol], *answers] if good_start else answers
    with talk(said) as server:
        check = ask(server, protocol, secret=lambda: Secret("x"), opts={"timeout": 0.5})
    assert check.ok or (check.cause is not None and check.failed_stage == check.stages[-1].stage)
