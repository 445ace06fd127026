"""Accounts of profiles made into account files, and set beside those that are there."""

from __future__ import annotations

import datetime
import stat
import tomllib
from pathlib import Path
from typing import Any

import pytest

from mailferry.editing import Editor
from mailferry.importing import ImportPlan, carry_out, plan_import
from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.identity import account_identity, profile_identity
from mailferry.iphone.profile import build_profile
from mailferry.iphone.reading.profile import read_profile
from mailferry.iphone.reading.report import ProfileReport
from mailferry.linting import lint
from mailferry.model.address import AddressError
from mailferry.profile_matching import Replaced, compare_profile, replaced_by
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.iphone.certificates import AUTHORITY
from tests.iphone.reading.shapes import (
    ADDRESS,
    APPLE,
    EXCHANGE,
    FASTMAIL,
    GOOGLE,
    MAIL_IN_A_BOX,
    MAILCOW,
    MOX,
    PLESK,
    SHAPES,
    calendars,
    mail,
    other,
    profile,
    xml,
)

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(Home(tmp_path / "home", tmp_path / "home" / "state"))


def read(shape: dict[str, Any]) -> ProfileReport:
    return read_profile(xml(shape), now=NOW)


def plan(workspace: Workspace, shape: dict[str, Any], **options: Any) -> ImportPlan:
    return plan_import(workspace, read(shape), **options)


