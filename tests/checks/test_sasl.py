"""Which mechanism is chosen, and what each says, by the worked examples of its document."""

from __future__ import annotations

import base64
import json

import pytest

from mailferry.checks import sasl
from mailferry.checks.credentials import Credentials
from mailferry.checks.failure import StageFailure
from mailferry.checks.sasl_lines import SaslLines
from mailferry.checks.transcript import Transcript
from mailferry.model.account import AuthMethod
from mailferry.model.secret import Secret

MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5", "NTLM", "XOAUTH2", "OAUTHBEARER")


def credentials(username: str, secret: str, host: str = "server.example.com", port: int = 143) -> Credentials:
    """A name and a password for a server."""
    return Credentials(username, Secret(secret), Transcript(), host=host, port=port)


@pytest.mark.parametrize(
    ("offered", "method", "chosen"),
    [
        ({"CRAM-MD5", "LOGIN", "PLAIN"}, "password", ("PLAIN", "LOGIN", "CRAM-MD5")),
        ({"CRAM-MD5", "NTLM"}, "password", ("CRAM-MD5",)),
        ({"CRAM-MD5", "PLAIN"}, "cram-md5", ("CRAM-MD5",)),
        ({"GSSAPI", "NTLM", "PLAIN"}, "ntlm", ("NTLM",)),
        ({"OAUTHBEARER", "XOAUTH2", "PLAIN"}, "oauth2", ("XOAUTH2", "OAUTHBEARER")),
        ({"OAUTHBEARER"}, "oauth2", ("OAUTHBEARER",)),
    ],
)
def test_what_fits_is_chosen(offered: set[str], method: AuthMethod, chosen: tuple[str, ...]) -> None:
    assert sasl.usable(offered, method) == chosen


@pytest.mark.parametrize(
    ("offered", "method", "cause", "words"),
    [
        (set(), "password", "auth-not-offered", "no way to sign in"),
        ({"PLAIN"}, "none", "auth-not-offered", "without signing in"),
        ({"XOAUTH2"}, "password", "oauth2-required", "offers XOAUTH2"),
        ({"OAUTHBEARER", "XOAUTH2", "EXTERNAL"}, "password", "oauth2-required", "a token"),
        ({"EXTERNAL"}, "password", "auth-mechanism-unsupported", "offers EXTERNAL"),
        ({"GSSAPI", "NTLM"}, "password", "auth-mechanism-unsupported", 'GSSAPI, NTLM; auth = "ntlm"'),
        ({"NTLM", "XOAUTH2"}, "password", "auth-mechanism-unsupported", 'auth = "ntlm"'),
        ({"GSSAPI"}, "password", "auth-mechanism-unsupported", "offers GSSAPI"),
        ({"XOAUTH2"}, "cram-md5", "auth-mechanism-unsupported", "needed: CRAM-MD5"),
        ({"PLAIN"}, "oauth2", "auth-mechanism-unsupported", "needed: XOAUTH2 or OAUTHBEARER"),
        ({"PLAIN"}, "ntlm", "auth-mechanism-unsupported", "needed: NTLM"),
    ],
)
def test_what_does_not_fit_is_told(offered: set[str], method: AuthMethod, cause: str, words: str) -> None:
    with pytest.raises(StageFailure) as failure:
        sasl.usable(offered, method)
    assert failure.value.cause == cause
    assert words in failure.value.detail
    assert '"ntlm"' not in failure.value.detail or "NTLM" in offered


def test_plain() -> None:
    # RFC 4616 section 4
    assert (
        sasl.exchange("PLAIN", credentials("tim", "tanstaaftanstaaf")).start() == b"\0tim\0tanstaaftanstaaf"
    )


def test_login() -> None:
    exchange = sasl.exchange("LOGIN", credentials("tim", "tanstaaftanstaaf"))
    assert exchange.start() is None
    assert exchange.answer(b"User Name\0") == b"tim"
    assert exchange.answer(None) == b"tanstaaftanstaaf"


def test_cram_md5() -> None:
    # RFC 2195 section 2
    exchange = sasl.exchange("CRAM-MD5", credentials("tim", "tanstaaftanstaaf"))
    assert exchange.start() is None
    assert exchange.answer(b"<1896.697170952@postoffice.reston.mci.net>") == (
        b"tim b913a602c7eda7a495b4e6e7334d3890"
    )


