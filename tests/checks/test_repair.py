"""What would work instead, looked for where a test failed."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme

from mailferry.checks.options import CheckOptions
from mailferry.checks.repair import look_around
from mailferry.checks.request import ServerRequest
from mailferry.checks.server import check_server
from mailferry.model.account import Protocol, Role, Security
from mailferry.model.check import ServerCheck
from mailferry.model.secret import Secret
from mailferry.model.settings import ServerSettings
from tests.checks import scripts
from tests.checks.asking import HOST, PASSWORD, outcome
from tests.checks.conftest import server_context
from tests.checks.fault_server import FaultServer, Peer, Script

OTHER = "other.test"
UPGRADE = b"* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"


def door(
    port: int, security: Security = "tls", protocol: Protocol = "imap", host: str = HOST, **more: Any
) -> ServerSettings:
    role: Role = "outgoing" if protocol == "smtp" else "incoming"
    return ServerSettings(
        role=role, protocol=protocol, host=host, port=port, security=security, username="joe", **more
    )


@dataclass
class Town:
    """Servers on loopback that are reached by hosts and ports of one's own choice."""

    stack: ExitStack
    ca_file: Path
    tls: ssl.SSLContext
    routes: dict[str, str] = field(default_factory=dict)
    servers: list[FaultServer] = field(default_factory=list)

    def serve(self, script: Script, *places: str, tls: ssl.SSLContext | None = None) -> FaultServer:
        """A server at these places, each a `host:port`."""
        server = self.stack.enter_context(FaultServer(script, tls=tls))
        self.servers.append(server)
        self.routes |= dict.fromkeys(places, f"127.0.0.1:{server.port}")
        return server

    def close(self, *places: str) -> None:
        """Nothing listens at these places."""
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        self.routes |= dict.fromkeys(places, f"127.0.0.1:{port}")

    def check(
        self, settings: ServerSettings, *doors: ServerSettings, timeout: float = 2.0, trusts: bool = True
    ) -> ServerCheck:
        check = check_server(
            ServerRequest(settings=settings, secret=lambda: Secret(PASSWORD), doors=doors),
            self.options(timeout, trusts=trusts),
            on_stage=lambda _: None,
            cancel=threading.Event(),
        )
        for server in self.servers:
            assert not any(b"joe" in line or PASSWORD.encode() in line for line in server.heard)
        return check

    def options(self, timeout: float = 2.0, *, trusts: bool = True) -> CheckOptions:
        return CheckOptions(
            timeout=timeout,
            connect_to=self.routes,
            resolve_only=True,
            ca_files=(self.ca_file,) if trusts else (),
        )


@pytest.fixture
def town(ca_file: Path, authority: trustme.CA) -> Any:
    with ExitStack() as stack:
        yield Town(stack, ca_file, server_context(authority.issue_cert(HOST, OTHER)))


def changes(check: ServerCheck) -> list[dict[str, str | int]]:
    return [dict(repair.changes) for repair in check.repairs]


def seen(check: ServerCheck) -> str:
    return check.repairs[0].seen


def silent(peer: Peer) -> None:
    peer.stall()


def test_a_closed_port_and_the_one_that_answers(town: Town) -> None:
    town.close(f"{HOST}:143")
    town.serve(scripts.imap(), f"{HOST}:993", tls=town.tls)
    check = town.check(door(143, "starttls"), door(993), door(143, "starttls"))
    assert outcome(check) == ("connect", "connection-refused")
    assert changes(check) == [{"incoming.port": 993, "incoming.security": "tls"}]
    assert seen(check) == "mail.test answers on 993 with TLS from the start and a good certificate"
    assert check.repairs[0].verdict is None


def test_only_what_differs_is_changed(town: Town) -> None:
    town.close(f"{HOST}:993")
    town.serve(scripts.imap(), f"{OTHER}:993", tls=town.tls)
    assert changes(town.check(door(993), door(993, host=OTHER))) == [{"incoming.host": OTHER}]


