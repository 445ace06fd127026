"""Looking up an address offline, on the shipped files: the cases in which programs go wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lookup import look_up, nearest_domain
from mailferry.model.address import parse_address
from mailferry.model.recommendation import Recommendation

PROVIDERS = Path(__file__).parents[2] / "profiles" / "providers"


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return Catalogue(PROVIDERS, PROVIDERS / "absent")


def _servers(recommendation: Recommendation, role: str) -> list[str]:
    servers = recommendation.incoming if role == "incoming" else recommendation.outgoing
    return [f"{each.protocol} {each.host}:{each.port} {each.security} {each.username}" for each in servers]


def test_capitals_in_the_domain(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("Anna.B@MSN.COM"))
    assert (found.provider, found.how) == ("outlook", "domain")
    assert found.address == "Anna.B@msn.com"
    assert found.incoming[0].username == "Anna.B@msn.com"
    assert "MSN" in (found.name or "")


def test_blanks_and_a_final_dot(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address(" joe@q.com. "))
    assert found.provider == "centurylink"
    assert _servers(found, "incoming") == [
        "imap mail.centurylink.net:993 tls joe@q.com",
        "pop3 pop.centurylink.net:995 tls joe@q.com",
    ]
    assert _servers(found, "outgoing") == ["smtp smtp.centurylink.net:587 starttls joe@q.com"]


def test_qwest_office_is_no_centurylink_and_warns(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe@qwestoffice.net"))
    assert found.provider == "qwestoffice"
    assert _servers(found, "incoming") == ["pop3 pop.qwestoffice.net:110 none joe@qwestoffice.net"]
    assert _servers(found, "outgoing") == ["smtp smtp.qwestoffice.net:465 tls joe@qwestoffice.net"]
    assert any("without encryption" in warning for warning in found.warnings)


def test_a_plus_tag_is_not_of_the_user_name(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe+shop@gmail.com"))
    assert found.address == "joe+shop@gmail.com"
    assert found.incoming[0].username == "joe@gmail.com"
    assert any("joe@gmail.com" in warning for warning in found.warnings)
    assert look_up(shipped, parse_address("joe+shop@icloud.com")).incoming[0].username == "joe"


@pytest.mark.parametrize(
    "address",
    [
        "joe@notgmail.com",
        "joe@gmail.com.evil.example",
        "joe@mail.gmail.com",
        "eva@bücher.example",
        "joe@localhost",
    ],
)
def test_what_is_not_listed_is_not_guessed(shipped: Catalogue, address: str) -> None:
    found = look_up(shipped, parse_address(address))
    assert found.how == "none"
    assert found.provider is None
    assert found.incoming == found.outgoing == ()
    (warning,) = found.warnings
    assert parse_address(address).domain in warning
    assert f"mailferry lookup {parse_address(address)}" in warning  # which asks those that offline are not
    assert "provider =" in warning


def test_regions_have_servers_of_their_own(shipped: Catalogue) -> None:
    assert look_up(shipped, parse_address("kim@zohomail.eu")).incoming[0].host == "imap.zoho.eu"
    assert look_up(shipped, parse_address("kim@zoho.com")).incoming[0].host == "imap.zoho.com"
    assert look_up(shipped, parse_address("kim@gmx.net")).incoming[0].host == "imap.gmx.net"
    assert look_up(shipped, parse_address("kim@gmx.com")).incoming[0].host == "imap.gmx.com"


@pytest.mark.parametrize(("address", "provider"), [("joe@hey.com", "hey"), ("joe@tuta.com", "tuta")])
def test_known_and_not_for_mail_programs(shipped: Catalogue, address: str, provider: str) -> None:
    found = look_up(shipped, parse_address(address))
    assert (found.how, found.provider, found.status) == ("domain", provider, "no-mail-programs")
    assert found.incoming == found.outgoing == ()
    assert found.notice in found.warnings
    assert found.iphone.payload == "none"


def test_mail_com_is_not_gmx(shipped: Catalogue) -> None:
    for address in ("joe@mail.com", "joe@usa.com", "joe@accountant.com"):
        assert look_up(shipped, parse_address(address)).incoming[0].host == "imap.mail.com"


def test_outlook_wants_sign_in_by_web_page(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("dad@msn.com"))
    assert _servers(found, "incoming") == [
        "imap outlook.office365.com:993 tls dad@msn.com",
        "pop3 outlook.office365.com:995 tls dad@msn.com",
    ]
    assert _servers(found, "outgoing") == ["smtp smtp-mail.outlook.com:587 starttls dad@msn.com"]
    assert {server.auth for server in (*found.incoming, *found.outgoing)} == {("oauth2",)}
    assert found.sign_in.oauth2 == "required"
    assert "16 September 2024" in (found.sign_in.note or "")
    assert "IMAP" in found.sign_in.before[0]
    assert (found.iphone.add_account, found.iphone.payload) == ("Outlook.com", "none")
    assert found.iphone.note


def test_icloud_wants_two_user_names_and_an_app_password(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe@me.com"))
    assert (found.provider, found.name, found.how) == ("icloud", "iCloud", "domain")
    assert _servers(found, "incoming") == ["imap imap.mail.me.com:993 tls joe"]
    assert found.incoming[0].username_also == ("joe@me.com",)
    assert _servers(found, "outgoing") == ["smtp smtp.mail.me.com:587 starttls joe@me.com"]
    assert found.sign_in.app_password == "required"
    assert found.sign_in.app_password_url == "https://account.apple.com"
    assert len(found.sign_in.before) == 3
    assert (found.iphone.add_account, found.iphone.payload) == ("iCloud", "mail")


def test_proton_goes_through_the_bridge(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe@proton.me"))
    assert found.status == "bridge-only"
    assert _servers(found, "incoming") == ["imap 127.0.0.1:1143 starttls joe@proton.me"]
    assert _servers(found, "outgoing") == ["smtp 127.0.0.1:1025 starttls joe@proton.me"]
    assert any("Bridge" in warning for warning in found.warnings)


def test_spectrum_speaks_tls_on_587(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe@charter.net"))
    assert _servers(found, "outgoing") == ["smtp mobile.charter.net:587 tls joe@charter.net"]


def test_verizon_moved_to_aol(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe@verizon.net"))
    assert (found.provider, found.status) == ("verizon", "moved")
    assert _servers(found, "incoming")[0] == "imap imap.aol.com:993 tls joe@verizon.net"
    assert {"incoming.verizon.net", "pop.verizon.net"} <= {old.host for old in found.old_hosts}
    assert found.sign_in.app_password == "required"


def test_centurylink_knows_the_hosts_the_web_gets_wrong(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("mum@centurylink.net"))
    uses = {old.host: old.use for old in found.old_hosts}
    assert uses["imap.centurylink.net"] == "mail.centurylink.net"
    assert uses["mail.q.com"] == "mail.centurylink.net"
    assert uses["smtpauth.centurytel.net"] == "smtp.centurylink.net"
    assert any("465" in doubt for doubt in found.doubts)


def test_a_provider_that_is_named(shipped: Catalogue) -> None:
    found = look_up(shipped, parse_address("joe@my-firm.example"), "fastmail")
    assert (found.how, found.provider) == ("domain", "fastmail")
    assert found.incoming[0].username == "joe@my-firm.example"


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [("iclod", "icloud"), ("MSN", "outlook"), ("microsoft", "microsoft365"), ("GMail", "gmail")],
)
def test_a_provider_that_does_not_exist(shipped: Catalogue, wanted: str, meant: str) -> None:
    found = look_up(shipped, parse_address("joe@gmail.com"), wanted)
    assert (found.how, found.provider, found.incoming) == ("none", None, ())
    (warning,) = found.warnings
    assert wanted in warning
    assert meant in warning


def test_a_strange_name_of_a_provider_stays_harmless(shipped: Catalogue) -> None:
    (warning,) = look_up(shipped, parse_address("joe@gmail.com"), "\x1b[2J").warnings
    assert "\x1b" not in warning
    assert "Did you mean" not in look_up(shipped, parse_address("joe@gmail.com"), "").warnings[0]


def test_own_files_have_the_say(tmp_path: Path) -> None:
    (tmp_path / "gmail.toml").write_text('name = "My Gmail"\n')
    (tmp_path / "cellar.toml").write_text('name = "Cellar"\ndomains = ["cellar.example"]\n')
    catalogue = Catalogue(PROVIDERS, tmp_path)
    merged = look_up(catalogue, parse_address("joe@gmail.com"))
    assert (merged.how, merged.name, merged.incoming[0].host) == ("own", "My Gmail", "imap.gmail.com")
    assert look_up(catalogue, parse_address("joe@cellar.example")).how == "own"
    assert look_up(catalogue, parse_address("joe@gmail.com"), "cellar").how == "own"
    assert look_up(catalogue, parse_address("joe@icloud.com")).how == "domain"


def test_a_named_provider_whose_file_is_broken(tmp_path: Path) -> None:
    (tmp_path / "cellar.toml").write_text("name =\n")
    found = look_up(Catalogue(PROVIDERS, tmp_path), parse_address("joe@cellar.example"), "cellar")
    assert found.how == "none"
    assert "cellar.toml is broken" in found.warnings[0]


def test_a_suffix_is_matched_at_a_dot_and_after_the_domains(tmp_path: Path) -> None:
    (tmp_path / "tenants.toml").write_text('name = "Tenants"\nsuffixes = ["host.example"]\n')
    (tmp_path / "one.toml").write_text('name = "One"\ndomains = ["one.host.example"]\n')
    catalogue = Catalogue(PROVIDERS, tmp_path)
    assert look_up(catalogue, parse_address("eva@firm.host.example")).provider == "tenants"
    assert look_up(catalogue, parse_address("eva@deep.firm.host.example")).provider == "tenants"
    assert look_up(catalogue, parse_address("eva@one.host.example")).provider == "one"
    for domain in ("host.example", "myhost.example", "firm.host.example.org"):
        assert look_up(catalogue, parse_address(f"eva@{domain}")).how == "none"


def test_a_domain_with_a_slip_is_like_a_listed_one(shipped: Catalogue) -> None:
    assert nearest_domain(shipped, "gmial.com") == "gmail.com"
    assert nearest_domain(shipped, "centurylink.nte") == "centurylink.net"
    assert nearest_domain(shipped, "gmail.com") is None
    assert nearest_domain(shipped, "mail.example") is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("yahoo.con", "yahoo.com"),  # not yahoo.co.in, which shares more letters
        ("yahoo.cm", "yahoo.com"),
        ("yahoo.co.ku", "yahoo.co.uk"),
        ("gmx.con", "gmx.com"),
        ("gmx.nte", "gmx.net"),
        ("hotmail.con", "hotmail.com"),
        ("aol.con", "aol.com"),
        ("centurylink.com", "centurylink.net"),
        ("yahooo.com", "yahoo.com"),
    ],
)
def test_the_same_name_with_another_ending_is_nearest(shipped: Catalogue, typed: str, meant: str) -> None:
    assert nearest_domain(shipped, typed) == meant


def test_a_domain_like_nothing_listed_is_near_to_nothing(shipped: Catalogue) -> None:
    assert nearest_domain(shipped, "entirely-something-else.example") is None
