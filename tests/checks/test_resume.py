"""Going on from the stage at which the last test failed."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from mailferry.checks.options import CheckOptions
from mailferry.checks.request import ServerRequest
from mailferry.checks.resume import kept_stages
from mailferry.checks.server import check_server
from mailferry.model.account import Security
from mailferry.model.cause import Stage
from mailferry.model.check import ServerCheck, StageResult
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.checks import scripts
from tests.checks.asking import PASSWORD, outcome, settings
from tests.checks.fault_server import FaultServer

REFUSING = scripts.imap(login=b"%t NO [AUTHENTICATIONFAILED] no\r\n")


@pytest.fixture(autouse=True)
def name_server(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were asked for; every one of them is this machine's."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(name: str, port: int, **more: Any) -> Any:
        if name[0].isdigit():
            return real(name, port, **more)
        asked.append(name)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


def check(
    wanted: ServerSettings, before: ServerCheck | None = None, news: list[object] | None = None, **more: Any
) -> ServerCheck:
    request = ServerRequest(settings=wanted, secret=lambda: Secret(PASSWORD), failed_before=before)
    return check_server(
        request,
        CheckOptions(timeout=2.0, **more),
        on_stage=(news if news is not None else []).append,
        cancel=threading.Event(),
    )


def test_it_goes_on_at_the_sign_in(name_server: list[str]) -> None:
    with FaultServer(REFUSING) as server:
        wanted = settings(server.port)
        before = check(wanted)
        assert outcome(before)[0] == "auth"
        marked = msgspec.structs.replace(
            before,
            stages=tuple(msgspec.structs.replace(each, seconds=7.5) for each in before.stages),
        )
        news: list[object] = []
        after = check(msgspec.structs.replace(wanted, username="jo"), marked, news)
    assert name_server == [wanted.host]  # not asked again
    assert [each.stage for each in after.stages] == [each.stage for each in before.stages]
    assert [each.seconds == 7.5 for each in after.stages] == [True, True, True, True, False]
    assert [each for each in news if isinstance(each, str)] == [each.stage for each in after.stages]
    assert tuple(each for each in news if isinstance(each, StageResult)) == after.stages
    assert after.attempts == 1


def test_what_passes_now_has_the_whole_ladder() -> None:
    with FaultServer(REFUSING) as server:
        before = check(settings(server.port))
    with FaultServer(scripts.imap(), port=server.port) as again:
        after = check(settings(again.port), before)
    assert after.ok, after
    assert [each.stage for each in after.stages][-2:] == ["auth", "mailbox"]
    assert after.capabilities


@pytest.mark.parametrize(
    ("greeting", "stage", "cause"),
    [(b"* BYE not today\r\n", "greeting", "unknown"), (b"* OK ready\r\n", "capability", "server-closed")],
)
def test_a_lower_stage_that_fails_now_is_recorded(greeting: bytes, stage: Stage, cause: str) -> None:
    with FaultServer(REFUSING) as server:
        before = check(settings(server.port))
    news: list[object] = []
    with FaultServer(scripts.imap(greeting, capability=b""), port=server.port) as again:
        after = check(settings(again.port), before, news)
    assert outcome(after) == (stage, cause)
    assert after.stages[-1].stage == stage
    assert not after.stages[-1].ok
    assert [each.stage for each in after.stages] == [
        each.stage for each in before.stages[: len(after.stages)]
    ]
    assert news[-2] == stage
    assert news[-1] == after.stages[-1]


def test_the_address_that_answered_is_gone() -> None:
    with FaultServer(REFUSING) as server:
        before = check(settings(server.port))
    assert outcome(check(settings(server.port), before)) == ("connect", "connection-refused")


def test_a_certificate_is_verified_again(server_tls: ssl.SSLContext, ca_file: Path) -> None:
    with FaultServer(REFUSING, tls=server_tls) as server:
        wanted = settings(server.port, security="tls")
        before = check(wanted, ca_files=(ca_file,))
        assert outcome(before)[0] == "auth"
        assert outcome(check(wanted, before)) == ("tls", "cert-unknown-issuer")


def test_stages_after_a_sign_in_are_never_kept() -> None:
    with FaultServer(scripts.imap(examine=b"%t NO closed\r\n")) as server:
        before = check(settings(server.port))
        assert before.failed_stage == "mailbox"
        assert [each.stage for each in kept_stages(before, settings(server.port), CheckOptions())] == [
            "dns",
            "connect",
            "greeting",
            "capability",
        ]


ALL = ("dns", "connect", "tls", "greeting", "capability")


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({}, ALL),
        ({"username": "somebody"}, ALL),
        ({"auth": "cram-md5"}, ALL),
        ({"host": "other.test"}, ()),
        ({"port": 143}, ("dns",)),
        ({"security": "starttls"}, ("dns", "connect")),
        ({"ca_file": "ca.pem"}, ("dns", "connect")),
        ({"fingerprint": "sha256:00"}, ("dns", "connect")),
        ({"protocol": "pop3"}, ()),
    ],
)
def test_what_a_change_leaves_standing(
    change: dict[str, Any], kept: tuple[str, ...], server_tls: ssl.SSLContext, ca_file: Path
) -> None:
    with FaultServer(REFUSING, tls=server_tls) as server:
        wanted = settings(server.port, security="tls")
        before = check(wanted, ca_files=(ca_file,))
    assert outcome(before)[0] == "auth"
    changed = msgspec.structs.replace(wanted, **change)
    assert tuple(each.stage for each in kept_stages(before, changed, CheckOptions())) == kept


def test_what_a_pin_vouched_for_is_not_kept_without_it(server_tls: ssl.SSLContext, ca_file: Path) -> None:
    with FaultServer(REFUSING, tls=server_tls) as server:
        wanted = settings(server.port, security="tls")
        seen = check(wanted, ca_files=(ca_file,)).certificate
        assert seen is not None
        before = check(msgspec.structs.replace(wanted, fingerprint=seen.fingerprint))
    assert outcome(before)[0] == "auth"
    assert [each.stage for each in kept_stages(before, wanted, CheckOptions())] == ["dns", "connect"]


def test_nothing_is_kept_of_a_test_that_passed() -> None:
    with FaultServer(scripts.imap()) as server:
        before = check(settings(server.port))
    assert before.ok
    assert kept_stages(before, settings(server.port), CheckOptions()) == ()


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_kept_stage_below_a_failed_handshake(
    security: Security, server_tls: ssl.SSLContext, ca_file: Path
) -> None:
    greeting = b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"
    script = scripts.imap(greeting, tls=server_tls)
    with FaultServer(script, tls=server_tls if security == "tls" else None) as server:
        wanted = settings(server.port, security=security)
        before = check(wanted)
        assert outcome(before) == ("tls", "cert-unknown-issuer")
        after = check(wanted, before, ca_files=(ca_file,))
    assert after.ok, after
    first = before.stages[:-1]
    assert after.stages[: len(first)] == first


def test_a_host_that_is_not_to_be_found_is_not_dialled_for_its_old_address(name_server: list[str]) -> None:
    with FaultServer(REFUSING) as server:
        before = check(settings(server.port))
        after = check(settings(server.port), before, resolve_only=True)
    assert outcome(after) == ("dns", "host-not-found")


@pytest.mark.parametrize(
    ("before", "now", "kept"),
    [
        ({}, {}, True),
        ({}, {"mail.test:993": "127.0.0.1:9"}, False),
        ({"mail.test:9993": "127.0.0.1:9"}, {"mail.test:9993": "127.0.0.1:9"}, False),
        ({"mail.test:9993": "127.0.0.1:9"}, {"mail.test:993": "127.0.0.1:9"}, True),
        ({"mail.test:9993": "127.0.0.1:9"}, {"mail.test:993": "127.0.0.1:99"}, False),
    ],
)
def test_a_name_that_was_found_is_kept_only_where_it_leads_to_the_same_place(
    before: dict[str, str], now: dict[str, str], kept: bool
) -> None:
    found = "routed to 127.0.0.1:9" if before else "1 address"
    failed = ServerCheck(
        role="incoming",
        protocol="imap",
        host="mail.test",
        port=9993,
        security="tls",
        ok=False,
        stages=(
            StageResult(stage="dns", ok=True, seconds=0.1, detail=found),
            StageResult(stage="connect", ok=False, seconds=0.1, detail="nothing listens there"),
        ),
        failed_stage="connect",
        cause="connection-refused",
    )
    stages = kept_stages(failed, settings(993, security="tls"), CheckOptions(connect_to=now))
    assert [each.stage for each in stages] == (["dns"] if kept else [])
