"""Mail servers that a domain publishes as SRV records."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dns.rcode
import pytest

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.dns import DnsUnavailableError, NoRecordsError
from mailferry.catalog.discovery.srv import ask_srv
from mailferry.model.recommendation import RecommendedServer, SourceAnswer
from tests.catalog.asked import question
from tests.catalog.nameserver import ServeZones, own_server, records

KINDS = ("_imaps", "_imap", "_pop3s", "_pop3", "_submissions", "_submission")


ASSUMED = (
    "SRV records do not say how to sign in; where nobody else does, it is with the address, or else with what"
    " stands before the @."
)


async def ask(
    tmp_path: Path, known: dict[str, Sequence[str] | dns.rcode.Rcode], address: str = "joe@example.org"
) -> SourceAnswer:
    """What is said where DNS knows these records, named by the service alone."""
    named = {f"{service}._tcp.example.org SRV": found for service, found in known.items()}
    async with own_server(records(named)) as server:
        return await ask_srv(question(address, server.address, tmp_path))


def short(servers: Sequence[RecommendedServer]) -> list[str]:
    return [f"{each.protocol} {each.host}:{each.port} {each.security}" for each in servers]


@pytest.mark.real
async def test_everything_a_domain_can_publish(serve_zones: ServeZones, tmp_path: Path) -> None:
    server = serve_zones(
        {
            "example.org": """
