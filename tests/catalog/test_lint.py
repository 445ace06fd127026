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


def _with(server: IncomingServer | OutgoingServer, **changes: object) -> IncomingServer | OutgoingServer:
    return msgspec.structs.replace(server, **changes)


def _elsewhere(server: IncomingServer | OutgoingServer) -> IncomingServer | OutgoingServer:
    return _with(server, host="mail.jetty.co.uk")


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
    (shipped / "pier.toml").write_text(
        'name = "Pier"\ndomains = ["pier.example", "taken.example"]\n'
        'suffixes = ["harbour.example"]\nmx = ["mx.pier.example"]\n'
    )
    (own / "mine.toml").write_text('name = "Mine"\ndomains = ["taken.example"]\n')
    return Catalogue(shipped, own)


def _lint(
    provider: Provider, catalogue: Catalogue, provider_id: str = "quay"
) -> list[tuple[str | None, str]]:
    problems = lint_provider(provider_id, provider, catalogue, today=TODAY)
    assert {problem.file for problem in problems} <= {f"{provider_id}.toml"}
    return [(_without_number(problem.key), problem.message) for problem in problems]


def _without_number(key: str | None) -> str | None:
    return None if key is None else ".".join(part for part in key.split(".") if not part.isdigit())


def _at(*domains: str) -> Provider:
    return msgspec.structs.replace(QUAY, domains=domains, server_domains=("quay.example",))


def test_a_sound_file(catalogue: Catalogue) -> None:
    assert _lint(QUAY, catalogue) == []


def test_a_provider_whose_servers_nobody_names_may_say_so(catalogue: Catalogue) -> None:
    about = (Evidence(source="Quay's help", read=TODAY, about=("notice",)),)
    silent = msgspec.structs.replace(
        QUAY, incoming=(), outgoing=(), notice="No source names its servers.", evidence=about
    )
    assert _lint(silent, catalogue) == []
    half = msgspec.structs.replace(silent, incoming=QUAY.incoming)
    assert [key for key, _ in _lint(half, catalogue)] == ["outgoing"]


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"status": "retired"}, "notice", "retired"),
        ({"status": "moved", "notice": "Gone."}, "successor", "missing"),
        ({"successor": "jetty"}, "successor", "jetty"),
        ({"status": "no-mail-programs", "notice": "Use its app."}, "status", "servers are listed"),
        ({"status": "retired", "notice": "Gone."}, "status", "servers are listed"),
        ({"status": "moved", "notice": "Gone.", "successor": "quay"}, "successor", "this file itself"),
        ({"successor": "pier"}, "successor", "active provider has none"),
        ({"incoming": ()}, "incoming", "missing"),
        ({"outgoing": ()}, "outgoing", "missing"),
        ({"domains": ("quay.example", "QUAY.example")}, "domains", "twice"),
        ({"domains": ("quay..example",)}, "domains", "two dots"),
        ({"domains": ("pier.example",)}, "domains", "pier.toml"),
        ({"suffixes": ("quay.example", "Quay.Example.")}, "suffixes", "twice"),
        ({"suffixes": ("example",)}, "suffixes", "whole top-level"),
        ({"suffixes": ("pier.example",)}, "suffixes", "pier.toml, under domains,"),
        ({"suffixes": ("harbour.example",)}, "suffixes", "pier.toml as well"),
        ({"domains": ("quay.example", "harbour.example")}, "domains", "pier.toml, under suffixes,"),
        ({"mx": ("mx.pier.example",)}, "mx", "pier.toml as well"),
        ({"mx": ("example",)}, "mx", "whole top-level"),
        ({"own_domain_username": "address"}, "own_domain_username", "leave it out"),
        ({"incoming": (_elsewhere(IMAP),)}, "incoming.host", 'server_domains = ["jetty.co.uk"]'),
        ({"outgoing": (_elsewhere(SMTP),)}, "outgoing.host", "outside the domains"),
        ({"incoming": (IMAP, IMAP)}, "incoming.host", "listed twice"),
        ({"incoming": (_with(IMAP, username_also=("address",)),)}, "incoming.username_also", "twice"),
        ({"outgoing": (_with(SMTP, auth=()),)}, "outgoing.auth", "no way of signing in"),
        (
            {"domains": (), "mx": ("mx.quay.example",), "server_domains": ("quay.example",)}
            | {"outgoing": (_with(SMTP, host="smtp.{domain}"),)},
            "outgoing.host",
            "no domains",
        ),
        ({"docs": "https:///help"}, "docs", "no address of a web page"),
        ({"docs": "https://quay.example:99999/"}, "docs", "no address of a web page"),
        ({"docs": "https://[quay.example/"}, "docs", "no address of a web page"),
        ({"evidence": (Evidence(source="A friend"),)}, "evidence.source", "neither an address nor a date"),
        ({"evidence": (Evidence(source="Quay", read=TODAY, about=("mx",)),)}, "evidence.about", "has no mx"),
        (
            {"evidence": (Evidence(source="Quay", read=TODAY, about=("incoming.prot",)),)},
            "evidence.about",
            "no part",
        ),
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
    [(993, "starttls"), (143, "tls"), (143, "none"), (1234, "none")],
)
def test_a_port_that_speaks_something_else(catalogue: Catalogue, port: int, security: str) -> None:
    server = msgspec.structs.replace(IMAP, port=port, security=security)
    provider = msgspec.structs.replace(QUAY, incoming=(server,))
    if security == "none":
        provider = msgspec.structs.replace(provider, notice="Reading is not encrypted.")
    ((key, message),) = _lint(provider, catalogue)
    assert key == "incoming.security"
    assert f"imap.quay.example:{port}" in message
    explained = msgspec.structs.replace(provider, doubts=(f"Quay's page really says {port}.",))
    assert _lint(explained, catalogue) == []
    other = msgspec.structs.replace(provider, doubts=(f"Quay's page says {port}5.",))
    assert len(_lint(other, catalogue)) == 1


