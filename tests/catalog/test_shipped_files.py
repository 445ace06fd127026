"""The shipped provider files: each reads, is without contradiction, and finds the addresses it is for.

What the three seeds must hold is written out here a second time, apart from the files.
"""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lint import lint_provider
from mailferry.catalog.lookup import look_up
from mailferry.model.address import Address
from mailferry.model.provider import Provider
from mailferry.store.decode import decode_account, decode_provider

PROFILES = Path(__file__).parents[2] / "profiles"
FILES = sorted((PROFILES / "providers").glob("*.toml"))
EXAMPLES = sorted((PROFILES / "examples").glob("*.toml"))
WRITTEN = datetime.date(2026, 11, 20)

_CENTURYLINK = """
centurylink.net embarqmail.com centurytel.net clds.net coastalnow.net cochill.net cswnet.com
emadisonriver.com emadisonriver.net gallatinriver.net grics.net gulftel.com madisonriver.biz mebtel.net
q.com elpasotel.net qwest.net
"""
CENTURYLINK = _CENTURYLINK.split()

_OUTLOOK = """
hotmail.com live.com msn.com outlook.com windowslive.com outlook.at outlook.be outlook.cl outlook.cz
outlook.de outlook.dk outlook.es outlook.fr outlook.hu outlook.ie outlook.in outlook.it outlook.jp
outlook.kr outlook.lv outlook.my outlook.ph outlook.pt outlook.sa outlook.sg outlook.sk outlook.co.id
outlook.co.il outlook.co.th outlook.com.ar outlook.com.au outlook.com.br outlook.com.gr outlook.com.tr
outlook.com.vn hotmail.be hotmail.ca hotmail.cl hotmail.cz hotmail.de hotmail.dk hotmail.es hotmail.fi
hotmail.fr hotmail.gr hotmail.hu hotmail.it hotmail.lt hotmail.lv hotmail.my hotmail.nl hotmail.no
hotmail.ph hotmail.rs hotmail.se hotmail.sg hotmail.sk hotmail.co.id hotmail.co.il hotmail.co.in
hotmail.co.jp hotmail.co.kr hotmail.co.th hotmail.co.uk hotmail.co.za hotmail.com.ar hotmail.com.au
hotmail.com.br hotmail.com.hk hotmail.com.tr hotmail.com.tw hotmail.com.vn live.at live.be live.ca
live.cl live.cn live.de live.dk live.fi live.fr live.hk live.ie live.in live.it live.jp live.nl live.no
live.ru live.se live.co.jp live.co.kr live.co.uk live.co.za live.com.ar live.com.au live.com.mx
live.com.my live.com.ph live.com.pt live.com.sg livemail.tw
"""
OUTLOOK = _OUTLOOK.split()
ICLOUD = ["icloud.com", "me.com", "mac.com"]

