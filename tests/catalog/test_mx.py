"""Providers known by their mail exchangers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dns.rcode
import pytest

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.dns import DnsUnavailableError, NoRecordsError, NoSuchDomainError
from mailferry.catalog.discovery.mx import ask_mx
from mailferry.model.recommendation import SourceAnswer
from tests.catalog.asked import question
from tests.catalog.nameserver import ServeZones, own_server, records

ORCHARD = """
name = "Orchard"
domains = ["orchard.example"]
mx = ["mx.orchard.example"]
docs = "https://orchard.example/mail"
own_domain_username = "ask"

[[incoming]]
protocol = "imap"
host = "imap.orchard.example"
port = 993
security = "tls"

[[outgoing]]
host = "smtp.orchard.example"
port = 587
security = "starttls"
"""
HARBOUR = """
name = "Harbour"
mx = ["harbour.example"]

[[incoming]]
protocol = "imap"
host = "imap.harbour.example"
port = 993
security = "tls"
username = "local-part"
"""
PROVIDERS = {"orchard": ORCHARD, "harbour": HARBOUR}


async def ask(tmp_path: Path, known: dict[str, Sequence[str] | dns.rcode.Rcode]) -> SourceAnswer:
    """What is said of joe@example.org where DNS knows these records."""
    async with own_server(records(known)) as server:
        return await ask_mx(question("joe@example.org", server.address, tmp_path, PROVIDERS))


@pytest.mark.real
async def test_the_provider_of_a_domain_of_one_s_own(serve_zones: ServeZones, tmp_path: Path) -> None:
    server = serve_zones(
        {"example.org": "@ MX 10 MX01.mx.Orchard.Example.\n@ MX 10 mx02.mx.orchard.example."}
    )
    answer = await ask_mx(question("joe@example.org", server.address, tmp_path, PROVIDERS))
    assert (answer.source, answer.ok, answer.provider, answer.name) == ("mx", True, "orchard", "Orchard")
    assert answer.docs == "https://orchard.example/mail"
    assert answer.incoming[0].host == "imap.orchard.example"
    assert answer.incoming[0].username is None  # neither the address nor its local part: the owner knows
    assert answer.incoming[0].username_not == ("joe@example.org", "joe")
    assert answer.outgoing[0].port == 587
    assert answer.remarks == (
        "Mail for example.org goes to mx01.mx.orchard.example, a mail exchanger of Orchard.",
    )


@pytest.mark.real
async def test_every_way_of_not_knowing_has_its_own_sentence(serve_zones: ServeZones, tmp_path: Path) -> None:
    server = serve_zones(
        {
            "null.example": "@ MX 0 .",
            "implicit.example": "@ A 127.0.0.1\ngone CNAME nowhere.example.",
            "unlisted.example": "@ MX 10 mx1.filter.example.\n@ MX 20 mx2.filter.example.",
        },
        broken=("broken.example",),
    )
    expected: dict[str, tuple[type[SourceError], str]] = {
        "null.example": (SourceError, "null.example takes no mail; it says so in DNS (null MX)."),
        "implicit.example": (
            NoRecordsError,
            "DNS does not say where mail for implicit.example goes: it has no MX record.",
        ),
        "unlisted.example": (
            SourceError,
            "Mail for unlisted.example goes to mx1.filter.example, which no provider file lists.",
        ),
        "absent.example": (NoSuchDomainError, "The domain absent.example does not exist."),
        "gone.implicit.example": (NoSuchDomainError, "The domain gone.implicit.example does not exist."),
        "broken.example": (
            DnsUnavailableError,
            f"Name server {server.address} could not find out about broken.example (SERVFAIL).",
        ),
    }
    for domain, (kind, words) in expected.items():
        with pytest.raises(kind) as failure:
            await ask_mx(question(f"joe@{domain}", server.address, tmp_path, PROVIDERS))
        assert str(failure.value) == words


async def test_the_first_listed_exchanger_counts_and_the_rest_is_told(tmp_path: Path) -> None:
    answer = await ask(
        tmp_path,
        {
            "example.org MX": [
                "30 mx.orchard.example.",
                "20 in.harbour.example.",
                "10 mx1.filter.example.",
            ]
        },
    )
    assert answer.provider == "harbour"
    assert answer.incoming[0].username == "joe"
    assert answer.remarks == (
        "Mail for example.org goes to in.harbour.example, a mail exchanger of Harbour.",
        "It goes to mx1.filter.example first, which no provider file lists.",
        "Exchangers that are not Harbour's: mx1.filter.example (in no provider file), mx.orchard.example"
        " (Orchard).",
    )


async def test_a_hundred_exchangers_make_no_hundred_remarks(tmp_path: Path) -> None:
    many = [f"{number} mx{number}.filter.example." for number in range(100)]
    answer = await ask(tmp_path, {"example.org MX": ["0 mx.orchard.example.", *many]})
    assert answer.provider == "orchard"
    assert len(answer.remarks) == 2
    assert answer.remarks[1].count("filter.example") == 5


async def test_a_null_mx_among_others_is_nothing(tmp_path: Path) -> None:
    answer = await ask(tmp_path, {"example.org MX": ["0 .", "10 mx.orchard.example."]})
    assert answer.provider == "orchard"


@pytest.mark.parametrize(
    "host", ["notharbour.example.", "harbour.example.evil.example.", "mxx.orchard.example."]
)
async def test_a_name_that_only_looks_alike_is_not_the_provider_s(host: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="which no provider file lists"):
        await ask(tmp_path, {"example.org MX": [f"10 {host}"]})


async def test_an_own_provider_file_counts(tmp_path: Path) -> None:
    own = {**PROVIDERS, "own/club": 'name = "Club"\nmx = ["filter.example"]\n'}
    async with own_server(records({"example.org MX": ["10 mx1.filter.example."]})) as server:
        answer = await ask_mx(question("joe@example.org", server.address, tmp_path, own))
    assert answer.provider == "club"
    assert answer.incoming == ()  # the file names no servers, and none are made up