def test_tls_from_the_start_where_the_port_wants_it(town: Town) -> None:
    town.serve(scripts.imap(), f"{HOST}:1993", tls=town.tls)
    check = town.check(door(1993, "starttls"), timeout=1.0)
    assert outcome(check) == ("greeting", "port-speaks-tls")
    assert changes(check) == [{"incoming.security": "tls"}]


@pytest.mark.parametrize("protocol", ["imap", "smtp", "pop3"])
def test_the_upgrade_where_the_port_speaks_plainly(town: Town, protocol: Protocol) -> None:
    def serve(peer: Peer) -> None:
        script = {
            "imap": lambda: scripts.imap(UPGRADE, tls=town.tls),
            "smtp": lambda: scripts.smtp(features=(b"STARTTLS", b"AUTH PLAIN"), tls=town.tls),
            "pop3": lambda: scripts.pop3(offers=(b"STLS", b"USER"), tls=town.tls),
        }[protocol]()
        if server.connections == 1:
            peer.say(b"+OK hello\r\n")  # whatever a client's hello is answered by
        else:
            script(peer)

    server = town.serve(serve, f"{HOST}:1587")
    check = town.check(door(1587, "tls", protocol))
    assert outcome(check) == ("tls", "port-speaks-plaintext")
    role = "outgoing" if protocol == "smtp" else "incoming"
    assert changes(check) == [{f"{role}.security": "starttls"}]
    assert "answers on 1587 with STARTTLS and a good certificate" in seen(check)


def test_a_silent_port(town: Town) -> None:
    town.serve(silent, f"{HOST}:143")
    town.serve(scripts.imap(), f"{HOST}:993", tls=town.tls)
    check = town.check(door(143, "starttls"), door(993), timeout=0.6)
    assert outcome(check) == ("greeting", "timeout")
    assert changes(check) == [{"incoming.port": 993, "incoming.security": "tls"}]


def test_an_upgrade_that_is_not_offered(town: Town) -> None:
    town.serve(scripts.imap(), f"{HOST}:143")
    town.serve(scripts.imap(), f"{HOST}:993", tls=town.tls)
    check = town.check(door(143, "starttls"), door(993))
    assert outcome(check) == ("starttls", "starttls-not-offered")
    assert changes(check) == [{"incoming.port": 993, "incoming.security": "tls"}]


def test_the_server_for_sending_where_mail_should_be_read(town: Town) -> None:
    town.serve(scripts.smtp(), f"{OTHER}:993", tls=town.tls)
    town.serve(scripts.imap(), f"{HOST}:993", tls=town.tls)
    check = town.check(door(993, host=OTHER), door(993), door(465, protocol="smtp", host=OTHER))
    assert outcome(check) == ("greeting", "wrong-protocol")
    assert changes(check) == [{"incoming.host": HOST}]


def test_this_host_comes_first_then_the_order_of_the_doors(town: Town) -> None:
    town.close(f"{HOST}:1143")
    town.serve(scripts.imap(), f"{OTHER}:993", f"{HOST}:993", tls=town.tls)
    town.serve(scripts.imap(UPGRADE, tls=town.tls), f"{HOST}:143")
    check = town.check(door(1143), door(993, host=OTHER), door(143, "starttls"), door(993))
    assert changes(check) == [
        {"incoming.port": 143, "incoming.security": "starttls"},
        {"incoming.port": 993},
        {"incoming.host": OTHER, "incoming.port": 993},
    ]


