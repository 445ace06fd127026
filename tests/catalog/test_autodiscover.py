"""Microsoft's Autodiscover, recognised by its names in DNS."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import dns.message
import dns.rcode
import pytest

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.autodiscover import ask_autodiscover
from mailferry.catalog.discovery.dns import DnsUnavailableError, NoRecordsError
from mailferry.model.recommendation import SourceAnswer
from tests.catalog.asked import question
from tests.catalog.nameserver import ServeZones, own_server, records

MICROSOFT = {"microsoft365": 'name = "Microsoft 365"\ndocs = "https://learn.microsoft.com/"\n'}


async def ask(
    tmp_path: Path,
    known: dict[str, Sequence[str] | dns.rcode.Rcode],
    providers: dict[str, str] | None = None,
) -> SourceAnswer:
    """What is said of joe@example.org where DNS knows these records."""
    async with own_server(records(known)) as server:
        return await ask_autodiscover(question("joe@example.org", server.address, tmp_path, providers))


@pytest.mark.real
async def test_microsoft_365_and_nothing_but_wildcards(serve_zones: ServeZones, tmp_path: Path) -> None:
    server = serve_zones(
        {
            "example.org": "autodiscover CNAME autodiscover.outlook.com.",
            "alias.example": "* CNAME web.hosting.example.",
            "address.example": "* A 127.0.0.1\n* AAAA ::1",
            "plain.example": "@ MX 10 mx",
            "beside.example": "* A 127.0.0.1\nautodiscover A 127.0.0.2",
        },
        broken=("broken.example",),
    )
    answer = await ask_autodiscover(question("joe@example.org", server.address, tmp_path, MICROSOFT))
    assert (answer.source, answer.ok, answer.provider) == ("autodiscover", True, "microsoft365")
    assert (answer.name, answer.docs) == ("Microsoft 365", "https://learn.microsoft.com/")
    assert answer.incoming == answer.outgoing == ()
    assert answer.remarks == (
        "Autodiscover of example.org leads to autodiscover.outlook.com, which is Microsoft 365's. On the"
        " iPhone, add the account with the button “Microsoft Exchange”, which signs in on Microsoft's own"
        " page.",
    )
    for domain in ("alias.example", "address.example"):
        with pytest.raises(NoRecordsError) as failure:
            await ask_autodiscover(question(f"joe@{domain}", server.address, tmp_path))
        assert str(failure.value) == (
            f"Every name under {domain} leads to the same place (a wildcard in DNS), so autodiscover.{domain}"
            " says nothing about Autodiscover."
        )
    for domain in ("plain.example", "absent.example"):
        with pytest.raises(NoRecordsError, match=f"^{domain} has no Autodiscover"):
            await ask_autodiscover(question(f"joe@{domain}", server.address, tmp_path))
    with pytest.raises(DnsUnavailableError):
        await ask_autodiscover(question("joe@broken.example", server.address, tmp_path))
    answer = await ask_autodiscover(question("joe@beside.example", server.address, tmp_path))
    assert "at autodiscover.beside.example;" in answer.remarks[0]


async def test_an_exchange_server_of_one_s_own(tmp_path: Path) -> None:
    answer = await ask(
        tmp_path, {"_autodiscover._tcp.example.org SRV": ["0 0 443 mail.example.org."]}, MICROSOFT
    )
    assert answer.ok
    assert answer.provider is None
    assert answer.incoming == answer.outgoing == ()
    (remark,) = answer.remarks
    assert remark.startswith("example.org has Microsoft's Autodiscover, at mail.example.org; it is not asked")
    assert "the iPhone's button “Microsoft Exchange”" in remark


async def test_microsoft_365_by_its_service_record(tmp_path: Path) -> None:
    known: dict[str, Sequence[str] | dns.rcode.Rcode] = {
        "autodiscover.example.org A": ["127.0.0.1"],
        "_autodiscover._tcp.example.org SRV": ["0 0 443 Autodiscover.Outlook.com."],
    }
    answer = await ask(tmp_path, known, MICROSOFT)
    assert answer.provider == "microsoft365"


async def test_microsoft_365_where_no_file_lists_it(tmp_path: Path) -> None:
    answer = await ask(tmp_path, {"autodiscover.example.org CNAME": ["autodiscover.outlook.com."]})
    assert answer.ok
    assert (answer.provider, answer.name) == (None, None)


@pytest.mark.parametrize("host", ["autodiscover.outlook.com.evil.example.", "notoutlook.com."])
async def test_a_name_that_only_looks_like_microsoft_s(host: str, tmp_path: Path) -> None:
    answer = await ask(tmp_path, {"autodiscover.example.org CNAME": [host]}, MICROSOFT)
    assert answer.provider is None
    assert f"at {host.rstrip('.')};" in answer.remarks[0]


async def test_a_service_that_is_not_offered(tmp_path: Path) -> None:
    with pytest.raises(NoRecordsError, match="has no Autodiscover"):
        await ask(tmp_path, {"_autodiscover._tcp.example.org SRV": ["0 0 0 ."]}, MICROSOFT)


async def test_half_an_answer_that_says_something_is_enough(tmp_path: Path) -> None:
    known: dict[str, Sequence[str] | dns.rcode.Rcode] = {
        "autodiscover.example.org CNAME": ["autodiscover.outlook.com."],
        "_autodiscover._tcp.example.org SRV": dns.rcode.SERVFAIL,
    }
    assert (await ask(tmp_path, known)).ok
    with pytest.raises(DnsUnavailableError):  # nothing found, but not all could be asked
        await ask(tmp_path, {"_autodiscover._tcp.example.org SRV": dns.rcode.SERVFAIL})


async def test_a_wildcard_that_answers_with_other_addresses_each_time(tmp_path: Path) -> None:
    async with own_server(lambda query: None) as server:

        def reply(query: dns.message.Message) -> dns.message.Message | bytes | None:
            turn = len(server.questions)
            name = str(query.question[0].name).rstrip(".")
            known: Sequence[str] = [f"127.0.0.{turn}", "127.0.0.99"]
            return records({f"{name} A": known})(query)

        server.reply = reply
        with pytest.raises(NoRecordsError, match="a wildcard in DNS"):
            await ask_autodiscover(question("joe@example.org", server.address, tmp_path))


async def test_no_judgement_where_wildcards_cannot_be_told(tmp_path: Path) -> None:
    honest = records(
        {"autodiscover.example.org A": ["127.0.0.1"], "_autodiscover._tcp.example.org TXT": ["x"]}
    )

    def reply(query: dns.message.Message) -> dns.message.Message | bytes | None:
        if "autodiscover" in str(query.question[0].name):
            return honest(query)
        response = dns.message.make_response(query)
        response.set_rcode(dns.rcode.SERVFAIL)
        return response

    async with own_server(reply) as server:
        with pytest.raises(DnsUnavailableError):
            await ask_autodiscover(question("joe@example.org", server.address, tmp_path))


async def test_a_service_at_a_strange_name_is_shown_harmless(tmp_path: Path) -> None:
    answer = await ask(tmp_path, {"_autodiscover._tcp.example.org SRV": [r"0 0 443 \027[31m.example."]})
    assert answer.remarks[0].isprintable()


async def test_an_alias_to_no_host_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="which is no host name"):
        await ask(tmp_path, {"autodiscover.example.org CNAME": [r"\027[31m.example."]})
