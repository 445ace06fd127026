"""Fixes: which values are written, and that writing them all ends well."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.advice.compare import compare
from mailferry.advice.fixes import Fix, chosen_fixes, no_fix_reason
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from mailferry.model.address import parse_address
from mailferry.model.finding import NOT_WELL
from mailferry.model.problem import MailferryError
from mailferry.model.provider import IncomingServer, Provider
from mailferry.model.recommendation import Recommendation, recommend
from mailferry.model.settings import SETTING_PATHS
from tests.advice import examples as at
from tests.advice.examples import NOBODY, TODAY, compared

WRONG = compared(
    Account(
        address="mum@centurylink.net",
        incoming=OwnIncoming(host="mail.q.com", port=143, security="none"),
        outgoing=OwnOutgoing(username="mum", port=587),
    ),
    at.CENTURYLINK,
)


def test_all_that_can_be_mended() -> None:
    assert chosen_fixes(WRONG, None) == (
        Fix("incoming.host", "mail.centurylink.net"),
        Fix("incoming.port", 993),
        Fix("incoming.security", "tls"),
        Fix("outgoing.username", "mum@centurylink.net"),
    )


@pytest.mark.parametrize("path", ["incoming.port", "incoming.security"])
def test_port_and_security_are_mended_together(path: str) -> None:
    assert chosen_fixes(WRONG, [path]) == (Fix("incoming.port", 993), Fix("incoming.security", "tls"))


def test_a_named_one_alone() -> None:
    assert chosen_fixes(WRONG, ["outgoing.username"]) == (Fix("outgoing.username", "mum@centurylink.net"),)


def test_nothing_named_is_nothing_fixed() -> None:
    assert chosen_fixes(WRONG, []) == ()


def test_a_setting_that_is_well_is_left_alone_and_that_is_said() -> None:
    assert chosen_fixes(WRONG, ["outgoing.port"]) == ()
    assert no_fix_reason(WRONG, "outgoing.port") == "outgoing.port is as recommended already."
    assert (
        no_fix_reason(WRONG, "incoming.ca_file") == "incoming.ca_file is not set, and nothing is recommended."
    )
    assert no_fix_reason(WRONG, "incoming.port") is None


def test_what_no_value_mends_says_why() -> None:
    blocked = compared(Account(address="dad@msn.com", incoming=OwnIncoming(auth="password")), at.OUTLOOK)
    assert chosen_fixes(blocked, None) == ()
    reason = no_fix_reason(blocked, "incoming.auth")
    assert reason is not None
    assert "no value mends this" in reason
    assert "16 September 2024" in reason


@pytest.mark.parametrize(
    ("path", "words"),
    [("incoming.prot", "incoming.port"), ("", "one of incoming.protocol"), ("port", "setting")],
)
def test_an_unknown_path_is_named_with_the_nearest(path: str, words: str) -> None:
    with pytest.raises(MailferryError, match=f"there is no setting “{path}”") as caught:
        chosen_fixes(WRONG, [path])
    assert words in str(caught.value)
    with pytest.raises(MailferryError):
        no_fix_reason(WRONG, path)


# Any account against any provider

HOSTS = st.sampled_from(
    [
        "imap.a.example",
        "imap.b.example",
        "smtp.a.example",
        "imap.a.exampl",
        "127.0.0.1",
        "localhost",
        "c.example",
    ]
)
PORTS = st.sampled_from([25, 110, 143, 465, 587, 993, 995, 1143, 2525])
SECURITIES = st.sampled_from(["tls", "starttls", "none"])
METHODS = st.sampled_from(["password", "cram-md5", "ntlm", "oauth2", "none"])
PROTOCOLS = st.sampled_from(["imap", "pop3"])
FORMS = st.sampled_from(["address", "local-part", "ask", "{local}%{domain}"])


def table(required: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]]) -> Any:
    return st.fixed_dictionaries(required, optional=optional)


def servers(protocol: dict[str, st.SearchStrategy[Any]]) -> Any:
    server = table(
        {**protocol, "host": HOSTS, "port": PORTS, "security": SECURITIES},
        {
            "username": FORMS,
            "username_also": st.lists(FORMS, max_size=2),
            "auth": st.lists(METHODS, max_size=3, unique=True),
        },
    )
    return st.lists(server, max_size=3)


PROVIDERS = table(
    {"name": st.just("Any")},
    {
        "status": st.sampled_from(["active", "moved", "retired", "bridge-only", "no-mail-programs"]),
        "notice": st.just("Notice."),
        "incoming": servers({"protocol": PROTOCOLS}),
        "outgoing": servers({}),
        "sign_in": table(
            {},
            {
                "app_password": st.sampled_from(["required", "with-2fa", "no", "unknown"]),
                "oauth2": st.sampled_from(["required", "offered", "no"]),
                "note": st.just("Note."),
            },
        ),
        "old_host": st.lists(table({"host": HOSTS, "use": HOSTS, "why": st.just("Old.")}, {}), max_size=2),
        "evidence": st.lists(table({"source": st.just("Page")}, {}), max_size=1),
    },
).map(lambda raw: msgspec.convert(raw, Provider))

OWN = {
    "host": HOSTS | st.text(max_size=12),
    "port": PORTS,
    "security": SECURITIES,
    "username": st.sampled_from(["joe", "joe+tag", "joe@a.example", "Joe@A.example", "", "@", "ann"])
    | st.text(max_size=5),
    "auth": METHODS,
    "ca_file": st.just("ca.pem"),
    "fingerprint": st.just("sha256:00"),
}
SOURCES = table({"from": st.sampled_from(["keyring", "ask"])}, {})


def accounts(accepted: Any) -> Any:
    return table(
        {"address": st.sampled_from(["joe@a.example", "joe+tag@a.example", '"j o"@bücher.example'])},
        {
            "incoming": table({}, {**OWN, "protocol": PROTOCOLS}),
            "outgoing": table({}, {**OWN, "password": SOURCES}),
            "password": SOURCES,
            "accepted": accepted,
        },
    ).map(lambda raw: msgspec.convert(raw, Account))


ACCEPTED = st.dictionaries(
    st.sampled_from(SETTING_PATHS),
    table({"reason": st.just("so")}, {"until": st.sampled_from(["2026-11-19", "2026-11-20"])}),
    max_size=3,
)
LOOK_UPS = st.sampled_from(["own", "domain", "mx", "srv", "autoconfig", "ispdb", "guess"])


def look_up(account: Account, provider: Provider, how: Any) -> Recommendation:
    return recommend(parse_address(account.address), "any", provider, how)


def test_a_port_that_a_guess_mends_is_not_set_at_odds_with_the_security() -> None:
    account = Account(address="joe@a.example", incoming=OwnIncoming(port=25, security="starttls"))
    guess = Provider(
        name="Any",
        incoming=(IncomingServer(protocol="imap", host="127.0.0.1", port=465, security="tls"),),
    )
    found = recommend(parse_address(account.address), "any", guess, "guess")
    before = compare("any", account, found, today=TODAY)
    after = compare("any", mended(account, chosen_fixes(before, None)), found, today=TODAY)
    assert not [finding for finding in after.findings if finding.fix]


@given(account=accounts(ACCEPTED), provider=PROVIDERS, how=LOOK_UPS)
def test_mending_everything_ends_well(account: Account, provider: Provider, how: Any) -> None:
    advice = look_up(account, provider, how)
    before = compare("any", account, advice, today=TODAY)
    for found in before.findings:
        assert found.why
        if found.fix:
            assert found.verdict in NOT_WELL | {"differs"}
            assert found.recommended is not None
            assert found.yours is not None
    after = compare("any", mended(account, chosen_fixes(before, None)), advice, today=TODAY)
    assert not [found for found in after.findings if found.fix]
    for path in {fix.path for fix in chosen_fixes(before, None)}:
        verdict = next(found.verdict for found in after.findings if found.path == path)
        assert verdict == "same", path


@given(account=accounts(ACCEPTED))
def test_any_account_can_be_held_against_nothing(account: Account) -> None:
    comparison = compare("any", account, NOBODY, today=TODAY)
    assert not chosen_fixes(comparison, None)
    assert all(found.recommended is None for found in comparison.findings)


def mended(account: Account, fixes: tuple[Fix, ...]) -> Account:
    raw = msgspec.to_builtins(account)
    for fix in fixes:
        role, field = fix.path.split(".")
        raw.setdefault(role, {})[field] = fix.value
    return msgspec.convert(raw, Account)