@pytest.mark.parametrize(
    ("server", "port", "security", "owner"),
    [
        (IMAP, 995, "tls", "POP3"),
        (IMAP, 110, "starttls", "POP3"),
        (IMAP, 465, "tls", "SMTP"),
        (IMAP, 587, "starttls", "SMTP"),
        (_with(IMAP, protocol="pop3"), 993, "tls", "IMAP"),
        (SMTP, 993, "tls", "IMAP"),
        (SMTP, 143, "starttls", "IMAP"),
        (SMTP, 995, "tls", "POP3"),
    ],
)
def test_a_port_of_another_protocol(
    catalogue: Catalogue, server: IncomingServer | OutgoingServer, port: int, security: str, owner: str
) -> None:
    role = "incoming" if isinstance(server, IncomingServer) else "outgoing"
    moved = msgspec.structs.replace(QUAY, **{role: (_with(server, port=port, security=security),)})
    ((key, message),) = _lint(moved, catalogue)
    assert key == f"{role}.port"
    assert f"port {port} is {owner}'s everywhere else" in message
    explained = msgspec.structs.replace(moved, doubts=(f"Quay's page really says {port}.",))
    assert _lint(explained, catalogue) == []


@pytest.mark.parametrize("host", ["imap.quay.exampel", "imap.quya.example", "imap.qauy.example"])
def test_a_slip_of_the_files_own_domain_is_called_one(catalogue: Catalogue, host: str) -> None:
    ((key, message),) = _lint(msgspec.structs.replace(QUAY, incoming=(_with(IMAP, host=host),)), catalogue)
    assert key == "incoming.host"
    assert f"{host} looks like a slip of quay.example" in message
    assert "server_domains = " not in message


def test_a_dot_at_the_end_of_a_host(catalogue: Catalogue) -> None:
    dotted = _with(IMAP, host="imap.quay.example.")
    ((key, message),) = _lint(msgspec.structs.replace(QUAY, incoming=(dotted,)), catalogue)
    assert (key, "leave out the dot" in message) == ("incoming.host", True)


@pytest.mark.parametrize(("port", "security"), [(465, "starttls"), (587, "tls"), (25, "tls")])
def test_the_same_for_sending(catalogue: Catalogue, port: int, security: str) -> None:
    server = msgspec.structs.replace(SMTP, port=port, security=security)
    ((key, _),) = _lint(msgspec.structs.replace(QUAY, outgoing=(server,)), catalogue)
    assert key == "outgoing.security"


def test_oauth2_that_is_said_not_to_be(catalogue: Catalogue) -> None:
    server = msgspec.structs.replace(IMAP, auth=("password", "oauth2"))
    ((key, message),) = _lint(msgspec.structs.replace(QUAY, incoming=(server,)), catalogue)
    assert (key, "takes oauth2" in message) == ("sign_in.oauth2", True)


