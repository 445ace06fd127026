"""Every mechanism over IMAP and over SMTP: accepted, refused, and by servers that lose the thread."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading

import msgspec
import pytest

from mailferry.checks.request import ServerRequest
from mailferry.checks.server import check_server
from mailferry.checks.wire import Wire
from mailferry.model.account import AuthMethod, Protocol
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from mailferry.model.transcript import ServerTranscript
from tests.checks import scripts
from tests.checks.asking import PASSWORD, USER, ask, never, options, outcome, settings
from tests.checks.fault_server import FaultServer, Peer, Script

PROTOCOLS: tuple[Protocol, Protocol] = ("imap", "smtp")
CHALLENGE = b"<1896.697170952@mail.test>"
WORDS = {"imap": b"NO [AUTHENTICATIONFAILED] no", "smtp": b"535 5.7.8 no"}
WELCOME = {"imap": b"OK signed in", "smtp": b"235 2.7.0 signed in"}
DIGEST = hmac.new(PASSWORD.encode(), CHALLENGE, hashlib.md5).hexdigest()
REFUSAL = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
XOAUTH2 = f"user={USER}\1auth=Bearer {PASSWORD}\1\1".encode()


def server(protocol: Protocol, mechanism: bytes, *says: bytes | None, ir: bool = True) -> Script:
    """Offers one mechanism and says one thing for each line of the sign-in.

    What starts like a last word is one (behind the tag), anything else is a prompt; None hangs up.
    """

    def imap(peer: Peer) -> None:
        words = b" SASL-IR" if ir else b""
        peer.say(b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=" + mechanism + words + b"] ready\r\n")
        tag = b""
        for each in says:
            line = peer.hear()
            tag = tag or line.split()[0]
            if each is None:
                return
            last = each[:2] in (b"OK", b"NO", b"BA")
            peer.say((tag + b" " if last else b"+ ") + each + b"\r\n")
        tag = peer.hear().split()[0]
        peer.say(b"* 1 EXISTS\r\n" + tag + b" OK done\r\n")
        peer.hear()

    def smtp(peer: Peer) -> None:
        peer.say(b"220 mail.test ESMTP\r\n")
        peer.hear()
        peer.say(b"250-mail.test\r\n250 AUTH " + mechanism + b"\r\n")
        for each in says:
            peer.hear()
            if each is None:
                return
            last = each[:3].isdigit()
            peer.say((b"" if last else b"334 ") + each + b"\r\n")
        peer.hear()

    return imap if protocol == "imap" else smtp


def sent(host: FaultServer, protocol: Protocol) -> list[bytes]:
    """The lines of the sign-in, without tag and command."""
    lines = host.heard if protocol == "imap" else host.heard[1:]
    start = lines[0].split(b" ")[2:] if protocol == "imap" else lines[0].split(b" ")[1:]
    return [b" ".join(start), *lines[1:]]


def b64(message: bytes) -> bytes:
    """In base64."""
    return base64.b64encode(message)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("mechanism", "method", "prompts", "answers"),
    [
        (b"PLAIN", "password", [], [b"PLAIN " + b64(f"\0{USER}\0{PASSWORD}".encode())]),
        (
            b"LOGIN",
            "password",
            [b64(b"Username:"), b64(b"Password:")],
            [b"LOGIN", b64(USER.encode()), b64(PASSWORD.encode())],
        ),
        (
            b"LOGIN",
            "password",
            [b"Username:", b"Password:"],  # prose, where base64 is wanted
            [b"LOGIN", b64(USER.encode()), b64(PASSWORD.encode())],
        ),
        (b"CRAM-MD5", "cram-md5", [b64(CHALLENGE)], [b"CRAM-MD5", b64(f"{USER} {DIGEST}".encode())]),
        (b"XOAUTH2", "oauth2", [], [b"XOAUTH2 " + b64(XOAUTH2)]),
    ],
)
def test_accepted(
    protocol: Protocol, mechanism: bytes, method: AuthMethod, prompts: list[bytes], answers: list[bytes]
) -> None:
    with FaultServer(server(protocol, mechanism, *prompts, WELCOME[protocol])) as host:
        check = ask(host, protocol, auth=method)
    assert check.ok, check
    assert sent(host, protocol)[: len(answers)] == answers
    assert (check.attempts, check.mechanism) == (1, mechanism.decode())
    assert next(stage.detail for stage in check.stages if stage.stage == "auth") == mechanism.decode()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_oauthbearer_names_the_server_as_configured(protocol: Protocol) -> None:
    with FaultServer(server(protocol, b"OAUTHBEARER", WELCOME[protocol])) as host:
        check = ask(host, protocol, auth="oauth2")
    assert check.ok, check
    message = base64.b64decode(sent(host, protocol)[0].split(b" ")[1])
    assert message == (f"n,a={USER},\1host=mail.test\1port={host.port}\1auth=Bearer {PASSWORD}\1\1".encode())


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("mechanism", "method", "prompts"),
    [
        (b"PLAIN", "password", []),
        (b"LOGIN", "password", [b64(b"Username:"), b64(b"Password:")]),
        (b"CRAM-MD5", "password", [b64(CHALLENGE)]),
        (b"XOAUTH2", "oauth2", []),
    ],
)
def test_refused(protocol: Protocol, mechanism: bytes, method: AuthMethod, prompts: list[bytes]) -> None:
    with FaultServer(server(protocol, mechanism, *prompts, WORDS[protocol])) as host:
        check = ask(host, protocol, auth=method)
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said == WORDS[protocol].decode()
    assert (check.attempts, check.mechanism) == (1, mechanism.decode())


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("mechanism", "acknowledged"), [(b"XOAUTH2", b""), (b"OAUTHBEARER", b"AQ==")])
def test_a_refused_token(protocol: Protocol, mechanism: bytes, acknowledged: bytes) -> None:
    with FaultServer(server(protocol, mechanism, b64(REFUSAL), WORDS[protocol])) as host:
        check = ask(host, protocol, auth="oauth2")
    assert outcome(check) == ("auth", "oauth2-token-rejected")
    assert check.server_said is not None
    assert check.server_said.split("\n") == [
        REFUSAL.decode(),
        WORDS[protocol].decode(),
    ]
    assert sent(host, protocol)[1] == acknowledged
    assert check.attempts == 1


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_refused_token_and_no_last_word(protocol: Protocol) -> None:
    with FaultServer(server(protocol, b"XOAUTH2", b64(REFUSAL), None)) as host:
        check = ask(host, protocol, auth="oauth2")
    assert outcome(check) == ("auth", "oauth2-token-rejected")


@pytest.mark.parametrize("last", [b"NO [UNAVAILABLE] later", b"454 4.7.0 later"])
def test_a_temporary_error_is_no_refused_token(last: bytes) -> None:
    protocol: Protocol = "imap" if last.startswith(b"NO") else "smtp"
    with FaultServer(server(protocol, b"XOAUTH2", b64(REFUSAL), last)) as host:
        check = ask(host, protocol, auth="oauth2")
    assert outcome(check) == ("auth", "unknown")
    assert check.server_said is not None
    assert check.server_said.endswith(last.decode())


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("mechanism", "method", "prompts", "attempts"),
    [
        (b"CRAM-MD5", "cram-md5", [b"!"], 0),  # not base64
        (b"CRAM-MD5", "cram-md5", [b""], 0),  # empty
        (b"XOAUTH2", "oauth2", [b"!"], 1),
        (b"PLAIN", "password", [b64(b"more?")], 1),  # after the end
        (b"LOGIN", "password", [b"", b"", b"and now?"], 1),
        (b"CRAM-MD5", "cram-md5", [b64(CHALLENGE), b64(CHALLENGE)], 1),
        (b"XOAUTH2", "oauth2", [b64(REFUSAL), b64(REFUSAL)], 1),
    ],
)
def test_servers_that_lose_the_thread(
    protocol: Protocol, mechanism: bytes, method: AuthMethod, prompts: list[bytes], attempts: int
) -> None:
    with FaultServer(server(protocol, mechanism, *prompts)) as host:
        check = ask(host, protocol, auth=method)
    assert outcome(check) == ("auth", "protocol-error")
    assert check.attempts == attempts
    # In the midst of an exchange a good-bye could be taken for a password.
    assert not any(line.endswith((b"LOGOUT", b"QUIT")) for line in host.heard)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("mechanism", "method", "prompts", "attempts"),
    [
        (b"PLAIN", "password", [None], 1),
        (b"LOGIN", "password", [None], 0),
        (b"LOGIN", "password", [b"", None], 0),
        (b"LOGIN", "password", [b"", b"", None], 1),
        (b"CRAM-MD5", "cram-md5", [None], 0),
        (b"CRAM-MD5", "cram-md5", [b64(CHALLENGE), None], 1),
        (b"XOAUTH2", "oauth2", [None], 1),
    ],
)
def test_hung_up_in_the_midst(
    protocol: Protocol, mechanism: bytes, method: AuthMethod, prompts: list[bytes | None], attempts: int
) -> None:
    with FaultServer(server(protocol, mechanism, *prompts)) as host:
        check = ask(host, protocol, auth=method)
    assert outcome(check) == ("auth", "server-closed")
    assert check.attempts == attempts


@pytest.mark.parametrize(
    ("protocol", "ir", "quirks"),
    [("imap", False, ()), ("imap", True, ("no-initial-response",)), ("smtp", True, ("no-initial-response",))],
)
def test_the_first_message_waits_where_it_must(protocol: Protocol, ir: bool, quirks: tuple[str, ...]) -> None:
    with FaultServer(server(protocol, b"PLAIN", b"", WELCOME[protocol], ir=ir)) as host:
        check = ask(host, protocol, quirks=quirks)
    assert check.ok, check
    assert sent(host, protocol)[:2] == [b"PLAIN", b64(f"\0{USER}\0{PASSWORD}".encode())]


def test_coremail_offers_sasl_ir_falsely() -> None:
    def serve(peer: Peer) -> None:
        peer.say(b"* OK Coremail System IMap Server Ready(163com[abc])\r\n")
        tag = peer.hear().split()[0]
        peer.say(b"* CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN LOGINDISABLED\r\n" + tag + b" OK done\r\n")
        tag, *words = peer.hear().split()
        assert words == [b"AUTHENTICATE", b"PLAIN"]
        peer.say(b"+ \r\n")
        peer.hear()
        peer.say(tag + b" NO no\r\n")

    with FaultServer(serve) as host:
        assert outcome(ask(host)) == ("auth", "unknown")


def test_a_long_token_gets_a_line_of_its_own_over_smtp() -> None:
    # RFC 4954 section 4: the command line keeps its limit.
    with FaultServer(server("smtp", b"XOAUTH2", b"", b"235 2.7.0 in")) as host:
        check = ask(host, "smtp", auth="oauth2", secret=lambda: Secret("t" * 2000))
    assert check.ok, check
    assert host.heard[1] == b"AUTH XOAUTH2"
    assert base64.b64decode(host.heard[2]) == f"user={USER}\1auth=Bearer {'t' * 2000}\1\1".encode()


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_utf8_by_every_mechanism_that_takes_it(protocol: Protocol) -> None:
    secret = "grün€🐎"
    with FaultServer(server(protocol, b"LOGIN", b"", b"", WELCOME[protocol])) as host:
        check = ask(host, protocol, secret=lambda: Secret(secret), username="jö@mail.test")
    assert check.ok, check
    assert sent(host, protocol)[1:3] == [b64("jö@mail.test".encode()), b64(secret.encode())]


def test_a_name_beyond_ascii_goes_by_sasl_login_where_plain_is_missing() -> None:
    def serve(peer: Peer) -> None:
        peer.say(b"* OK [CAPABILITY IMAP4rev1 AUTH=LOGIN] ready\r\n")
        tag, *words = peer.hear().split()
        assert words == [b"AUTHENTICATE", b"LOGIN"]
        for _ in range(2):
            peer.say(b"+ \r\n")
            peer.hear()
        peer.say(tag + b" NO no\r\n")

    with FaultServer(serve) as host:
        assert outcome(ask(host, username="jö")) == ("auth", "unknown")
    assert host.heard[1:3] == [b64("jö".encode()), b64(PASSWORD.encode())]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("printed", ["", "Error: please authorise again", "a\1b", "tökén"])
def test_what_is_no_token_is_not_sent(protocol: Protocol, printed: str) -> None:
    with FaultServer(server(protocol, b"XOAUTH2", WORDS[protocol])) as host:
        check = ask(host, protocol, auth="oauth2", secret=lambda: Secret(printed))
    assert outcome(check) == ("auth", "not-tried")
    assert "no token" in check.stages[-1].detail
    assert check.attempts == 0
    assert not any(b"XOAUTH2" in line for line in host.heard)


def test_no_password_goes_to_an_imap_server_that_wants_tokens() -> None:
    script = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER] ready\r\n"
    with FaultServer(lambda peer: peer.say(script)) as host:
        check = ask(host, secret=never)
    assert outcome(check) == ("auth", "oauth2-required")
    assert check.attempts == 0


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("confirmed", [False, True])
def test_a_token_never_goes_to_another_machine_without_tls(
    protocol: Protocol, confirmed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wire, "peer_is_loopback", False)
    with FaultServer(server(protocol, b"XOAUTH2", WELCOME[protocol])) as host:
        check = ask(host, protocol, auth="oauth2", secret=never, opts={"clear_text": confirmed})
    assert outcome(check) == ("auth", "not-tried")
    assert "a token is never sent so" in check.stages[-1].detail


@pytest.mark.parametrize(
    ("name", "confirmed", "goes"),
    [("mail.test", False, False), ("mail.test", True, True), ("localhost", False, True)],
)
def test_a_tunnel_that_begins_here_ends_elsewhere(name: str, confirmed: bool, goes: bool) -> None:
    with FaultServer(scripts.imap()) as server:
        check = ask(
            server,
            host=name,
            opts={
                "resolve_only": False,
                "clear_text": confirmed,
                "connect_to": {f"{name}:{server.port}": f"127.0.0.1:{server.port}"},
            },
        )
    assert (check.ok, check.attempts) == (goes, int(goes))
    assert goes or outcome(check) == ("auth", "not-tried")


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("mechanism", [b"XOAUTH2", b"OAUTHBEARER"])
def test_a_server_that_repeats_the_token_betrays_nothing(protocol: Protocol, mechanism: bytes) -> None:
    token = "ya29.vF9dft4qmTc2Nvb3Rlckph"
    message = XOAUTH2.replace(PASSWORD.encode(), token.encode())
    echo = b64(b'{"status":"400","sent":"' + token.encode() + b'"}')
    last = (
        WORDS[protocol]
        + b" you said "
        + b64(message)
        + b" with "
        + token.encode()
        + b" "
        + b64(token.encode())
    )
    recorded: list[ServerTranscript] = []
    with FaultServer(server(protocol, mechanism, echo, last)) as host:
        request = ServerRequest(
            settings=settings(host.port, protocol, auth="oauth2"), secret=lambda: Secret(token)
        )
        check = check_server(
            request,
            options(host.port),
            on_stage=lambda _: None,
            on_transcript=recorded.append,
            cancel=threading.Event(),
        )
    assert outcome(check) == ("auth", "oauth2-token-rejected")
    shown = msgspec.json.encode(check) + repr(check).encode() + msgspec.json.encode(recorded)
    for line in recorded[0].lines:
        shown += line.data
    for form in (token.encode(), b64(token.encode()), b64(message), token[4:].encode()):
        assert form not in shown
    assert b"AUTH" in shown


def blanks(check: ServerCheck) -> bool:
    """Whether the sign-in's detail speaks of them."""
    return "has blanks between groups" in check.stages[-1].detail


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_an_app_password_with_its_blanks_is_sent_as_it_is_and_remarked_on(protocol: Protocol) -> None:
    shown = "abcd efgh ijkl mnop"
    with FaultServer(server(protocol, b"PLAIN", WORDS[protocol])) as host:
        check = ask(host, protocol, secret=lambda: Secret(shown))
    assert blanks(check)
    assert sent(host, protocol)[0] == b"PLAIN " + b64(f"\0{USER}\0{shown}".encode())
    with FaultServer(server(protocol, b"PLAIN", WORDS[protocol])) as host:
        assert not blanks(ask(host, protocol, secret=lambda: Secret("cold fish swim deep")))


def test_no_remark_where_no_password_was_sent() -> None:
    with FaultServer(server("imap", b"LOGIN", b"NO no")) as host:
        check = ask(host, secret=lambda: Secret("abcd efgh ijkl mnop"))
    assert (check.attempts, blanks(check)) == (0, False)
