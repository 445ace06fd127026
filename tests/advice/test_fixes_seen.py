"""What a test saw working becomes fixes: of each server that failed, what was seen first."""

from __future__ import annotations

import msgspec
import pytest

from mailferry.advice.fixes import Fix, fixes_seen, repair_to_take
from mailferry.model.account import Protocol, Role
from mailferry.model.check import AccountCheck, Repair, ServerCheck
from mailferry.model.finding import Verdict

_TLS = Repair(changes={"incoming.port": 993, "incoming.security": "tls"}, seen="993 answers")
_OTHER = Repair(changes={"incoming.host": "mx.x.net"}, seen="mx.x.net answers")
_SUBMISSION = Repair(changes={"outgoing.port": 587}, seen="587 answers")


def _server(role: Role, *repairs: Repair, ok: bool = False) -> ServerCheck:
    protocol: Protocol = "imap" if role == "incoming" else "smtp"
    return ServerCheck(
        role=role, protocol=protocol, host="x.net", port=25, security="none", ok=ok, repairs=repairs
    )


def _check(*servers: ServerCheck) -> AccountCheck:
    return AccountCheck(account="me", address="me@x.net", ok=False, seconds=1.0, servers=servers)


def test_the_first_repair_of_each_failed_server_is_taken() -> None:
    check = _check(_server("incoming", _TLS, _OTHER), _server("outgoing", _SUBMISSION))
    assert fixes_seen(check) == (
        Fix("incoming.port", 993),
        Fix("incoming.security", "tls"),
        Fix("outgoing.port", 587),
    )


@pytest.mark.parametrize("verdict", ["wrong", "insecure", "blocked"])
def test_what_is_not_right_all_the_same_is_left_to_the_user(verdict: Verdict) -> None:
    wrong = msgspec.structs.replace(_TLS, verdict=verdict)
    assert fixes_seen(_check(_server("incoming", wrong), _server("outgoing", _SUBMISSION))) == (
        Fix("outgoing.port", 587),
    )
    assert repair_to_take(_server("incoming", wrong, _OTHER)) == _OTHER
    assert repair_to_take(_server("incoming", _OTHER, ok=True)) is None


def test_nothing_is_mended_where_nothing_failed_or_nothing_was_seen() -> None:
    assert fixes_seen(_check(_server("incoming"), _server("outgoing", _SUBMISSION, ok=True))) == ()