_pop3._tcp SRV 0 0 110 pop
_pop3s._tcp SRV 0 0 995 pop
_imap._tcp SRV 0 0 143 imap
_imaps._tcp SRV 20 0 993 spare
_imaps._tcp SRV 10 1 993 light
_imaps._tcp SRV 10 9 10993 heavy
_submission._tcp SRV 0 0 587 smtp
_submissions._tcp SRV 0 0 465 smtp
"""
        }
    )
    answer = await ask_srv(question("joe+shop@example.org", server.address, tmp_path))
    assert (answer.source, answer.ok, answer.outside, answer.remarks) == ("srv", True, (), (ASSUMED,))
    assert short(answer.incoming) == [
        "imap heavy.example.org:10993 tls",
        "imap light.example.org:993 tls",
        "imap spare.example.org:993 tls",
        "imap imap.example.org:143 starttls",
        "pop3 pop.example.org:995 tls",
        "pop3 pop.example.org:110 starttls",
    ]
    assert short(answer.outgoing) == [
        "smtp smtp.example.org:465 tls",
        "smtp smtp.example.org:587 starttls",
    ]
    for each in (*answer.incoming, *answer.outgoing):
        assert (each.username, each.username_also, each.auth) == ("joe@example.org", (), ("password",))


@pytest.mark.real
async def test_a_domain_without_such_records(serve_zones: ServeZones, tmp_path: Path) -> None:
    server = serve_zones({"example.org": "@ MX 10 mx"}, broken=("broken.example",))
    for domain in ("example.org", "absent.example"):
        with pytest.raises(NoRecordsError) as failure:
            await ask_srv(question(f"joe@{domain}", server.address, tmp_path))
        assert str(failure.value) == f"{domain} publishes no mail servers in DNS (SRV records)."
    with pytest.raises(DnsUnavailableError, match=r"SERVFAIL"):
        await ask_srv(question("joe@broken.example", server.address, tmp_path))


async def test_what_is_not_offered_takes_nothing_away(tmp_path: Path) -> None:
    answer = await ask(
        tmp_path,
        {
            "_imaps": ["0 0 993 mail.example.org."],
            "_imap": ["0 0 0 ."],
            "_pop3s": ["0 0 0 ."],
            "_pop3": ["0 0 0 ."],
        },
    )
    assert short(answer.incoming) == ["imap mail.example.org:993 tls"]
    assert answer.outgoing == ()
    assert answer.remarks == ("example.org says that it does not offer _imap, _pop3s and _pop3.", ASSUMED)


async def test_a_domain_that_offers_nothing(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as failure:
        await ask(tmp_path, {kind: ["0 0 0 ."] for kind in KINDS})
    assert str(failure.value) == (
        "No SRV record of example.org names a server that can be used. example.org says that it does not"
        " offer _imaps, _imap, _pop3s, _pop3, _submissions and _submission."
    )


async def test_a_refusal_beside_a_server_of_the_same_kind_is_no_refusal(tmp_path: Path) -> None:
    answer = await ask(tmp_path, {"_imaps": ["0 0 0 .", "10 0 993 mail.example.org."]})
    assert short(answer.incoming) == ["imap mail.example.org:993 tls"]
    assert answer.remarks == (ASSUMED,)


async def test_servers_of_strangers_are_named(tmp_path: Path) -> None:
    answer = await ask(
        tmp_path,
        {
            "_imaps": [
                "0 0 993 imap.host.example.",
                "1 0 993 deep.below.example.org.",
                "2 0 993 example.org.",
            ],
            "_imap": ["0 0 143 imap.host.example."],
            "_submissions": ["0 0 465 smtp.notexample.org."],
        },
    )
    assert answer.outside == ("imap.host.example", "smtp.notexample.org")
    assert answer.incoming[0].host == "imap.host.example"
    assert answer.remarks == (
        "Outside example.org, with nothing but DNS to vouch for it: imap.host.example and"
        " smtp.notexample.org.",
        ASSUMED,
    )


@pytest.mark.parametrize(
    ("service", "record", "why"),
    [
        ("_imaps", "0 0 993 192.0.2.1.", "“192.0.2.1” is not the full name of a host"),
        ("_imaps", "0 0 993 mail.", "“mail” is not the full name of a host"),
        ("_imaps", "0 0 993 localhost.", "“localhost” is not the full name of a host"),
        (
            "_imaps",
            r"0 0 993 \027[31mx.example.org.",
            r"“\027[31mx.example.org” is not the full name of a host",
        ),
        (
            "_imaps",
            r"0 0 993 mail\000.example.org.",
            r"“mail\000.example.org” is not the full name of a host",
        ),
        ("_imaps", "0 0 0 mail.example.org.", "it gives mail.example.org the port 0"),
        ("_imaps", "0 0 25 mail.example.org.", "port 25 of mail.example.org is for something else"),
        ("_imaps", "0 0 143 mail.example.org.", "port 143 of mail.example.org is for something else"),
        ("_submission", "0 0 465 mail.example.org.", "port 465 of mail.example.org is for something else"),
        ("_submissions", "0 0 22 mail.example.org.", "port 22 of mail.example.org is for something else"),
    ],
)
async def test_a_record_that_cannot_be_used(service: str, record: str, why: str, tmp_path: Path) -> None:
    remark = f"A {service} record is left out: {why}."
    with pytest.raises(SourceError) as failure:
        await ask(tmp_path, {service: [record]})
    assert str(failure.value) == f"No SRV record of example.org names a server that can be used. {remark}"
    assert str(failure.value).isprintable()
    good = {"_pop3s": ["0 0 995 pop.example.org."]}
    answer = await ask(tmp_path, {**good, service: [record]})
    assert short(answer.incoming) == ["pop3 pop.example.org:995 tls"]
    assert answer.remarks == (remark, ASSUMED)


@pytest.mark.parametrize(
    ("service", "port"), [("_submission", 25), ("_submission", 2525), ("_imaps", 443), ("_pop3", 1110)]
)
async def test_an_unusual_port_is_the_domain_s_own_choice(service: str, port: int, tmp_path: Path) -> None:
    answer = await ask(tmp_path, {service: [f"0 0 {port} mail.example.org."]})
    (server,) = (*answer.incoming, *answer.outgoing)
    assert server.port == port


async def test_what_could_not_be_asked_is_said_beside_what_is_known(tmp_path: Path) -> None:
    answer = await ask(
        tmp_path,
        {"_imaps": ["0 0 993 mail.example.org."], "_pop3s": dns.rcode.SERVFAIL, "_imap": dns.rcode.SERVFAIL},
    )
    assert short(answer.incoming) == ["imap mail.example.org:993 tls"]
    (remark, _) = answer.remarks
    assert remark.startswith("Whether example.org publishes _imap and _pop3s is not known. Name server ")
    assert remark.endswith(" could not find out about _imap._tcp.example.org (SERVFAIL).")


async def test_nothing_found_and_not_all_asked_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(DnsUnavailableError, match=r"_submission\._tcp\.example\.org"):
        await ask(tmp_path, {"_submission": dns.rcode.SERVFAIL})


async def test_a_flood_of_records_is_cut_off(tmp_path: Path) -> None:
    flood = [f"{number} 0 993 imap{number}.example.org." for number in range(200)]
    answer = await ask(tmp_path, {"_imaps": flood})
    assert [server.host for server in answer.incoming] == [f"imap{number}.example.org" for number in range(5)]
    assert answer.remarks == ("Of 200 _imaps records, those after the first 5 are left out.", ASSUMED)


async def test_one_server_named_twice_is_one_server(tmp_path: Path) -> None:
    answer = await ask(tmp_path, {"_imaps": ["0 5 993 mail.example.org.", "0 9 993 MAIL.example.org."]})
    assert short(answer.incoming) == ["imap mail.example.org:993 tls"]


async def test_a_domain_too_long_for_service_names_publishes_nothing(tmp_path: Path) -> None:
    domain = ".".join(["a" * 60] * 4)
    async with own_server(records({})) as server:
        with pytest.raises(NoRecordsError):
            await ask_srv(question(f"joe@{domain}", server.address, tmp_path))
        assert all(len(asked) < 260 for asked in server.questions)