def test_a_password_that_is_ending_may_stand_beside_a_web_sign_in(catalogue: Catalogue) -> None:
    sign_in = SignIn(oauth2="required", password_until=datetime.date(2027, 1, 1))
    provider = msgspec.structs.replace(
        QUAY,
        incoming=(msgspec.structs.replace(IMAP, auth=("oauth2",)),),
        outgoing=(msgspec.structs.replace(SMTP, auth=("oauth2", "password")),),
        sign_in=sign_in,
        iphone=IPhone(payload="none"),
    )
    assert _lint(provider, catalogue) == []
    without = msgspec.structs.replace(provider, outgoing=(msgspec.structs.replace(SMTP, auth=("oauth2",)),))
    assert [key for key, _ in _lint(without, catalogue)] == ["sign_in.password_until"]


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
    pier = _at("pier.example", "taken.example")
    assert _lint(pier, catalogue, "pier") == []
    mine = _at("taken.example")
    assert _lint(mine, catalogue, "mine") == []


def test_a_file_outside_the_catalogue_may_not(catalogue: Catalogue) -> None:
    ((key, message),) = _lint(QUAY, catalogue, "new")
    assert key == "domains"
    assert "quay.toml" in message


def test_who_writes_for_oneself_needs_no_evidence(catalogue: Catalogue) -> None:
    mine = msgspec.structs.replace(_at("taken.example"), evidence=())
    assert _lint(mine, catalogue, "mine") == []


def test_today_is_this_day_if_not_given(catalogue: Catalogue) -> None:
    ancient = msgspec.structs.replace(
        QUAY, evidence=(Evidence(source="Quay", read=datetime.date(2001, 1, 1)),)
    )
    (problem,) = lint_provider("quay", ancient, catalogue)
    assert problem.key == "evidence.0.read"


def test_a_server_without_encryption_needs_a_notice(catalogue: Catalogue) -> None:
    bare = _with(IMAP, port=110, security="none")
    provider = msgspec.structs.replace(QUAY, incoming=(bare,), doubts=("The page says 110.",))
    assert [key for key, _ in _lint(provider, catalogue)] == ["notice"]
    assert _lint(msgspec.structs.replace(provider, incoming=(IMAP, bare)), catalogue) == []


def test_a_program_on_the_same_computer_is_no_stranger(catalogue: Catalogue) -> None:
    bridge = _with(IMAP, host="127.0.0.1", port=1143, security="starttls")
    assert _lint(msgspec.structs.replace(QUAY, incoming=(bridge,)), catalogue) == []


@pytest.mark.parametrize("host", ["quay.example", "imap.QUAY.example", "{domain}", "imap.{domain}"])
def test_hosts_in_the_providers_domains(host: str, catalogue: Catalogue) -> None:
    assert _lint(msgspec.structs.replace(QUAY, incoming=(_with(IMAP, host=host),)), catalogue) == []


def test_a_host_that_only_ends_alike_is_outside(catalogue: Catalogue) -> None:
    ((key, _),) = _lint(
        msgspec.structs.replace(QUAY, incoming=(_with(IMAP, host="imap.notquay.example"),)), catalogue
    )
    assert key == "incoming.host"


def test_a_longer_suffix_and_a_domain_below_a_suffix_are_no_clash(catalogue: Catalogue) -> None:
    provider = msgspec.structs.replace(
        QUAY,
        domains=("quay.example", "east.harbour.example"),
        suffixes=("west.harbour.example",),
        mx=("a.mx.pier.example",),
    )
    assert _lint(provider, catalogue) == []


def test_both_files_that_claim_a_domain_are_told(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "shipped" / "abbey.toml").write_text('name = "Abbey"\ndomains = ["pier.example"]\n')
    fresh = Catalogue(tmp_path / "shipped", tmp_path / "own")
    for provider_id, other in (("abbey", "pier"), ("pier", "abbey")):
        provider = fresh.need(provider_id)
        assert any(f"{other}.toml" in message for _, message in _lint(provider, fresh, provider_id))


def test_a_broken_neighbour_does_not_stop_the_others(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "shipped" / "wreck.toml").write_text("name = \n")
    assert _lint(QUAY, Catalogue(tmp_path / "shipped", tmp_path / "own")) == []
