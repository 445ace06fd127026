"""Which iPhone has what, and which one needs a new profile."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
import pytest

from mailferry.handing_over import hand_over
from mailferry.model.problem import MailferryError
from mailferry.phone_changes import differences, replacement
from mailferry.phones import Phone, PhoneProfile, forget_profile, handed_over, phones
from mailferry.store.given import GivenSigner, Way
from tests.phone_homes import DAD, ICLOUD, MUM, PhoneHome, signed

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
STARTTLS = '[incoming]\nport = 143\nsecurity = "starttls"\n'


@pytest.fixture
def home(tmp_path: Path) -> PhoneHome:
    home = PhoneHome(tmp_path / "home")
    home.write("accounts/mum.toml", MUM)
    home.write("accounts/icloud.toml", ICLOUD)
    return home


def phone(home: PhoneHome, name: str = "Mum", now: datetime.datetime = NOW) -> Phone:
    (found,) = [each for each in phones(home.workspace, now=now) if each.name == name]
    return found


def only(found: Phone) -> PhoneProfile:
    (profile,) = found.profiles
    return profile


def reasons(found: Phone) -> list[str]:
    return [reason.code for profile in found.profiles for reason in profile.reasons]


def test_every_person_has_an_iphone_and_every_account_without_one(home: PhoneHome) -> None:
    home.write("accounts/dad.toml", DAD)
    home.write("accounts/solo.toml", 'address = "solo@gmx.de"\n')
    home.write("accounts/broken.toml", "nonsense")
    home.write("people.toml", '[Mum]\nios = 17\nlanguage = "de"\n')
    found = phones(home.workspace, now=NOW)
    assert [(each.name, each.person, each.account) for each in found] == [
        ("Dad", "Dad", None),
        ("Mum", "Mum", None),
        ("solo@gmx.de", None, "solo@gmx.de"),
    ]
    assert (found[1].ios, found[1].language) == (17, "de")
    assert not any(each.profiles or each.needs_profile for each in found)


def test_a_phone_that_has_what_there_is_needs_nothing(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    found = phone(home)
    assert not found.needs_profile
    assert only(found).given.profile.name == "Mail for Mum"
    assert (only(found).changes, only(found).earlier, found.twice) == ((), (), ())


def test_a_changed_setting_needs_a_new_profile(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("accounts/mum.toml", home.text("mum") + "\n" + STARTTLS)
    found = phone(home)
    assert [(each.setting, each.before, each.after) for each in only(found).changes] == [
        ("incoming.port", 993, 143),
        ("incoming.security", "tls", "starttls"),
    ]
    assert reasons(found) == ["settings-changed"]
    assert "incoming port 993 → 143" in only(found).reasons[0].text
    home.hand_over("mum")
    assert only(phone(home)).given.version == 2
    assert [each.version for each in only(phone(home)).earlier] == [1]
    assert not phone(home).needs_profile


def test_an_account_that_is_known_by_its_pin_has_another_address(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("accounts/mum.toml", home.text("mum").replace("mum@centurylink", "mary@centurylink"))
    (home.folder / "accounts" / "mum.toml").rename(home.folder / "accounts" / "mary.toml")
    changes = {each.setting: each.after for each in only(phone(home)).changes}
    assert changes["address"] == "mary@centurylink.net"
    assert reasons(phone(home)) == ["settings-changed"]


def test_accounts_that_come_and_go_need_a_new_profile_of_the_person(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    home.write("accounts/more.toml", 'address = "more@gmx.de"\nperson = "Mum"\n')
    home.write("accounts/icloud.toml", home.text("icloud").replace('"Mum"', '"Me"', 1))
    assert reasons(phone(home)) == ["account-removed", "account-added"]
    (home.folder / "accounts" / "icloud.toml").unlink()
    assert reasons(phone(home)) == ["account-gone", "account-added"]
    assert "more@gmx.de is not in it yet" in only(phone(home)).reasons[1].text


def test_what_no_profile_carries_is_not_missed(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    home.write("accounts/msn.toml", DAD.replace("Dad", "Mum"))
    assert not phone(home).needs_profile


def test_the_profile_of_an_account_that_is_gone_is_still_shown(home: PhoneHome) -> None:
    home.hand_over("mum")
    (home.folder / "accounts" / "mum.toml").unlink()
    (home.folder / "accounts" / "icloud.toml").unlink()
    assert reasons(phone(home)) == ["account-gone"]


@pytest.mark.parametrize(
    ("left", "code"),
    [(40, None), (30, None), (29, "signature-lapses"), (0, "signature-lapsed"), (-5, "signature-lapsed")],
)
def test_a_signature_lapses(home: PhoneHome, left: int, code: str | None) -> None:
    export = signed(home.export("mum"), "sha256:aa", lapses=NOW + left * DAY)
    hand_over(home.workspace, export, "file")
    assert reasons(phone(home)) == ([code] if code else [])


def test_another_signer_is_not_taken_for_a_replacement(home: PhoneHome) -> None:
    lapses = NOW + 100 * DAY
    hand_over(home.workspace, signed(home.export("mum"), "sha256:aa", lapses=lapses), "file")
    other = signed(home.export("mum"), "sha256:bb", lapses=lapses)
    before = replacement(home.workspace, other)
    assert before is not None
    assert before.remove_first
    assert [each.code for each in before.changes] == ["signer"]
    assert "remove the old profile first" in " ".join(before.texts)
    hand_over(home.workspace, other, "file")
    assert reasons(phone(home)) == ["signed-otherwise"]
    assert only(phone(home)).reasons[0].text == (
        "Version 2 is not signed as version 1 was: an iPhone with the old one takes the new one only"
        " after that was removed."
    )


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, datetime.date(2027, 1, 31), "vanishes on 31 January 2027"),
        (
            datetime.date(2027, 1, 31),
            datetime.date(2027, 3, 1),
            "vanishes on 1 March 2027 instead of 31 January 2027",
        ),
        (datetime.date(2027, 1, 31), None, "no longer vanishes by itself"),
    ],
)
def test_another_day_of_removal_is_said_as_people_say_it(
    home: PhoneHome, before: datetime.date | None, after: datetime.date | None, words: str
) -> None:
    given = home.export("mum").given
    assert given is not None
    (change,) = differences(*(msgspec.structs.replace(given, remove_on=day) for day in (before, after)))
    assert change.text == words
    assert (change.before, change.after) == tuple(day and day.isoformat() for day in (before, after))


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, "A", "signed by A"),
        ("A", None, "no longer signed"),
        ("A", "B", "signed by B instead of A"),
    ],
)
def test_another_signer_is_named(home: PhoneHome, before: str | None, after: str | None, words: str) -> None:
    given = home.export("mum").given
    assert given is not None
    signers = [name and GivenSigner(name=name, fingerprint=name, lapses=NOW) for name in (before, after)]
    (change,) = differences(*(msgspec.structs.replace(given, signer=signer) for signer in signers))
    assert (change.text, change.before, change.after) == (words, before, after)


@pytest.mark.parametrize(
    ("before", "after", "code", "words"),
    [
        ({"with_password": True}, {}, "password", "the iPhone asks for the password"),
        ({}, {"with_password": True}, "password", "the password stands in it"),
        ({"consent": {"default": "Be kind"}}, {}, "consent", "no text to agree to any longer"),
        ({}, {"consent": {"default": "Be kind"}}, "consent", "with a text to agree to"),
        ({"consent": {"de": "A"}}, {"consent": {"de": "B"}}, "consent", "another text to agree to"),
        ({"organization": "A"}, {"organization": "B"}, "organization", "made by B instead of A"),
    ],
)
def test_all_that_a_profile_says_besides_its_accounts_is_compared(
    home: PhoneHome, before: dict[str, object], after: dict[str, object], code: str, words: str
) -> None:
    given = home.export("mum").given
    assert given is not None
    (change,) = differences(*(msgspec.structs.replace(given, **each) for each in (before, after)))
    assert (change.code, change.text) == (code, words)


def test_what_was_not_noted_of_an_older_profile_is_no_change(home: PhoneHome) -> None:
    given = home.export("mum").given
    assert given is not None
    older = msgspec.structs.replace(given, consent=None, organization=None)
    assert differences(older, given) == ()


def test_a_renewed_certificate_of_the_same_name_is_told_apart(home: PhoneHome) -> None:
    given = home.export("mum").given
    assert given is not None
    signers = [GivenSigner(name="A", fingerprint=each, lapses=NOW) for each in ("one", "two")]
    (change,) = differences(*(msgspec.structs.replace(given, signer=signer) for signer in signers))
    assert change.text == "signed with another certificate of A"


@pytest.mark.parametrize(
    ("first", "second", "remove_first", "words"),
    [
        (None, None, False, "nothing changes"),
        ("sha256:aa", "sha256:aa", False, "nothing changes"),
        ("sha256:aa", None, True, "same signer only"),
        (None, "sha256:aa", False, "not established"),
    ],
)
def test_who_signs_decides_whether_the_old_one_is_replaced(
    home: PhoneHome, first: str | None, second: str | None, remove_first: bool, words: str
) -> None:
    plain = home.export("mum")
    old, new = (
        plain if each is None else signed(plain, each, lapses=NOW + 100 * DAY) for each in (first, second)
    )
    hand_over(home.workspace, old, "file")
    replaced = replacement(home.workspace, new)
    assert replaced is not None
    assert replaced.remove_first is remove_first
    assert words in " ".join(replaced.texts)


@pytest.mark.parametrize("now", [None, "sha256:bb"])
def test_a_version_signed_otherwise_is_warned_of_until_another_is_fetched(
    home: PhoneHome, now: str | None
) -> None:
    plain, lapses = home.export("mum"), NOW + 100 * DAY
    new = plain if now is None else signed(plain, now, lapses=lapses)
    hand_over(home.workspace, signed(plain, "sha256:aa", lapses=lapses), "link")
    for file in ("/tmp/a", "/tmp/b"):
        hand_over(home.workspace, new, "file", file)
        replaced = replacement(home.workspace, new)
        assert replaced is not None
        assert replaced.remove_first
        assert "nothing changes. Version 1 was signed by" in " ".join(replaced.texts)
        assert reasons(phone(home)) == ["signed-otherwise"]
        assert "as version 1 was" in only(phone(home)).reasons[0].text
    for way in ("link", "file"):
        hand_over(home.workspace, new, way)
        replaced = replacement(home.workspace, new)
        assert replaced is not None
        assert not replaced.remove_first
        assert reasons(phone(home)) == []


def test_a_version_signed_otherwise_is_not_warned_of_once_it_is_struck_out(home: PhoneHome) -> None:
    plain = home.export("mum")
    hand_over(home.workspace, signed(plain, "sha256:aa", lapses=NOW + 100 * DAY), "file")
    hand_over(home.workspace, plain, "file")
    forget_profile(home.workspace, only(phone(home)).given.profile.identifier)
    assert replacement(home.workspace, plain) is None
    hand_over(home.workspace, plain, "file")
    assert reasons(phone(home)) == []


def test_nothing_is_replaced_where_nothing_was_given(home: PhoneHome) -> None:
    assert replacement(home.workspace, home.export("mum")) is None


def test_what_an_export_replaces_is_said_of_the_persons_iphone(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("accounts/mum.toml", home.text("mum") + "\n" + STARTTLS)
    replaced = replacement(home.workspace, home.export("mum"))
    assert replaced is not None
    assert replaced.texts == (
        "Replaces version 1 on Mum’s iPhone, if it is there: incoming port 993 → 143; incoming security TLS"
        " from the start → STARTTLS.",
    )


def test_content_that_no_setting_tells_of_has_changed_all_the_same(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("people.toml", '[Mum]\nlanguage = "de"\n')  # it describes itself otherwise
    replaced = replacement(home.workspace, home.export("mum"))
    assert replaced is not None
    assert "nothing that shows" in replaced.texts[0]


def test_a_profile_that_has_vanished_needs_a_new_one_for_that_alone(home: PhoneHome) -> None:
    home.write("accounts/mum.toml", f"{MUM}[iphone]\nremove_on = 2090-01-31\n")
    home.hand_over("mum")
    home.hand_over("mum", "icloud", person="Mum")
    assert phone(home).twice == ("mum@centurylink.net",)
    later = datetime.datetime(2090, 1, 31, tzinfo=datetime.UTC)
    assert reasons(phone(home, now=later)) == ["removal-passed"]
    assert phone(home, now=later).twice == ()


def test_a_day_of_removal_that_the_profile_does_not_know(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("accounts/mum.toml", home.text("mum") + "remove_on = 2090-01-31\n")
    assert reasons(phone(home)) == ["removal-changed"]
    home.hand_over("mum", "icloud", person="Mum")
    home.write("people.toml", "[Mum]\nremove_on = 2090-02-28\n")
    assert reasons(phone(home)) == ["removal-changed", "removal-changed"]


def test_an_account_in_two_profiles_is_set_up_twice(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    home.hand_over("icloud")
    assert phone(home).twice == ("mary@icloud.com",)


def test_a_phone_that_is_gone_is_forgotten(home: PhoneHome) -> None:
    home.hand_over("mum")
    forget_profile(home.workspace, only(phone(home)).given.profile.identifier)
    assert phone(home).profiles == ()
    with pytest.raises(MailferryError, match="no profile “x”"):
        forget_profile(home.workspace, "x")


def test_a_profile_of_several_accounts_is_nobodys_unless_they_are_one_persons(home: PhoneHome) -> None:
    home.write("accounts/dad.toml", 'address = "dad@gmx.de"\nperson = "Dad"\n')
    home.hand_over("mum", "icloud")
    assert len(phone(home).profiles) == 1
    home.hand_over("mum", "dad")
    nobodys = [each for each in phones(home.workspace, now=NOW) if each.person is None]
    assert len(nobodys) == 1
    assert [account.id for account in only(nobodys[0]).given.profile.accounts] == ["dad", "mum"]


def test_a_change_that_no_profile_carries_is_told_with_its_reason(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    home.write("accounts/mum.toml", home.text("mum") + "\n[incoming]\nport = 995\nsecurity = 'tls'\n")
    assert reasons(phone(home)) == ["settings-changed", "not-exportable"]
    changed, refused = (reason.text for reason in only(phone(home)).reasons)
    assert changed == "Settings have changed: Mum: incoming port 993 → 995."
    assert refused.startswith("No new profile can be made of it now. Mum: ")
    assert "995" in refused


def test_a_refusal_without_a_change_is_no_reason(home: PhoneHome) -> None:
    home.hand_over("mum")
    home.write("accounts/other.toml", 'address = "x@firm.example"\nperson = "Mum"\n')
    assert reasons(phone(home)) == []


def renamed(home: PhoneHome, name: str, *accounts: str) -> None:
    for each in accounts or ("mum", "icloud"):
        text = "".join(
            f'person = "{name}"\n' if line.startswith("person") else line
            for line in home.text(each).splitlines(keepends=True)
        )
        home.write(f"accounts/{each}.toml", text)


def test_a_person_who_is_renamed_keeps_the_profile(home: PhoneHome) -> None:
    given = home.hand_over("mum", "icloud", person="Mum").given
    assert given is not None
    renamed(home, "Mama")
    assert [each.name for each in phones(home.workspace, now=NOW)] == ["Mama"]
    assert reasons(phone(home, "Mama")) == []
    export = home.export("mum", "icloud", person="Mama")
    assert export.given is not None
    assert export.given.identifier == given.profile.identifier == "app.mailferry.person.Mum"
    assert b"Mail for Mama" in export.content
    assert b"app.mailferry.person.Mum<" in export.content
    replaced = replacement(home.workspace, export)
    assert replaced is not None
    assert "called “Mail for Mama” instead of “Mail for Mum”" in replaced.texts[0]
    again = home.hand_over("mum", "icloud", person="Mama").given
    assert again is not None
    assert again.version == 2
    found = phone(home, "Mama")
    assert (len(found.profiles), found.twice, reasons(found)) == (1, (), [])


def test_a_person_may_be_renamed_again_and_back(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    for name in ("Mama", "Mutti", "mutti", "Mum"):
        renamed(home, name)
        handed = home.hand_over("mum", "icloud", person=name).given
        assert handed is not None
        assert handed.profile.identifier == "app.mailferry.person.Mum"


def test_whoever_is_called_so_next_gets_a_profile_of_their_own(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    renamed(home, "Mama")
    home.hand_over("mum", "icloud", person="Mama")
    home.write("accounts/other.toml", 'address = "other@gmx.de"\nperson = "Mum"\n')
    for _ in range(2):
        handed = home.hand_over("other", person="Mum").given
        assert handed is not None
        assert handed.profile.identifier == "app.mailferry.person.Mum.2"
    assert {each.name: len(each.profiles) for each in phones(home.workspace, now=NOW)} == {
        "Mama": 1,
        "Mum": 1,
    }


def test_a_profile_of_somebody_else_is_not_inherited(home: PhoneHome) -> None:
    home.hand_over("mum", "icloud", person="Mum")
    renamed(home, "Mama", "icloud")
    handed = home.hand_over("icloud", person="Mama").given
    assert handed is not None
    assert handed.profile.identifier == "app.mailferry.person.Mama"


def test_what_was_handed_over_under_two_names_is_there_twice(home: PhoneHome) -> None:
    first = home.export("mum", "icloud", person="Mum")
    renamed(home, "Mama")
    home.hand_over("mum", "icloud", person="Mama")
    hand_over(home.workspace, first, "file", "/elsewhere")
    assert phone(home, "Mama").twice == ("mary@icloud.com", "mum@centurylink.net")


@pytest.mark.parametrize(
    ("way", "to", "words"),
    [
        ("file", "/tmp/a", "written to /tmp/a"),
        ("file", None, "written to standard output"),
        ("link", "iPhone, iOS 18.5, Safari", "fetched by iPhone, iOS 18.5, Safari"),
        ("link", "curl/8.5.0", "fetched by curl/8.5.0, which does not call itself an iPhone"),
        ("link", None, "fetched by somebody"),
        ("mail", "mum@example.org", "mailed to mum@example.org"),
        ("folder", "/srv/web", "put into /srv/web"),
    ],
)
def test_how_it_was_handed_over_is_said_and_no_more(
    home: PhoneHome, way: Way, to: str | None, words: str
) -> None:
    given = hand_over(home.workspace, home.export("mum"), way, to).given
    assert given is not None
    assert handed_over(given) == words
