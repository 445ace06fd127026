"""Provider files that read well and yet contradict themselves."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lint import lint_provider
from mailferry.model.failure import FailureRule
from mailferry.model.provider import (
    Evidence,
    IncomingServer,
    IPhone,
    OldHost,
    OutgoingServer,
    Provider,
    SignIn,
)

TODAY = datetime.date(2026, 11, 20)
IMAP = IncomingServer(protocol="imap", host="imap.quay.example", port=993, security="tls")
SMTP = OutgoingServer(host="smtp.quay.example", port=587, security="starttls")
QUAY = Provider(
    name="Quay",
    domains=("quay.example",),
    incoming=(IMAP,),
    outgoing=(SMTP,),
    evidence=(Evidence(source="Quay's help", read=TODAY, about=("incoming", "outgoing.port")),),
)


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    shipped, own = tmp_path / "shipped", tmp_path / "own"
    shipped.mkdir()
    own.mkdir()
    (shipped / "quay.toml").write_text('name = "Quay"\ndomains = ["quay.example"]\n')
    (shipped / "pier.toml").write_text('name = "Pier"\ndomains = ["pier.example", "taken.example"]\n')
    (own / "mine.toml").write_text('name = "Mine"\ndomains = ["taken.example"]\n')
    return Catalogue(shipped, own)


def _lint(
    provider: Provider, catalogue: Catalogue, provider_id: str = "quay"
) -> list[tuple[str | None, str]]:
    problems = lint_provider(provider_id, provider, catalogue, today=TODAY)
    assert {problem.file for problem in problems} <= {f"{provider_id}.toml"}
    return [(problem.key, problem.message) for problem in problems]


def test_a_sound_file(catalogue: Catalogue) -> None:
    assert _lint(QUAY, catalogue) == []


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"status": "retired"}, "notice", "retired"),
        ({"status": "moved", "notice": "Gone."}, "successor", "missing"),
        ({"successor": "jetty"}, "successor", "jetty"),
        ({"status": "no-mail-programs", "notice": "Use its app."}, "status", "servers are listed"),
        ({"incoming": ()}, "incoming", "missing"),
        ({"outgoing": ()}, "outgoing", "missing"),
        ({"domains": ("quay.example", "QUAY.example")}, "domains", "twice"),
        ({"domains": ("quay..example",)}, "domains", "two dots"),
        ({"domains": ("pier.example",)}, "domains", "pier.toml"),
        ({"evidence": ()}, "evidence", "missing"),
        (
            {"evidence": (Evidence(source="Quay", read=datetime.date(2023, 11, 1)),)},
            "evidence.read",
            "3 years ago",
        ),
        (
            {"evidence": (Evidence(source="Quay", read=datetime.date(2027, 1, 1)),)},
            "evidence.read",
            "to come",
        ),
        ({"evidence": (Evidence(source="Quay", about=("servers",)),)}, "evidence.about", "servers"),
        ({"sign_in": SignIn(oauth2="required")}, "sign_in.oauth2", "takes password"),
        ({"sign_in": SignIn(app_password="required")}, "sign_in.app_password_url", "where"),
        (
            {"old_host": (OldHost(host="imap.quay.example", use="imap.quay.example", why="?"),)},
            "old_host.host",
            "current server",
        ),
        (
            {"old_host": (OldHost(host="old.quay.example", use="new.quay.example", why="?"),)},
            "old_host.use",
            "not among",
        ),
        ({"failure": (FailureRule(matches="(", cause="unknown"),)}, "failure.matches", "regular expression"),
    ],
)
def test_one_mistake(catalogue: Catalogue, changes: dict[str, object], key: str, words: str) -> None:
    found = _lint(msgspec.structs.replace(QUAY, **changes), catalogue)
    assert any(where == key and words in message for where, message in found), found


@pytest.mark.parametrize(
    ("port", "security"),
    [(993, "starttls"), (995, "starttls"), (143, "tls"), (110, "tls"), (110, "none"), (1234, "none")],
)
def test_a_port_that_speaks_something_else(catalogue: Catalogue, port: int, security: str) -> None:
    server = msgspec.structs.replace(IMAP, port=port, security=security)
    provider = msgspec.structs.replace(QUAY, incoming=(server,))
    ((key, message),) = _lint(provider, catalogue)
    assert key == "incoming.security"
    assert f"imap.quay.example:{port}" in message
    explained = msgspec.structs.replace(provider, doubts=(f"Quay's page really says {port}.",))
    assert _lint(explained, catalogue) == []
    other = msgspec.structs.replace(provider, doubts=(f"Quay's page says {port}5.",))
    assert len(_lint(other, catalogue)) == 1


@pytest.mark.parametrize(("port", "security"), [(465, "starttls"), (587, "tls"), (25, "tls")])
def test_the_same_for_sending(catalogue: Catalogue, port: int, security: str) -> None:
    server = msgspec.structs.replace(SMTP, port=port, security=security)
    ((key, _),) = _lint(msgspec.structs.replace(QUAY, outgoing=(server,)), catalogue)
    assert key == "outgoing.security"


def test_oauth2_that_is_said_not_to_be(catalogue: Catalogue) -> None:
    server = msgspec.structs.replace(IMAP, auth=("password", "oauth2"))
    ((key, message),) = _lint(msgspec.structs.replace(QUAY, incoming=(server,)), catalogue)
    assert (key, "takes oauth2" in message) == ("sign_in.oauth2", True)


def test_a_mail_profile_cannot_carry_oauth2(catalogue: Catalogue) -> None:
    provider = msgspec.structs.replace(
        QUAY,
        incoming=(msgspec.structs.replace(IMAP, auth=("oauth2",)),),
        outgoing=(msgspec.structs.replace(SMTP, auth=("oauth2",)),),
        sign_in=SignIn(oauth2="required"),
    )
    assert [key for key, _ in _lint(provider, catalogue)] == ["iphone.payload"]
    assert _lint(msgspec.structs.replace(provider, iphone=IPhone(payload="none")), catalogue) == []


def test_an_own_file_may_take_a_shipped_domain(catalogue: Catalogue) -> None:
    pier = msgspec.structs.replace(QUAY, domains=("pier.example", "taken.example"))
    assert _lint(pier, catalogue, "pier") == []
    mine = msgspec.structs.replace(QUAY, domains=("taken.example",))
    assert _lint(mine, catalogue, "mine") == []


def test_a_file_outside_the_catalogue_may_not(catalogue: Catalogue) -> None:
    ((key, message),) = _lint(QUAY, catalogue, "new")
    assert key == "domains"
    assert "quay.toml" in message


def test_who_writes_for_oneself_needs_no_evidence(catalogue: Catalogue) -> None:
    mine = msgspec.structs.replace(QUAY, domains=("taken.example",), evidence=())
    assert _lint(mine, catalogue, "mine") == []


def test_today_is_this_day_if_not_given(catalogue: Catalogue) -> None:
    ancient = msgspec.structs.replace(
        QUAY, evidence=(Evidence(source="Quay", read=datetime.date(2001, 1, 1)),)
    )
    (problem,) = lint_provider("quay", ancient, catalogue)
    assert problem.key == "evidence.read"
