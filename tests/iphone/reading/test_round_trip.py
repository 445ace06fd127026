"""What mailferry exports is read back as it was, for every shipped provider."""

from __future__ import annotations

import datetime

import msgspec
import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.preflight import preflight
from mailferry.iphone.profile import build_profile
from mailferry.iphone.reading.profile import read_profile
from mailferry.iphone.reading.report import ReadServer
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.address import domain_to_ascii, parse_address
from mailferry.model.recommendation import recommend
from mailferry.model.secret import Secret
from mailferry.model.settings import ROLES, ServerSettings
from mailferry.store.shipped import shipped
from tests.iphone.certificates import AUTHORITY
from tests.iphone.seeds import SEEDS, profile_account

CATALOGUE = Catalogue(shipped("profiles") / "providers", None)
NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def as_read(server: ServerSettings) -> ReadServer:
    assert server.host is not None
    return ReadServer(
        protocol=server.protocol,
        host=domain_to_ascii(server.host),
        port=server.port,
        use_ssl=server.security != "none",
        security=server.security,
        username=server.username,
        auth=server.auth,
    )


@pytest.mark.parametrize("provider_id", CATALOGUE.ids())
def test_every_provider(provider_id: str) -> None:
    provider = CATALOGUE.need(provider_id)
    domain = next(iter(provider.domains), "own-domain.example")
    recommendation = recommend(parse_address(f"Anna@{domain}"), provider_id, provider, "domain")
    for incoming in recommendation.incoming:
        for outgoing in recommendation.outgoing:
            account = profile_account(
                Account(
                    address=f"Anna@{domain}",
                    name="Anna & Maria",
                    label="Anna’s",
                    incoming=OwnIncoming(username=None if incoming.username else "anna"),
                    outgoing=OwnOutgoing(username=None if outgoing.username else "anna"),
                ),
                msgspec.structs.replace(recommendation, incoming=(incoming,), outgoing=(outgoing,)),
            )
            if not preflight(account, now=NOW).refusals:
                look_at(account)


def look_at(account: PhoneAccount) -> None:
    report = read_profile(build_profile([account]), now=NOW)
    (read,) = report.accounts
    assert report.installs
    assert (read.address, read.label) == (account.settings.address, "Anna’s")
    if read.type == "mail":
        assert read.name == "Anna & Maria"
        for role in ROLES:
            assert read.server(role) == as_read(account.settings.server(role))
    readable = any(account.settings.server(role).security == "none" for role in ROLES)
    assert [warning.code for warning in report.warnings if not readable] == []


def test_several_accounts_certificates_and_passwords() -> None:
    accounts = [
        msgspec.structs.replace(
            SEEDS["centurylink"],
            certificates=(AUTHORITY,),
            passwords={"incoming": Secret("Zebra-crossing-42")},
        ),
        SEEDS["icloud"],
    ]
    report = read_profile(build_profile(accounts, person="Mum"), now=NOW)
    assert [account.password_inside for account in report.accounts] == [True, False]
    assert [warning.code for warning in report.warnings] == ["certificate-authority", "password-inside"]
    assert [other.what for other in report.other_payloads] == ["a certificate authority"]
