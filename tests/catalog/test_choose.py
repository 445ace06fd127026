"""Which source is followed, what is taken along, and what is said about it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.choose import choose
from mailferry.catalog.lookup import look_up
from mailferry.model.address import parse_address
from mailferry.model.recommendation import Recommendation, SourceAnswer, SourceName
from tests.catalog.sources import ADDRESS, SHIPPED, incoming, outgoing, said, silent

TODAY = datetime.date(2026, 11, 20)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return Catalogue(SHIPPED, None)


def _choose(
    catalogue: Catalogue, answers: Iterable[SourceAnswer], address: str = str(ADDRESS)
) -> Recommendation:
    asked = parse_address(address)
    return choose(asked, look_up(catalogue, asked), answers, catalogue, today=TODAY)


def _hosts(found: Recommendation) -> tuple[list[str], list[str]]:
    return [each.host for each in found.incoming], [each.host for each in found.outgoing]


@pytest.mark.parametrize(
    ("present", "how", "followed"),
    [
        (("srv", "autoconfig", "pacc", "ispdb", "guess"), "srv", "srv"),
        (("autoconfig", "pacc", "ispdb"), "autoconfig", "autoconfig"),
        (("pacc", "ispdb"), "autoconfig", "pacc"),
        (("ispdb", "guess"), "ispdb", "ispdb"),
        (("guess",), "guess", "guess"),
    ],
)
def test_the_order_of_sources(
    shipped: Catalogue, present: tuple[SourceName, ...], how: str, followed: str
) -> None:
    answers = [
        said(name, incoming(f"{name}.firm.example"), outgoing(f"{name}.firm.example")) for name in present
    ]
    found = _choose(shipped, reversed(answers))
    assert (found.how, found.provider) == (how, None)
    assert _hosts(found) == ([f"{followed}.firm.example"], [f"{followed}.firm.example"])
    assert [answer.source for answer in found.sources] == list(present)


def test_pacc_is_named_as_the_draft_that_it_is(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("pacc")])
    assert "PACC" in (found.choice or "")
    assert "draft" in (found.choice or "")


def test_a_listed_exchanger_comes_before_what_the_domain_says(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("srv"), said("mx", provider="fastmail")])
    assert (found.how, found.provider) == ("mx", "fastmail")
    assert _hosts(found)[0][0] == "imap.fastmail.com"
    against, passed_over = found.doubts[-2:]
    assert against == "SRV records name imap.firm.example for IMAP; smtp.firm.example for SMTP."
    assert "its mail exchanger is Fastmail's" in passed_over
    assert "the domain's own servers are the right ones" in passed_over
    assert "imap.firm.example" not in (found.choice or "")
    assert found.sign_in.app_password == "required"


def test_a_listed_domain_stays_with_its_file_and_contradiction_is_said(shipped: Catalogue) -> None:
    answers = [said("ispdb", incoming("mail.posteo.example")), said("autoconfig", incoming("posteo.de"))]
    found = _choose(shipped, answers, "eva@posteo.de")
    assert (found.how, found.provider) == ("domain", "posteo")
    assert _hosts(found)[0][0] == "posteo.de"
    assert found.doubts[-1] == ("The database of mail providers (ISPDB) names mail.posteo.example for IMAP.")


def test_an_own_file_and_the_shipped_one_both_stand_in_the_table(tmp_path: Path) -> None:
    (tmp_path / "posteo.toml").write_text(
        '[[incoming]]\nprotocol = "imap"\nhost = "my.posteo.de"\nport = 993\nsecurity = "tls"\n'
    )
    found = _choose(Catalogue(SHIPPED, tmp_path), [silent("mx")], "eva@posteo.de")
    assert [answer.source for answer in found.sources] == ["own", "domain", "mx"]
    assert found.how == "own"
    assert _hosts(found)[0] == ["my.posteo.de"]
    assert found.doubts[-1] == "The shipped file names posteo.de for IMAP."


def test_the_same_from_two_sources_is_evidence_twice(shipped: Catalogue) -> None:
    found = _choose(
        shipped,
        [
            said("srv"),
            said("ispdb", url="https://ispdb.example/firm.example"),
            said("autoconfig", incoming("x.firm.example")),
        ],
    )
    assert [(each.source, each.url, each.read) for each in found.evidence] == [
        ("SRV records of firm.example", None, TODAY),
        ("Database of mail providers (ISPDB)", "https://ispdb.example/firm.example", TODAY),
    ]
    assert "The database of mail providers (ISPDB) agrees." in (found.choice or "")
    (doubt,) = found.doubts
    assert doubt == "The domain's autoconfig file names x.firm.example for IMAP."


def test_a_test_done_here_agrees_with_its_own_day(shipped: Catalogue) -> None:
    day = datetime.date(2026, 5, 3)
    tested = msgspec.structs.replace(said("tested"), read=day)
    found = _choose(shipped, [said("ispdb"), tested])
    assert found.how == "ispdb"
    assert found.evidence[-1].read == day
    assert "A sign-in tested here agrees." in (found.choice or "")


def test_a_test_alone_chooses_nothing(shipped: Catalogue) -> None:
    assert _choose(shipped, [said("tested")]).how == "none"


# Half an answer


def test_the_other_half_comes_from_the_next_source(shipped: Catalogue) -> None:
    answers = [
        said("srv", incoming("imap.firm.example")),
        said("autoconfig", incoming("auto.firm.example")),
        said("ispdb", incoming("db.firm.example"), outgoing("db.firm.example")),
    ]
    found = _choose(shipped, answers)
    assert found.how == "srv"
    assert _hosts(found) == (["imap.firm.example"], ["db.firm.example"])
    assert "The server for sending comes from the database of mail providers" in (found.choice or "")
    assert [(each.source.split()[0], each.about) for each in found.evidence] == [
        ("SRV", ()),
        ("Database", ("outgoing",)),
    ]


def test_the_reading_half_alone_is_filled_too(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("autoconfig", outgoing()), said("ispdb", incoming("db.firm.example"))])
    assert found.how == "autoconfig"
    assert _hosts(found) == (["db.firm.example"], ["smtp.firm.example"])


def test_a_half_that_nobody_names_is_not_invented(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("srv", incoming())])
    assert found.outgoing == ()
    assert any("No source names a server for sending" in warning for warning in found.warnings)


def test_half_an_own_file_is_filled_as_well(tmp_path: Path) -> None:
    (tmp_path / "firm.toml").write_text(
        'name = "Firm"\ndomains = ["firm.example"]\n\n'
        '[[incoming]]\nprotocol = "imap"\nhost = "own.firm.example"\nport = 993\nsecurity = "tls"\n'
    )
    found = _choose(Catalogue(SHIPPED, tmp_path), [said("ispdb")])
    assert (found.how, found.provider) == ("own", "firm")
    assert _hosts(found) == (["own.firm.example"], ["smtp.firm.example"])


@pytest.mark.parametrize("address", ["joe@hey.com", "joe@tuta.com"])
def test_nothing_is_added_to_a_provider_that_takes_no_mail_programs(shipped: Catalogue, address: str) -> None:
    found = _choose(shipped, [said("ispdb"), said("srv")], address)
    assert (found.how, found.status, found.incoming, found.outgoing) == ("domain", "no-mail-programs", (), ())
    assert found.notice in found.warnings
    assert not any("No source names" in warning for warning in found.warnings)


# Servers outside the domain


def _leading_out(host: str = "imap.other.example") -> SourceAnswer:
    return said("srv", incoming(host), outgoing(host), outside=(host,))


@pytest.mark.parametrize("better", ["autoconfig", "pacc", "ispdb"])
def test_srv_that_leads_out_of_the_domain_comes_last(shipped: Catalogue, better: SourceName) -> None:
    found = _choose(shipped, [_leading_out(), said(better)])
    assert found.how == ("autoconfig" if better == "pacc" else better)
    assert _hosts(found)[0] == ["imap.firm.example"]
    (warning,) = found.warnings
    assert warning.startswith("imap.other.example, which SRV records name, lies outside firm.example")
    assert "not used" in warning
    assert "The SRV records of firm.example lead elsewhere" in (found.choice or "")


def test_srv_that_leads_out_of_the_domain_is_used_openly_where_nothing_else_is(shipped: Catalogue) -> None:
    for others in ([], [said("guess")]):
        found = _choose(shipped, [_leading_out(), *others])
        assert found.how == "srv"
        assert "nothing but DNS vouches for it: ask who runs the domain" in found.warnings[0]


def test_srv_that_another_source_vouches_for_keeps_its_rank(shipped: Catalogue) -> None:
    found = _choose(
        shipped, [_leading_out(), said("ispdb", incoming("imap.other.example"), outgoing("smtp.x.example"))]
    )
    assert found.how == "srv"
    assert "another source names it too" in found.warnings[0]


def test_srv_to_the_servers_of_a_listed_provider_keeps_its_rank(shipped: Catalogue) -> None:
    answer = said(
        "srv",
        incoming("imap.fastmail.com"),
        outgoing("smtp.fastmail.com"),
        outside=("imap.fastmail.com", "smtp.fastmail.com"),
    )
    found = _choose(shipped, [answer, said("autoconfig")])
    assert (found.how, found.provider) == ("srv", "fastmail")
    assert len([warning for warning in found.warnings if "lies outside" in warning]) == 2


def test_srv_vouched_for_in_part_only_comes_last(shipped: Catalogue) -> None:
    answer = said(
        "srv",
        incoming("imap.fastmail.com"),
        outgoing("evil.example"),
        outside=("imap.fastmail.com", "evil.example"),
    )
    found = _choose(shipped, [answer, said("ispdb")])
    assert found.how == "ispdb"
    assert _hosts(found) == (["imap.firm.example"], ["smtp.firm.example"])


def test_targets_outside_are_named_also_where_the_domain_is_listed(shipped: Catalogue) -> None:
    found = _choose(shipped, [_leading_out()], "eva@posteo.de")
    assert found.how == "domain"
    assert any("imap.other.example" in warning and "posteo.de" in warning for warning in found.warnings)


def test_records_know_no_name_so_another_source_gives_it(shipped: Catalogue) -> None:
    servers = incoming("imap.firm.example"), outgoing("smtp.firm.example")
    found = _choose(shipped, [said("srv", *servers), said("autoconfig", *servers, name="Firm Mail")])
    assert (found.how, found.name) == ("srv", "Firm Mail")


# Servers of a listed provider under a domain of one's own


def test_servers_of_a_listed_provider_bring_along_what_is_known_of_it(shipped: Catalogue) -> None:
    servers = incoming("imap.fastmail.com"), outgoing("smtp.fastmail.com", 587, "starttls")
    found = _choose(shipped, [said("autoconfig", *servers, name="Firm")])
    fastmail = look_up(shipped, parse_address("joe@fastmail.com"))
    assert (found.how, found.provider, found.name) == ("autoconfig", "fastmail", "Fastmail")
    assert (found.incoming, found.outgoing) == ((servers[0],), (servers[1],))  # they stay the source's
    assert (found.sign_in, found.iphone, found.old_hosts) == (
        fastmail.sign_in,
        fastmail.iphone,
        fastmail.old_hosts,
    )
    assert set(fastmail.doubts) <= set(found.doubts)
    assert found.evidence[0].source == "Autoconfig file of firm.example"
    assert "The servers are Fastmail's" in (found.choice or "")


def test_at_icloud_the_address_of_an_own_domain_is_no_user_name(shipped: Catalogue) -> None:
    found = _choose(
        shipped, [said("ispdb", incoming("imap.mail.me.com"), outgoing("smtp.mail.me.com", 587, "starttls"))]
    )
    assert found.provider == "icloud"
    for server in (*found.incoming, *found.outgoing):
        assert (server.username, server.username_not) == (None, ("eva@firm.example", "eva"))


def test_google_at_an_own_domain_is_workspace_and_not_gmail(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("autoconfig", incoming("imap.gmail.com"), outgoing("smtp.gmail.com"))])
    assert found.provider == "google-workspace"


def test_one_foreign_server_is_no_listed_provider(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("autoconfig", incoming("imap.fastmail.com"), outgoing())])
    assert found.provider is None


# Servers without encryption


def test_servers_without_encryption_are_never_first(shipped: Catalogue) -> None:
    plain = incoming("plain.firm.example", 143, "none")
    found = _choose(shipped, [said("ispdb", plain, incoming(), outgoing())])
    assert _hosts(found)[0] == ["imap.firm.example", "plain.firm.example"]
    assert found.warnings == ("Not encrypted and so last in line for reading: plain.firm.example port 143.",)


def test_an_encrypted_server_of_a_lower_source_comes_before_a_plain_one(shipped: Catalogue) -> None:
    plain = said("autoconfig", incoming("plain.firm.example", 143, "none"), outgoing())
    found = _choose(shipped, [plain, said("ispdb", incoming("db.firm.example"))])
    assert _hosts(found) == (["db.firm.example"], ["smtp.firm.example"])


def test_plain_servers_alone_are_shown_with_a_warning(shipped: Catalogue) -> None:
    found = _choose(
        shipped, [said("ispdb", incoming(port=110, security="none", protocol="pop3"), outgoing())]
    )
    assert _hosts(found)[0] == ["imap.firm.example"]
    assert "without encryption" in found.warnings[0]


# Nothing found


def test_autodiscover_is_a_remark_that_matters_only_where_nothing_is_found(shipped: Catalogue) -> None:
    exchange = SourceAnswer(source="autodiscover", ok=True, remarks=("This is Exchange.",))
    assert "This is Exchange." in _choose(shipped, [exchange, silent("mx")]).warnings
    found = _choose(shipped, [exchange, said("ispdb")])
    assert "This is Exchange." not in found.warnings
    assert found.sources[-1] == exchange


def test_a_look_alike_is_warned_of_whatever_was_found(shipped: Catalogue) -> None:
    for answers in ([said("ispdb")], [silent("mx")], [said("mx", provider="fastmail")]):
        found = _choose(shipped, answers, "joe@gm\u0430il.com")
        assert "gmail.com" in found.warnings[0]
        assert not any("No provider file lists" in warning for warning in found.warnings)


def test_a_tag_is_warned_of_without_a_listed_provider_too(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("ispdb")], "eva+shop@firm.example")
    assert any("eva@firm.example" in warning for warning in found.warnings)
    assert not any("tag" in warning for warning in _choose(shipped, [], "eva+shop@firm.example").warnings)


def test_another_port_or_user_name_is_a_doubt_in_few_words(shipped: Catalogue) -> None:
    answers = [
        said("autoconfig"),
        said("ispdb", incoming(port=143, security="starttls", username="eva"), outgoing(port=587)),
    ]
    assert _choose(shipped, answers).doubts == (
        "The database of mail providers (ISPDB) names port 143, STARTTLS and the user name eva for IMAP; port"
        " 587 for SMTP.",
    )


def test_one_host_for_both_is_named_once(shipped: Catalogue) -> None:
    other = said("ispdb", incoming("mail.firm.example"), outgoing("mail.firm.example"))
    assert _choose(shipped, [said("srv"), other]).doubts == (
        "The database of mail providers (ISPDB) names mail.firm.example for IMAP and SMTP.",
    )


def test_how_to_sign_in_is_from_who_states_it_of_the_same_host(shipped: Catalogue) -> None:
    stated = said("ispdb", incoming(port=143, security="starttls", username="eva", auth=("oauth2",)))
    found = _choose(shipped, [said("srv"), stated])
    assert found.how == "srv"
    (imap,) = found.incoming
    assert (imap.port, imap.username, imap.auth) == (993, "eva", ("oauth2",))
    assert found.outgoing[0].username == "eva@firm.example"


# A provider file of one's own, made of an earlier look-up

OWN = """name = "Firm"
domains = ["firm.example"]
doubts = [
    "Found on 3 May 2026: The domain's autoconfig file names x.firm.example for IMAP.",
    "The support says that POP3 ends.",
]
[[incoming]]
protocol = "imap"
host = "{host}"
port = 993
security = "tls"
[[outgoing]]
host = "smtp.firm.example"
port = 465
security = "tls"
"""


def _own(folder: Path, host: str = "imap.firm.example", before: str = "") -> Catalogue:
    (folder / "firm.toml").write_text(before + OWN.format(host=host))
    return Catalogue(SHIPPED, folder)


def test_what_a_source_says_today_replaces_what_was_found_once(tmp_path: Path) -> None:
    found = _choose(_own(tmp_path), [said("autoconfig")])
    assert found.doubts == ("The support says that POP3 ends.",)
    found = _choose(_own(tmp_path), [said("autoconfig", incoming("y.firm.example"), outgoing())])
    assert found.doubts == (
        "The support says that POP3 ends.",
        "The domain's autoconfig file names y.firm.example for IMAP.",
    )


def test_what_was_found_once_stays_where_the_source_is_silent_today(tmp_path: Path) -> None:
    found = _choose(_own(tmp_path), [silent("autoconfig"), said("ispdb")])
    assert found.doubts[0].startswith("Found on 3 May 2026: ")


def test_an_own_file_that_confirms_nothing_does_not_vouch_for_what_dns_names(tmp_path: Path) -> None:
    catalogue = _own(tmp_path, "imap.other.example")
    (warning,) = _choose(catalogue, [_leading_out()]).warnings
    assert "besides DNS only your own file names it" in warning
    confirmed = _own(tmp_path, "imap.other.example", 'server_domains = ["other.example"]\n')
    (warning,) = _choose(confirmed, [_leading_out()]).warnings
    assert "another source names it too" in warning


def test_a_domain_that_takes_no_mail_has_nothing_to_look_for(shipped: Catalogue) -> None:
    null = msgspec.structs.replace(silent("mx", "firm.example takes no mail."), no_mail=True)
    found = _choose(shipped, [null])
    assert found.takes_no_mail
    assert found.warnings == (
        "firm.example takes no mail. So there are no servers to find; look at the address again.",
    )
    found = _choose(shipped, [null, said("ispdb")])
    assert "firm.example takes no mail. Look at the address again." in found.warnings
    assert not _choose(shipped, [silent("mx")]).takes_no_mail


def test_what_strangers_say_is_shown_harmless(shipped: Catalogue) -> None:
    found = _choose(shipped, [said("srv"), said("ispdb", incoming(username="\x1b[2J"))])
    assert "\x1b" not in (found.choice or "")
    assert not any("\x1b" in doubt for doubt in found.doubts)