def made(workspace: Workspace, shape: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The one account that importing makes, as its file says it."""
    planned = plan(workspace, shape, **options)
    carry_out(Editor(workspace), planned, "import")
    (account,) = planned.accounts
    return tomllib.loads(workspace.account_files.path(account.id).read_text("utf-8"))


def add(workspace: Workspace, name: str, text: str) -> None:
    path = workspace.home.accounts / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_all_that_nobody_recommends_is_stated(workspace: Workspace) -> None:
    assert made(workspace, profile(mail()), person="Mum") == {
        "schema": 1,
        "address": ADDRESS,
        "name": "Mary Example",
        "label": "Mary’s mail",
        "person": "Mum",
        "incoming": {
            "host": "imap.example.org",
            "port": 993,
            "security": "tls",
            "username": ADDRESS,
            "auth": "password",
        },
        "outgoing": {
            "host": "smtp.example.org",
            "port": 587,
            "security": "starttls",
            "username": ADDRESS,
            "auth": "password",
        },
        "iphone": {
            "identifier": "org.example.mail.mary",
            "uuid": "6F1E2C50-8C2B-4B5B-9E0C-2A7D7C8E1F01",
        },
    }


def test_what_the_provider_recommends_is_left_to_it(workspace: Workspace) -> None:
    assert made(workspace, FASTMAIL) == {
        "schema": 1,
        "address": "mary@fastmail.com",
        "name": "Mary Example",
        "label": "Mary’s mail",
    }


def test_only_what_differs_from_the_recommendation_is_stated(workspace: Workspace) -> None:
    shape = profile(
        mail(
            EmailAddress="mary@fastmail.com",
            IncomingMailServerHostName="IMAP.fastmail.com",
            IncomingMailServerUsername="mary@fastmail.com",
            OutgoingMailServerHostName="smtp.fastmail.com",
            OutgoingMailServerPortNumber=587,
            OutgoingMailServerUsername="mary",
        )
    )
    account = made(workspace, shape)
    assert "incoming" not in account
    assert account["outgoing"] == {"port": 587, "security": "starttls", "username": "mary"}


def test_the_servers_tell_the_provider_of_a_domain_of_ones_own(workspace: Workspace) -> None:
    shape = profile(
        mail(
            IncomingMailServerHostName="imap.fastmail.com",
            OutgoingMailServerHostName="smtp.fastmail.com",
            OutgoingMailServerPortNumber=465,
        )
    )
    account = made(workspace, shape)
    assert account["provider"] == "fastmail"
    assert not {"incoming", "outgoing"} & account.keys()


@pytest.mark.parametrize(
    ("shape", "provider"), [(EXCHANGE, "microsoft365"), (GOOGLE, None)], ids=["exchange", "google"]
)
def test_exchange_and_google_follow_their_providers(
    workspace: Workspace, shape: dict[str, Any], provider: str | None
) -> None:
    account = made(workspace, shape)
    assert account.get("provider") == provider
    assert not {"incoming", "outgoing"} & account.keys()


def test_exchange_of_ones_own_says_that_no_server_is_known(workspace: Workspace) -> None:
    shape = profile(
        other(
            "com.apple.eas.account",
            EmailAddress=ADDRESS,
            Host="ex.example.org",
            UserName="ORG\\mary",
            SSL=True,
        )
    )
    (account,) = plan(workspace, shape).accounts
    assert any("no IMAP or SMTP server is known" in note for note in account.notes)
    assert "incoming" not in tomllib.loads(account.text)


def test_pop_is_stated(workspace: Workspace) -> None:
    account = made(workspace, APPLE)
    assert account["incoming"]["protocol"] == "pop3"
    assert account["incoming"]["port"] == 995


@pytest.mark.parametrize(
    ("port", "security"), [(587, "starttls"), (465, "tls"), (2525, "starttls"), (None, None)]
)
def test_tls_that_is_left_out_is_expected_all_the_same(
    workspace: Workspace, port: int | None, security: str | None
) -> None:
    shape = profile(mail(OutgoingMailServerUseSSL=False, OutgoingMailServerPortNumber=port))
    planned = plan(workspace, shape)
    outgoing = tomllib.loads(planned.accounts[0].text)["outgoing"]
    assert outgoing.get("security") == security
    assert "outgoing.security" in planned.accounts[0].notes[0]


@pytest.mark.parametrize(
    "keys",
    [
        {"OutgoingMailServerAuthentication": "EmailAuthNone", "OutgoingMailServerUsername": None},
        {"OutgoingMailServerHostName": "127.0.0.1"},
    ],
    ids=["no sign-in", "this computer"],
)
def test_no_encryption_is_taken_at_its_word_where_no_password_travels(
    workspace: Workspace, keys: dict[str, Any]
) -> None:
    shape = profile(mail(OutgoingMailServerUseSSL=False, OutgoingMailServerPortNumber=25, **keys))
    planned = plan(workspace, shape)
    assert tomllib.loads(planned.accounts[0].text)["outgoing"]["security"] == "none"
    assert planned.accounts[0].notes == ()


@pytest.mark.parametrize(
    ("shape", "why"),
    [
        (MAILCOW, "also holds calendars"),
        (profile(mail(), mail(number=2, EmailAddress="dad@example.org")), "several accounts"),
        (profile(mail(), PayloadIdentifier="<odd>"), "odd characters"),
    ],
    ids=["calendars", "several", "odd"],
)
def test_an_identity_is_not_pinned_where_something_would_be_lost(
    workspace: Workspace, shape: dict[str, Any], why: str
) -> None:
    planned = plan(workspace, shape)
    assert all("iphone" not in tomllib.loads(account.text) for account in planned.accounts)
    assert why in planned.notes[0]
    assert "remove it before" in planned.notes[0]


@pytest.mark.parametrize("identifier", ["Mail Setup", "com.host.mary@example.org", "mail"])
def test_an_identifier_in_nobodys_fashion_replaces_its_profile_all_the_same(
    workspace: Workspace, identifier: str
) -> None:
    assert (
        made(workspace, profile(mail(), PayloadIdentifier=identifier))["iphone"]["identifier"] == identifier
    )


def test_an_example_uuid_is_not_pinned(workspace: Workspace) -> None:
    assert made(workspace, PLESK)["iphone"] == {"identifier": "com.plesk.autoconfig"}


def test_one_identifier_is_pinned_once(workspace: Workspace) -> None:
    made(workspace, profile(mail()))
    second = made(workspace, profile(mail(EmailAddress="dad@example.org", EmailAccountDescription="Dad")))
    assert "iphone" not in second
    assert lint(workspace)[1] == ()


def test_the_profile_that_is_exported_takes_the_place_of_the_one_that_was_read(workspace: Workspace) -> None:
    made(workspace, profile(mail()))
    (entry,) = workspace.accounts()
    assert entry.value is not None
    account = PhoneAccount(
        settings=workspace.settings(entry.id, entry.value),
        recommendation=workspace.recommendation(entry.value),
        pinned=entry.value.iphone,
    )
    again = read_profile(build_profile([account]), now=NOW)
    first = read(profile(mail()))
    assert (again.identifier, again.uuid) == (first.identifier, first.uuid)
    assert [each.incoming for each in again.accounts] == [each.incoming for each in first.accounts]
    assert [each.outgoing for each in again.accounts] == [each.outgoing for each in first.accounts]


@pytest.mark.parametrize(("name", "shape"), SHAPES.items(), ids=SHAPES)
def test_what_is_imported_is_valid_and_holds_no_password(
    workspace: Workspace, name: str, shape: dict[str, Any]
) -> None:
    planned = plan(workspace, shape, address="mary@box.example.org" if shape is MAIL_IN_A_BOX else None)
    carry_out(Editor(workspace), planned, "import")
    assert [entry.problems for entry in workspace.accounts()] == [()]
    assert lint(workspace)[1] == ()


def test_an_account_that_is_there_is_named_and_left_alone(workspace: Workspace) -> None:
    text = f'address = "{ADDRESS.capitalize()}"\n'
    add(workspace, "mum", f'address = "{ADDRESS}"\n')
    planned = plan(workspace, profile(mail(), mail(number=2, EmailAddress="dad@example.org")))
    assert [(left.who, left.account) for left in planned.left] == [(ADDRESS, "mum")]
    assert [account.address for account in planned.accounts] == ["dad@example.org"]
    carry_out(Editor(workspace), planned, "import")
    assert (workspace.home.accounts / "mum.toml").read_text("utf-8") == text.replace("M", "m")


@pytest.mark.parametrize(
    ("own", "label"),
    [("", "Mary’s mail"), ("Mary’s mail", None), (f'{ADDRESS}"\nname = "Mary’s mail', "Mary’s mail")],
)
def test_the_same_address_by_another_protocol_is_another_account(
    workspace: Workspace, own: str, label: str | None
) -> None:
    add(workspace, "mum", f'address = "{ADDRESS}"\n' + (f'label = "{own}"\n' if own else ""))
    assert made(workspace, APPLE).get("label") == label
    assert len(workspace.accounts()) == 2
    assert workspace.label_clashes() == ()


def test_labels_and_addresses_that_are_taken_get_a_remark(workspace: Workspace) -> None:
    add(workspace, "mum", f'address = "{ADDRESS}"\n')
    add(workspace, "dad", 'address = "dad@example.org"\nlabel = "Mary’s mail"\n')
    assert made(workspace, APPLE)["label"] == f"{ADDRESS} (POP)"


def test_an_account_twice_in_a_profile_is_made_once(workspace: Workspace) -> None:
    planned = plan(workspace, profile(mail(), mail(number=2)))
    assert len(planned.accounts) == 1
    assert [left.why for left in planned.left] == ["it stands in the profile twice"]


def test_several_accounts_have_names_of_their_own_and_are_undone_together(workspace: Workspace) -> None:
    many = [
        mail(
            EmailAddress=f"mary{number}@example.org",
            PayloadUUID=f"6F1E2C50-8C2B-4B5B-9E0C-{number:012X}",
            PayloadIdentifier=f"org.example.{number}",
        )
        for number in range(1, 61)
    ]
    planned = plan(workspace, profile(*many))
    editor = Editor(workspace)
    carry_out(editor, planned, "import")
    assert len(workspace.accounts()) == 60
    assert workspace.label_clashes() == ()
    editor.undo()
    assert workspace.accounts() == ()


def test_an_address_that_is_left_to_the_iphone_can_be_given(workspace: Workspace) -> None:
    (left,) = plan(workspace, MAIL_IN_A_BOX).left
    assert "--address" in left.why
    (account,) = plan(workspace, MAIL_IN_A_BOX, address="mary@box.example.org").accounts
    assert account.address == "mary@box.example.org"
    assert sum("Nobody says the user name" in note for note in account.notes) == 2
    with pytest.raises(AddressError):
        plan(workspace, MAIL_IN_A_BOX, address="mary")


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"EmailAddress": "nobody"}, "has no @"),
        ({"IncomingMailServerHostName": "imap.example.org/x"}, "incoming.host"),
        ({"OutgoingMailServerUsername": "ma\u202ery"}, ""),
    ],
)
def test_what_cannot_be_an_account_is_left_out_with_the_reason(
    workspace: Workspace, keys: dict[str, Any], why: str
) -> None:
    planned = plan(workspace, profile(mail(**keys)))
    if why:
        assert planned.accounts == ()
        assert why in planned.left[0].why
    else:
        carry_out(Editor(workspace), planned, "import")
        assert [entry.problems for entry in workspace.accounts()] == [()]


def test_names_are_made_plain(workspace: Workspace) -> None:
    shape = profile(mail(EmailAccountName="Mary\u202e\nExample", EmailAccountDescription=" \n "))
    account = made(workspace, shape)
    assert account["name"] == "Mary Example"
    assert "label" not in account


def test_a_private_authority_is_kept_beside_the_accounts(workspace: Workspace) -> None:
    shape = profile(mail(), other("com.apple.security.root", PayloadContent=AUTHORITY))
    account = made(workspace, shape)
    name = account["incoming"]["ca_file"]
    assert account["outgoing"]["ca_file"] == name
    file = workspace.home.config / name
    assert file.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "identifier" in account["iphone"]


def test_an_authority_that_is_there_already_is_used_again(workspace: Workspace) -> None:
    made(workspace, profile(mail(), other("com.apple.security.root", PayloadContent=AUTHORITY)))
    shape = profile(
        mail(EmailAddress="dad@example.org"), other("com.apple.security.root", PayloadContent=AUTHORITY)
    )
    assert plan(workspace, shape).certificates == ()
    assert len(list(workspace.home.config.glob("*-ca*.pem"))) == 1


def test_no_strangers_authority_is_trusted_for_a_listed_providers_servers(workspace: Workspace) -> None:
    payload = other("com.apple.security.root", PayloadContent=AUTHORITY)
    shape = {**FASTMAIL, "PayloadContent": [FASTMAIL["PayloadContent"][0], payload]}
    planned = plan(workspace, shape)
    assert "ca_file" not in planned.accounts[0].text
    assert planned.certificates == ()


def test_a_password_of_its_own_for_sending_is_expected_only_where_it_is_kept(workspace: Workspace) -> None:
    shape = profile(
        mail(
            IncomingPassword="first-Passw0rd",
            OutgoingPassword="second-Passw0rd",
            OutgoingPasswordSameAsIncomingPassword=False,
        )
    )
    (account,) = plan(workspace, shape).accounts
    assert account.passwords == {}
    assert "password" not in tomllib.loads(account.text)["outgoing"]
    (kept,) = plan(workspace, shape, keep_passwords=True).accounts
    assert set(kept.passwords) == {"incoming", "outgoing"}
    assert tomllib.loads(kept.text)["outgoing"]["password"] == {"from": "keyring"}


# Beside one's own


def test_an_own_account_is_found_and_the_changes_are_told(workspace: Workspace) -> None:
    text = (
        f'address = "{ADDRESS}"\n[incoming]\nhost = "imap.example.org"\nport = 143\nsecurity = "starttls"\n'
    )
    add(workspace, "mum", text)
    (found,) = compare_profile(workspace, read(profile(mail())))
    assert found.account == "mum"
    assert [(each.path, each.profile, each.yours) for each in found.changes] == [
        ("incoming.port", 993, 143),
        ("incoming.security", "tls", "starttls"),
    ]


def test_an_account_that_is_none_of_ones_own_is_held_against_the_recommendation(workspace: Workspace) -> None:
    (found,) = compare_profile(workspace, read(FASTMAIL))
    assert (found.account, found.changes) == (None, ())
    assert found.comparison is not None
    assert found.comparison.provider == "fastmail"
    assert found.comparison.ok


def test_a_setting_that_cannot_work_is_judged(workspace: Workspace) -> None:
    shape = profile(mail(EmailAddress="mary@icloud.com", IncomingMailServerHostName="imap.mail.me.co"))
    (found,) = compare_profile(workspace, read(shape))
    assert found.comparison is not None
    verdicts = {finding.path: finding.verdict for finding in found.comparison.findings}
    assert verdicts["incoming.host"] == "wrong"


def test_an_account_without_an_address_is_not_compared(workspace: Workspace) -> None:
    assert compare_profile(workspace, read(MAIL_IN_A_BOX)) == ()
    assert compare_profile(workspace, read(profile(mail(EmailAddress="nobody")))) == ()


def test_whose_profile_it_replaces_is_told(workspace: Workspace) -> None:
    add(workspace, "mum", f'address = "{ADDRESS}"\nperson = "Mum"\n')
    add(workspace, "dad", 'address = "dad@example.org"\n[iphone]\nidentifier = "org.example.pinned"\n')
    (entry,) = (each for each in workspace.accounts() if each.id == "mum")
    assert entry.value is not None
    account = PhoneAccount(
        settings=workspace.settings(entry.id, entry.value),
        recommendation=workspace.recommendation(entry.value),
    )
    for identifier, expected in (
        (account_identity(account).identifier, Replaced(account="mum")),
        (profile_identity([account], "Mum").identifier, Replaced(person="Mum")),
        ("org.example.pinned", Replaced(account="dad")),
        ("org.example.other", None),
    ):
        report = read(profile(mail(), PayloadIdentifier=identifier))
        assert replaced_by(workspace, report) == expected


def test_our_own_profile_of_a_person_pins_no_account(workspace: Workspace) -> None:
    report = read(profile(mail(), PayloadIdentifier="app.mailferry.person.Mum"))
    (account,) = plan_import(workspace, report).accounts
    assert "iphone" not in tomllib.loads(account.text)


def test_mox_is_imported_with_its_mechanism(workspace: Workspace) -> None:
    account = made(workspace, MOX)
    assert account["address"] == ADDRESS
    assert account["incoming"]["auth"] == "cram-md5"
    assert account["outgoing"]["security"] == "starttls"


def test_other_payloads_make_no_account(workspace: Workspace) -> None:
    planned = plan(workspace, profile(calendars("CalDAV", 2)))
    assert planned == ImportPlan(accounts=(), left=(), certificates=(), notes=())