def bad_doors(
    town: Town, authority: trustme.CA
) -> Sequence[tuple[str, Script, ssl.SSLContext | None, Security]]:
    wrong = server_context(authority.issue_cert("stranger.test"))
    return [
        ("another protocol", scripts.smtp(), town.tls, "tls"),
        ("a bad certificate", scripts.imap(), wrong, "tls"),
        ("silence", silent, None, "tls"),
        ("silence inside TLS", silent, town.tls, "tls"),
        ("turned away", scripts.imap(b"* BYE not you\r\n"), town.tls, "tls"),
        ("no upgrade", scripts.imap(), None, "starttls"),
        ("a bad certificate after the upgrade", scripts.imap(UPGRADE, tls=wrong), None, "starttls"),
        (
            "text injected before TLS",
            scripts.imap(UPGRADE, starttls=b"%t OK\r\n* injected\r\n", tls=town.tls),
            None,
            "starttls",
        ),
        ("no TLS at all", scripts.imap(), None, "none"),
        (
            "no way to sign in",
            scripts.imap(b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\r\n"),
            town.tls,
            "tls",
        ),
    ]


def test_what_is_no_repair(town: Town, authority: trustme.CA) -> None:
    town.close(f"{HOST}:1")
    doors = []
    for place, (_, script, tls, security) in enumerate(bad_doors(town, authority), start=100):
        town.serve(script, f"{HOST}:{place}", tls=tls)
        doors.append(door(place, security))
    check = town.check(door(1), *doors, timeout=0.8)
    assert outcome(check) == ("connect", "connection-refused")
    assert check.repairs == ()
    assert "no other mail port" not in check.stages[-1].detail


def test_port_25_is_closed_and_587_is_not(town: Town) -> None:
    town.close(f"{HOST}:25")
    town.serve(scripts.smtp(features=(b"STARTTLS", b"AUTH PLAIN"), tls=town.tls), f"{HOST}:587")
    check = town.check(door(25, "starttls", "smtp"), door(465, "tls", "smtp"), door(587, "starttls", "smtp"))
    assert outcome(check) == ("connect", "connection-refused")
    assert changes(check) == [{"outgoing.port": 587}]
    assert "only port 25 is closed" in seen(check)


def test_a_host_on_which_nothing_answers(town: Town) -> None:
    town.close(f"{HOST}:25", f"{HOST}:465", f"{HOST}:587")
    check = town.check(door(25, "starttls", "smtp"), door(465, "tls", "smtp"), door(587, "starttls", "smtp"))
    assert check.repairs == ()
    assert "nothing listens" in check.stages[-1].detail
    assert "no other mail port answers either" in check.stages[-1].detail


def test_what_others_hosts_do_says_nothing_of_this_one(town: Town) -> None:
    town.close(f"{HOST}:993", f"{OTHER}:993")
    check = town.check(door(993), door(993, host=OTHER))
    assert "no other mail port" not in check.stages[-1].detail


@pytest.mark.parametrize(("port", "found"), [(25, True), (587, False)])
def test_no_sign_in_on_the_port_for_relaying(town: Town, port: int, found: bool) -> None:
    town.serve(scripts.smtp(features=(b"STARTTLS",), tls=town.tls), f"{HOST}:{port}")
    town.serve(scripts.smtp(), f"{HOST}:465", tls=town.tls)
    check = town.check(door(port, "starttls", "smtp"), door(465, "tls", "smtp"))
    assert outcome(check) == ("auth", "auth-not-offered")
    assert changes(check) == ([{"outgoing.port": 465, "outgoing.security": "tls"}] if found else [])


@pytest.mark.parametrize(("port", "found"), [(25, True), (587, False)])
def test_turned_away_on_the_port_for_relaying(town: Town, port: int, found: bool) -> None:
    town.serve(scripts.smtp(b"554 your address is on a list\r\n"), f"{HOST}:{port}")
    town.serve(scripts.smtp(), f"{HOST}:465", tls=town.tls)
    check = town.check(door(port, "starttls", "smtp"), door(465, "tls", "smtp"))
    assert outcome(check) == ("greeting", "unknown")
    assert bool(check.repairs) == found


def test_no_sign_in_before_tls(town: Town) -> None:
    greeting = b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"
    town.serve(scripts.imap(greeting, tls=town.tls), f"{HOST}:143")
    check = town.check(door(143, "none"))
    assert outcome(check) == ("auth", "login-disabled-without-tls")
    assert changes(check) == [{"incoming.security": "starttls"}]


class TestNamesInTheCertificate:
    """A certificate for other names is good for those that the very same port shows it for, and that lead
    somewhere by themselves."""

    @pytest.fixture
    def hoster(self, town: Town, authority: trustme.CA) -> FaultServer:
        names = ("*.hoster.test", "imap.hoster.test", "192.0.2.1", HOST + ".evil.test")
        tls = server_context(authority.issue_cert(*names))
        found = ("imap.hoster.test:993", "mail.hoster.test:993", f"{HOST}.evil.test:993")
        return town.serve(scripts.imap(), f"{HOST}:993", *found, tls=tls)

    @pytest.mark.parametrize("elsewhere", ["not found", "closed", "a stranger"])
    def test_one_that_leads_nowhere_is_not_offered(
        self, town: Town, hoster: FaultServer, elsewhere: str
    ) -> None:
        del town.routes["imap.hoster.test:993"]
        if elsewhere == "closed":
            town.close("imap.hoster.test:993")
        elif elsewhere == "a stranger":
            town.serve(scripts.imap(), "imap.hoster.test:993", tls=town.tls)
        assert changes(town.check(door(993))) == [{"incoming.host": "mail.test.evil.test"}]

    def test_are_offered_with_a_warning(self, town: Town, hoster: FaultServer) -> None:
        check = town.check(door(993))
        assert outcome(check) == ("tls", "cert-hostname-mismatch")
        assert changes(check) == [
            {"incoming.host": "imap.hoster.test"},
            {"incoming.host": "mail.test.evil.test"},
        ]
        assert all("only if you know" in repair.seen for repair in check.repairs)

    def test_one_that_is_known_comes_first_and_needs_none(self, town: Town, hoster: FaultServer) -> None:
        check = town.check(door(993), door(993, host="Mail.Hoster.test"), door(993, host="a.b.hoster.test"))
        assert changes(check)[0] == {"incoming.host": "mail.hoster.test"}
        assert "only if" not in seen(check)
        assert len(check.repairs) == 3

    def test_one_that_is_not_verified_is_none(self, town: Town, hoster: FaultServer) -> None:
        settings = door(993)
        check = msgspec.structs.replace(town.check(settings), repairs=())
        found = look_around(settings, (), check, town.options(trusts=False), threading.Event())
        assert found.repairs == ()

    def test_after_the_upgrade_too(self, town: Town, authority: trustme.CA) -> None:
        tls = server_context(authority.issue_cert("imap.hoster.test"))
        town.serve(scripts.imap(UPGRADE, tls=tls), f"{HOST}:143", "imap.hoster.test:143")
        check = town.check(door(143, "starttls"))
        assert changes(check) == [{"incoming.host": "imap.hoster.test"}]


class TestBadCertificates:
    """Only another place is of use, and only with a good certificate."""

    @pytest.fixture
    def stranger(self, town: Town) -> ssl.SSLContext:
        tls = server_context(trustme.CA().issue_cert(HOST))
        town.serve(scripts.imap(), f"{HOST}:993", tls=tls)
        return tls

    def test_another_host_or_port_with_a_good_one(self, town: Town, stranger: ssl.SSLContext) -> None:
        town.serve(scripts.imap(UPGRADE, tls=town.tls), f"{HOST}:143")
        town.serve(scripts.imap(), f"{OTHER}:993", tls=town.tls)
        check = town.check(door(993), door(143, "starttls"), door(993, host=OTHER))
        assert outcome(check) == ("tls", "cert-unknown-issuer")
        assert changes(check) == [
            {"incoming.port": 143, "incoming.security": "starttls"},
            {"incoming.host": OTHER},
        ]

    def test_none_that_is_as_bad(self, town: Town, stranger: ssl.SSLContext) -> None:
        town.serve(scripts.imap(UPGRADE, tls=stranger), f"{HOST}:143")
        town.serve(scripts.imap(), f"{OTHER}:993", tls=stranger)
        check = town.check(door(993), door(143, "starttls"), door(993, host=OTHER))
        assert check.repairs == ()

    def test_not_the_same_port_in_another_way(self, town: Town, stranger: ssl.SSLContext) -> None:
        (server,) = town.servers
        town.check(door(993))
        alone = server.connections
        assert town.check(door(993), door(993, "starttls")).repairs == ()
        assert server.connections == 2 * alone

    def test_beside_the_names_of_the_certificate(self, town: Town, authority: trustme.CA) -> None:
        tls = server_context(authority.issue_cert("imap.hoster.test"))
        town.serve(scripts.imap(), f"{HOST}:993", "imap.hoster.test:993", tls=tls)
        town.serve(scripts.imap(), f"{OTHER}:993", tls=town.tls)
        check = town.check(door(993), door(993, host=OTHER))
        assert outcome(check) == ("tls", "cert-hostname-mismatch")
        assert changes(check) == [{"incoming.host": OTHER}, {"incoming.host": "imap.hoster.test"}]


@pytest.mark.parametrize("host", ["nosuch.firm.test", "no such host"])
def test_a_host_that_is_not_found(town: Town, host: str) -> None:
    town.serve(scripts.imap(), f"{HOST}:993", tls=town.tls)
    check = town.check(door(993, host=host), door(143, "starttls", host=host), door(993))
    assert check.failed_stage == "dns"
    assert changes(check) == [{"incoming.host": HOST}]


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_very_port_speaks_the_other_protocol_for_reading(town: Town, security: Security) -> None:
    if security == "tls":
        town.serve(scripts.pop3(), f"{HOST}:995", tls=town.tls)
    else:
        town.serve(scripts.pop3(offers=(b"STLS", b"USER"), tls=town.tls), f"{HOST}:995")
    check = town.check(door(995, security), door(993))
    assert outcome(check) == ("greeting", "wrong-protocol")
    assert changes(check) == [{"incoming.protocol": "pop3"}]
    assert seen(check).startswith("mail.test speaks POP3 on 995 with ")


def test_the_protocol_stays_where_the_same_host_answers_in_it(town: Town) -> None:
    town.serve(scripts.pop3(), f"{HOST}:995", tls=town.tls)
    town.serve(scripts.imap(), f"{HOST}:993", tls=town.tls)
    check = town.check(door(995), door(993))
    assert changes(check) == [{"incoming.port": 993}, {"incoming.protocol": "pop3"}]


@pytest.mark.parametrize("cause", ["wrong-password", "client-cert-required", "host-not-found", "cancelled"])
def test_where_nothing_is_probed(town: Town, cause: Any) -> None:
    server = town.serve(scripts.imap(), f"{HOST}:993", tls=town.tls)
    failed = ServerCheck(
        role="incoming",
        protocol="imap",
        host=HOST,
        port=143,
        security="starttls",
        ok=False,
        failed_stage="auth" if cause == "wrong-password" else "tls",
        cause=cause,
    )
    found = look_around(door(143, "starttls"), (door(993),), failed, town.options(), threading.Event())
    assert found.repairs == ()
    assert server.connections == 0


def test_stopping_stops_the_tries_as_well(town: Town) -> None:
    cancel = threading.Event()

    def stop_when_asked(peer: Peer) -> None:
        cancel.set()
        peer.stall()

    town.close(f"{HOST}:1")
    town.serve(stop_when_asked, f"{HOST}:993", tls=town.tls)
    failed = town.check(door(1))
    found = look_around(door(1), (door(993),), failed, town.options(60.0), cancel)
    assert found.repairs == ()
    assert found.remark is None


def test_a_refused_password_is_no_reason_to_look_around(town: Town) -> None:
    refusing = town.serve(scripts.imap(login=b"%t NO no\r\n"), f"{HOST}:993", tls=town.tls)
    check_server(
        ServerRequest(settings=door(993), secret=lambda: Secret(PASSWORD), doors=(door(143, "starttls"),)),
        town.options(),
        on_stage=lambda _: None,
        cancel=threading.Event(),
    )
    assert refusing.connections == 1