DOMAINS = {
    "163-com": 1,
    "aol": 18,
    "att": 12,
    "bell": 2,
    "btinternet": 3,
    "centurylink": 17,
    "charter": 3,
    "comcast": 2,
    "cox": 1,
    "earthlink": 4,
    "fastmail": 117,
    "free-fr": 1,
    "frontier": 3,
    "gmail": 2,
    "gmx-com": 22,
    "gmx-net": 11,
    "google-workspace": 3,
    "hey": 1,
    "icloud": 3,
    "ionos": 7,
    "laposte": 1,
    "libero": 5,
    "mail-com": 244,
    "mail-ru": 6,
    "mailbox-org": 2,
    "microsoft365": 2,
    "naver": 1,
    "optimum": 2,
    "orange": 2,
    "outlook": 102,
    "posteo": 52,
    "proton": 4,
    "qq": 2,
    "qwestoffice": 1,
    "rogers": 1,
    "shaw": 1,
    "sky": 1,
    "t-online": 2,
    "telstra": 4,
    "tuta": 6,
    "verizon": 1,
    "virginmedia": 4,
    "web-de": 27,
    "windstream": 1,
    "yahoo": 18,
    "yandex": 8,
    "zoho-com": 2,
    "zoho-eu": 2,
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(PROFILES / "providers", PROFILES / "absent")


def _provider(catalogue: Catalogue, provider_id: str) -> Provider:
    provider = catalogue.get(provider_id)
    assert provider is not None
    return provider


def _valid(file: Path, schema: str) -> None:
    raw = tomllib.loads(file.read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(raw, default=lambda day: day.isoformat()))
    jsonschema.validate(plain, json.loads((PROFILES / "schemas" / schema).read_text(encoding="utf-8")))


def test_none_is_missing() -> None:
    assert {file.stem for file in FILES} >= DOMAINS.keys()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_is_well(file: Path, catalogue: Catalogue) -> None:
    provider = decode_provider(file.read_text(encoding="utf-8"), str(file))
    assert lint_provider(file.stem, provider, catalogue, today=WRITTEN) == ()
    _valid(file, "provider.schema.json")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_begins_with_a_word_about_itself(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize("provider_id", sorted(DOMAINS))
def test_each_domain_finds_its_provider(provider_id: str, catalogue: Catalogue) -> None:
    domains = _provider(catalogue, provider_id).domains
    assert len(set(domains)) >= DOMAINS[provider_id]
    for domain in domains:
        found = look_up(catalogue, Address("joe", domain))
        assert (found.how, found.provider) == ("domain", provider_id)


@pytest.mark.parametrize(
    ("provider_id", "domains"),
    [("centurylink", CENTURYLINK), ("outlook", OUTLOOK), ("icloud", ICLOUD)],
)
def test_the_seeds_have_all_their_domains(provider_id: str, domains: list[str], catalogue: Catalogue) -> None:
    assert sorted(_provider(catalogue, provider_id).domains) == sorted(domains)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_evidence_says_where_and_when(file: Path, catalogue: Catalogue) -> None:
    for evidence in _provider(catalogue, file.stem).evidence:
        assert evidence.read is not None
        assert evidence.about
        assert evidence.url is None or evidence.url.startswith("https://")


@pytest.mark.parametrize(
    ("provider_id", "said", "cause"),
    [
        ("icloud", "NO [AUTHENTICATIONFAILED] Authentication failed", "app-password-required"),
        ("icloud", "535 5.7.8 Error: authentication failed", "app-password-required"),
        ("gmail", "[ALERT] Application-specific password required: …/185833", "app-password-required"),
        ("gmail", "534-5.7.9 Application-specific password required.", "app-password-required"),
        ("gmail", "* NO [WEBALERT https://…] Web login required.", "web-login-required"),
        ("gmail", "534-5.7.14 Please log in via your web browser", "web-login-required"),
        ("gmail", "[ALERT] Your account is not enabled for IMAP use.", "protocol-disabled"),
        ("gmail", "[AUTHENTICATIONFAILED] Invalid credentials (Failure)", "wrong-password"),
        ("google-workspace", "535-5.7.8 Username and Password not accepted", "wrong-password"),
        (
            "outlook",
            "535 5.7.139 Authentication unsuccessful, basic authentication is disabled.",
            "oauth2-required",
        ),
        ("outlook", "NO Basic authentication is disabled.", "oauth2-required"),
        ("outlook", "535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox.", "protocol-disabled"),
        ("outlook", "NO LOGIN failed.", "oauth2-required"),
        ("outlook", "BAD User is authenticated but not connected.", "account-not-connected"),
        (
            "microsoft365",
            "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant.",
            "protocol-disabled",
        ),
        ("microsoft365", "NO AUTHENTICATE failed.", "oauth2-required"),
        ("yahoo", "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials", "app-password-required"),
        ("aol", "NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials", "app-password-required"),
        ("yandex", "LOGIN Invalid credentials or IMAP is disabled", "protocol-disabled"),
        ("yandex", "535 This user does not have access rights to this service", "protocol-disabled"),
        ("qq", "535 Login Fail. Please enter your authorization code", "authorization-code-required"),
        ("163-com", "NO SELECT Unsafe Login. Please contact kefu@188.com", "client-id-required"),
        ("zoho-com", "NO [ALERT] You are yet to enable IMAP for your account", "protocol-disabled"),
        ("zoho-eu", "[AUTHENTICATIONFAILED] Invalid credentials(Failure)", "wrong-password"),
        ("gmx-net", "-ERR authentication failed", "protocol-disabled"),
        ("web-de", "-ERR authentication failed", "protocol-disabled"),
    ],
)
def test_what_servers_say_and_what_it_means(
    provider_id: str, said: str, cause: str, catalogue: Catalogue
) -> None:
    rules = _provider(catalogue, provider_id).failure
    first = next(rule for rule in rules if re.search(rule.matches, said, re.IGNORECASE))
    assert first.cause == cause


def test_examples_are_accounts_of_the_three_seeds(catalogue: Catalogue) -> None:
    providers = set()
    for file in EXAMPLES:
        account = decode_account(file.read_text(encoding="utf-8"), str(file))
        _valid(file, "account.schema.json")
        local, _, domain = account.address.rpartition("@")
        providers.add(look_up(catalogue, Address(local, domain)).provider)
    assert providers == {"centurylink", "outlook", "icloud"}