def test_oauthbearer() -> None:
    # RFC 7628 section 4.1
    token = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="
    exchange = sasl.exchange("OAUTHBEARER", credentials("user@example.com", token))
    assert SaslLines(exchange, room=1000).initial == (
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyI"
        "HZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )


def test_oauthbearer_writes_names_as_gs2_wants() -> None:
    # RFC 5801 section 4
    message = sasl.exchange("OAUTHBEARER", credentials("a=b,c", "t0ken!!")).start()
    assert message is not None
    assert message.startswith(b"n,a=a=3Db=2Cc,\1")


def test_xoauth2() -> None:
    # developers.google.com/workspace/gmail/imap/xoauth2-protocol
    exchange = sasl.exchange(
        "XOAUTH2", credentials("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    )
    assert SaslLines(exchange, room=1000).initial == (
        "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )


@pytest.mark.parametrize(("mechanism", "acknowledged"), [("XOAUTH2", b""), ("OAUTHBEARER", b"\1")])
def test_a_refusal_is_acknowledged_and_kept(mechanism: str, acknowledged: bytes) -> None:
    exchange = sasl.exchange(mechanism, credentials("joe", "t0ken!!"))
    exchange.start()
    refusal = b'{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}'
    assert exchange.error is None
    assert exchange.answer(refusal) == acknowledged
    assert exchange.error == refusal.decode()


@pytest.mark.parametrize(
    ("challenge", "kept"),
    [
        (b"", ""),
        (b"no JSON \x1b[31m\xff", "no JSON \x1b[31m\\xff"),
        (b"[1, 2]", "[1, 2]"),
        (b"{}", "{}"),
        (b'{"status": {}}', '{"status": {}}'),
        (b"[" * 100_000, "[" * 500),
        (b'{"status":"' + b"x" * 5_000, '{"status":"' + "x" * 489),
    ],
)
def test_refusals_that_say_little(challenge: bytes, kept: str) -> None:
    exchange = sasl.exchange("XOAUTH2", credentials("joe", "t0ken!!"))
    exchange.start()
    exchange.answer(challenge)
    assert exchange.error == kept


def test_a_token_in_a_refusal_is_masked() -> None:
    exchange = sasl.exchange("XOAUTH2", credentials("joe", "t0ken-of-joe"))
    exchange.start()
    exchange.answer(json.dumps({"status": "401", "token": "t0ken-of-joe"}).encode())
    assert exchange.error is not None
    assert "t0ken-of-joe" not in exchange.error
    assert exchange.error == '{"status": "401", "token": •••}'


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", "oauth2-token-rejected"),
        (None, "oauth2-token-rejected"),
        ("535-5.7.8 Username and Password not accepted", "oauth2-token-rejected"),
        ("NO [UNAVAILABLE] later", "unknown"),
        ("454 4.7.0 Temporary authentication failure", "unknown"),
        ("-ERR [SYS/TEMP] later", "unknown"),
    ],
)
def test_a_temporary_error_is_no_bad_token(said: str | None, cause: str) -> None:
    exchange = sasl.exchange("XOAUTH2", credentials("joe", "t0ken!!"))
    exchange.start()
    exchange.answer(b'{"status":"400"}')
    heard = sasl.heard_out(StageFailure("unknown", "the server refused the sign-in", said), exchange)
    assert heard.cause == cause
    assert heard.said == "\n".join(filter(None, ('{"status":"400"}', said)))


@pytest.mark.parametrize("cause", ["timeout", "cancelled"])
def test_a_lost_connection_is_no_bad_token(cause: str) -> None:
    exchange = sasl.exchange("XOAUTH2", credentials("joe", "t0ken!!"))
    exchange.start()
    exchange.answer(b"{}")
    assert sasl.heard_out(StageFailure(cause, "no answer"), exchange).cause == cause  # type: ignore[arg-type]


@pytest.mark.parametrize("mechanism", MECHANISMS[:3])
def test_a_refusal_without_a_challenge_stays_as_it_is(mechanism: str) -> None:
    failure = StageFailure("unknown", "the server refused the sign-in", "NO")
    assert sasl.heard_out(failure, sasl.exchange(mechanism, credentials("joe", "pw"))) is failure


@pytest.mark.parametrize(
    ("mechanism", "challenges"),
    [
        ("PLAIN", 0),
        ("LOGIN", 2),
        ("CRAM-MD5", 1),
        ("XOAUTH2", 1),
        ("OAUTHBEARER", 1),
    ],
)
def test_more_challenges_than_the_mechanism_knows(mechanism: str, challenges: int) -> None:
    mine = credentials("joe", "s3cret-Pferd")
    exchange = sasl.exchange(mechanism, mine)
    exchange.start()
    for _ in range(challenges):
        exchange.answer(b"<1@x>")
    with pytest.raises(StageFailure) as failure:
        exchange.answer(b"<2@x>")
    assert failure.value.cause == "protocol-error"
    assert mine.attempts == 1


@pytest.mark.parametrize("challenge", [b"", None])
def test_a_challenge_that_cannot_be_read(challenge: bytes | None) -> None:
    mine = credentials("joe", "s3cret-Pferd")
    exchange = sasl.exchange("CRAM-MD5", mine)
    with pytest.raises(StageFailure) as failure:
        exchange.answer(challenge)
    assert (failure.value.cause, mine.attempts) == ("protocol-error", 0)


def test_no_such_mechanism() -> None:
    with pytest.raises(ValueError, match="SCRAM"):
        sasl.exchange("SCRAM-SHA-256", credentials("joe", "pw"))


@pytest.mark.parametrize("mechanism", ["PLAIN", "XOAUTH2", "OAUTHBEARER", "CRAM-MD5"])
def test_every_form_is_masked(mechanism: str) -> None:
    mine = credentials("joe", "s3cret-Pferd")
    exchange = sasl.exchange(mechanism, mine)
    message = exchange.start() or exchange.answer(b"<1@x>")
    for form in (message, base64.b64encode(message)):
        mine.transcript.received(b"NO you said " + form + b" to me\r\n")
    mine.transcript.received(b"NO " + base64.b64encode(b"s3cret-Pferd") + b"\r\n")
    for line in mine.transcript.heard:
        assert "•••".encode() in line
        assert message not in line
        assert base64.b64encode(message) not in line
        assert b"Pferd" not in line


class TestLines:
    """A SASL exchange as lines of base64."""

    def test_an_initial_response(self) -> None:
        lines = SaslLines(sasl.exchange("PLAIN", credentials("tim", "tanstaaf")), room=100)
        assert lines.initial == base64.b64encode(b"\0tim\0tanstaaf").decode()

    def test_without_room_it_waits_for_the_prompt(self) -> None:
        mine = credentials("tim", "tanstaaf")
        lines = SaslLines(sasl.exchange("PLAIN", mine), room=0)
        assert (lines.initial, mine.attempts) == (None, 0)
        assert lines.reply(b"go on, please") == base64.b64encode(b"\0tim\0tanstaaf")
        assert mine.attempts == 1

    def test_one_that_is_too_long_waits_for_the_prompt(self) -> None:
        lines = SaslLines(sasl.exchange("XOAUTH2", credentials("joe", "t" * 3000)), room=500)
        assert lines.initial is None
        sent = lines.reply(b"")
        assert base64.b64decode(sent) == b"user=joe\1auth=Bearer " + b"t" * 3000 + b"\1\1"
        assert b"\n" not in sent
        assert lines.reply(base64.b64encode(b"{}")) == b""

    def test_an_empty_one_is_told_from_none(self) -> None:
        class Empty(sasl.Exchange):
            name = "EMPTY"

            def start(self) -> bytes:
                return b""

            def answer(self, challenge: bytes | None) -> bytes:
                return b"never"

        assert SaslLines(Empty(), room=100).initial == "="
        assert SaslLines(Empty(), room=0).reply(b"") == b""

    def test_the_server_speaks_first_where_there_is_none(self) -> None:
        lines = SaslLines(sasl.exchange("LOGIN", credentials("grün", "€")), room=100)
        assert lines.initial is None
        assert lines.reply(b"VXNlcm5hbWU6") == base64.b64encode("grün".encode())
        assert lines.reply(b"Password:") == base64.b64encode("€".encode())
