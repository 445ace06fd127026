"""Profiles of other makers: what is in them, and what is to be known of each."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from mailferry.iphone.reading.profile import read_profile
from mailferry.iphone.reading.refused import RefusedProfileError
from mailferry.iphone.reading.report import ProfileReport, ReadAccount, ReadServer
from mailferry.iphone.reading.server import security_on_phone
from mailferry.iphone.reading.warning import FATAL
from mailferry.model.account import Protocol, Security
from mailferry.model.secret import Secret
from tests.iphone.certificates import AUTHORITY
from tests.iphone.reading.shapes import (
    ADDRESS,
    APPLE,
    CONFIGURATOR,
    EXCHANGE,
    FASTMAIL,
    GOOGLE,
    LOCKED,
    MAIL_IN_A_BOX,
    MAILCOW,
    MOX,
    PASSWORD,
    PLESK,
    SHAPES,
    calendars,
    mail,
    other,
    profile,
    xml,
)

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def read(shape: dict[str, Any]) -> ProfileReport:
    return read_profile(xml(shape), now=NOW)


def account(shape: dict[str, Any]) -> ReadAccount:
    (found,) = read(shape).accounts
    return found


def codes(shape: dict[str, Any]) -> list[str]:
    return [warning.code for warning in read(shape).warnings]


def text(shape: dict[str, Any], code: str) -> str:
    return next(warning.text for warning in read(shape).warnings if warning.code == code)


def test_a_sound_profile_has_no_warnings() -> None:
    report = read(profile(mail()))
    assert report.warnings == ()
    assert report.installs
    assert report.signature is None
    assert (report.identifier, report.display_name) == ("org.example.mail.mary", f"Mail for {ADDRESS}")
    assert report.accounts == (
        ReadAccount(
            type="mail",
            payload=0,
            address=ADDRESS,
            name="Mary Example",
            label="Mary’s mail",
            incoming=ReadServer(
                protocol="imap",
                host="imap.example.org",
                port=993,
                use_ssl=True,
                security="tls",
                username=ADDRESS,
                auth="password",
            ),
            outgoing=ReadServer(
                protocol="smtp",
                host="smtp.example.org",
                port=587,
                use_ssl=True,
                security="starttls",
                username=ADDRESS,
                auth="password",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        (MAILCOW, ["password-inside"] * 3),
        (MAIL_IN_A_BOX, ["username-missing", "username-missing", "no-address", "smime-locked"]),
        (MOX, ["tls-off", "several-addresses"]),
        (FASTMAIL, ["password-inside"] * 3),
        (APPLE, ["address-not-in-name", "move-prevented"]),
        (CONFIGURATOR, ["removal-disallowed", "username-missing", "username-missing", "address-not-in-name"]),
        (
            PLESK,
            ["tls-off", "tls-not-stated", "port-missing", "address-not-in-name"] + ["placeholder-uuid"] * 2,
        ),
        (EXCHANGE, []),
        (GOOGLE, ["supervised-only"]),
    ],
    ids=SHAPES,
)
def test_every_shape_is_read_with_its_warnings(shape: dict[str, Any], expected: list[str]) -> None:
    assert codes(shape) == expected
    assert read(shape).installs


def test_every_shape_has_its_account() -> None:
    assert [(kind, len(read(shape).accounts)) for kind, shape in SHAPES.items()] == [
        (kind, 1) for kind in SHAPES
    ]
    assert account(MOX).address == ADDRESS
    assert account(MOX).incoming == ReadServer(
        protocol="imap",
        host="imap.example.org",
        port=993,
        use_ssl=True,
        security="tls",
        username=ADDRESS,
        auth="cram-md5",
    )
    assert account(MAIL_IN_A_BOX).address is None
    exchange = account(EXCHANGE)
    assert (exchange.type, exchange.host, exchange.oauth) == ("exchange", "outlook.office365.com", True)
    assert (account(GOOGLE).type, account(GOOGLE).address) == ("google", "mary@gmail.com")
    assert [each.what for each in read(MAILCOW).other_payloads] == [
        "calendars (CalDAV)",
        "contacts (CardDAV)",
    ]
    assert read(MAILCOW).consent == {"default": "This profile has a password inside. Do not share it."}


def test_a_password_is_known_and_never_shown() -> None:
    found = account(MAILCOW)
    assert found.passwords == {"incoming": Secret(PASSWORD)}
    shown = repr(read(MAILCOW))
    assert PASSWORD not in shown
    assert str(len(PASSWORD)) not in text(MAILCOW, "password-inside")


def test_a_password_for_sending_counts_only_where_it_is_another() -> None:
    both = profile(
        mail(
            IncomingPassword="one-of-two",
            OutgoingPassword="two-of-two",
            OutgoingPasswordSameAsIncomingPassword=False,
        )
    )
    assert account(both).passwords == {"incoming": Secret("one-of-two"), "outgoing": Secret("two-of-two")}
    ignored = profile(mail(IncomingPassword="one-of-two", OutgoingPassword="two-of-two"))
    assert account(ignored).passwords == {"incoming": Secret("one-of-two")}
    assert "password-ignored" in codes(ignored)


@pytest.mark.parametrize(
    ("protocol", "port", "use_ssl", "security"),
    [
        ("imap", 993, True, "tls"),
        ("pop3", 995, True, "tls"),
        ("smtp", 465, True, "tls"),
        ("imap", 143, True, "starttls"),
        ("smtp", 587, True, "starttls"),
        ("smtp", 2465, True, "starttls"),
        ("smtp", 993, True, "starttls"),
        ("imap", None, True, "tls"),
        ("smtp", None, True, None),
        ("smtp", 587, False, "none"),
        ("imap", 993, None, "none"),
    ],
)
def test_the_port_decides_between_the_kinds_of_tls(
    protocol: Protocol, port: int | None, use_ssl: bool | None, security: Security | None
) -> None:
    assert security_on_phone(protocol, port, use_ssl) == security


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"IncomingMailServerPortNumber": "993"}, ["wrong-type"]),
        ({"IncomingMailServerPortNumber": 993.0}, []),
        ({"IncomingMailServerPortNumber": True}, ["wrong-type", "port-missing"]),
        ({"IncomingMailServerPortNumber": 0}, ["bad-port"]),
        ({"IncomingMailServerPortNumber": 99999}, ["bad-port"]),
        ({"IncomingMailServerPortNumber": float("nan")}, ["malformed-value", "port-missing"]),
        ({"OutgoingMailServerPortNumber": 993}, ["foreign-port"]),
        ({"OutgoingMailServerPortNumber": 2465}, ["unusual-port"]),
        ({"IncomingMailServerUseSSL": 1}, ["wrong-type"]),
        ({"IncomingMailServerUseSSL": "true"}, ["wrong-type"]),
        ({"IncomingMailServerUseSSL": "perhaps"}, ["wrong-type", "tls-not-stated"]),
        ({"EmailAccountType": "EmailTypeExchange"}, ["unknown-value"]),
        ({"EmailAccountType": None}, ["missing-key"]),
        ({"IncomingMailServerHostName": ""}, ["missing-key"]),
        ({"IncomingMailServerHostName": "https://imap.example.org"}, ["bad-host"]),
        ({"IncomingMailServerHostName": "192.0.2.7"}, []),
        ({"IncomingMailServerAuthentication": "Password"}, ["unknown-value"]),
        ({"IncomingMailServerAuthentication": "EmailAuthHTTPMD5"}, ["auth-unsupported"]),
        ({"OutgoingMailServerAuthentication": "EmailAuthNone", "OutgoingMailServerUsername": None}, []),
        ({"EmailAddress": None}, ["no-address"]),
        ({"IncommingPassword": "x"}, ["unknown-key"]),
        ({"PayloadEnabled": True, "SMIMEEnabled": False}, []),
        ({"PreventAppSheet": True}, ["apps-prevented"]),
        (LOCKED, ["smime-locked"]),
        ({"SMIMESigningCertificateUUID": "6F1E2C50-8C2B-4B5B-9E0C-2A7D7C8E9F09"}, ["missing-identity"]),
        ({"PayloadUUID": "6F1E2C50-8C2B-4B5B-9E0C-2A7D7C8E1F01"}, ["doubled-uuid"]),
        ({"PayloadUUID": "mail-of-mary"}, ["bad-uuid"]),
        ({"PayloadUUID": "REPLACE-WITH-UUIDGEN"}, ["placeholder-uuid"]),
        ({"PayloadUUID": "12345678-1234-1234-1234-123456789012"}, ["placeholder-uuid"]),
        ({"PayloadUUID": None}, ["missing-key"]),
        ({"PayloadIdentifier": "org.example.mail.mary"}, ["doubled-identifier"]),
        ({"PayloadVersion": None}, ["missing-key"]),
    ],
)
def test_what_is_odd_in_a_mail_payload_is_told(keys: dict[str, Any], expected: list[str]) -> None:
    shape = profile(mail(**keys))
    assert codes(shape) == expected
    assert read(shape).installs == (not FATAL & set(expected))


def test_an_unknown_key_has_the_one_that_is_meant_beside_it() -> None:
    assert "Perhaps IncomingPassword is meant." in text(profile(mail(IncommingPassword="x")), "unknown-key")


def test_a_wrong_type_says_how_it_is_written() -> None:
    said = text(profile(mail(IncomingMailServerPortNumber="993")), "wrong-type")
    found = account(profile(mail(IncomingMailServerPortNumber="993"))).incoming
    assert found is not None
    assert (found.port, found.security) == (993, "tls")
    assert said.startswith("IncomingMailServerPortNumber must be a number and is text (<string>)")


@pytest.mark.parametrize("element", ["<integer></integer>", "<integer>x</integer>"])
def test_an_empty_number_makes_the_iphone_refuse_the_file(element: str) -> None:
    data = xml(profile(mail())).replace(b"<integer>993</integer>", element.encode())
    report = read_profile(data, now=NOW)
    assert [warning.code for warning in report.warnings] == ["malformed-value", "port-missing"]
    assert not report.installs


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"PayloadRemovalDisallowed": True}, ["removal-disallowed"]),
        ({"HasRemovalPasscode": True}, ["removal-disallowed"]),
        ({"RemovalDate": datetime.datetime(2026, 1, 1)}, ["removal-date-passed"]),  # noqa: DTZ001  plistlib's
        ({"RemovalDate": datetime.datetime(2027, 1, 1)}, []),  # noqa: DTZ001  as above
        ({"RemovalDate": "2027-01-01"}, ["wrong-type"]),
        ({"PayloadExpirationDate": datetime.datetime(2026, 1, 1)}, ["profile-expired"]),  # noqa: DTZ001  as above
        ({"TargetDeviceType": 5}, ["other-device"]),
        ({"TargetDeviceType": 1}, []),
        ({"PayloadVersion": 3}, ["wrong-version"]),
        ({"PayloadContent": []}, ["nothing-inside"]),
        ({"PayloadContent": {}}, ["wrong-type"]),
        ({"PayloadContent": ["text"]}, ["not-a-profile-payload", "nothing-inside"]),
        ({"PayloadIdentifier": ""}, ["missing-key"]),
        ({"PayloadDisplayName": "Mail"}, ["address-not-in-name"]),
        ({"IsEncrypted": True, "EncryptedPayloadContent": b"x"}, ["encrypted"]),
    ],
)
def test_what_is_odd_at_the_top_is_told(keys: dict[str, Any], expected: list[str]) -> None:
    assert codes(profile(mail(), **keys)) == expected


def test_an_encrypted_profile_says_that_nobody_can_read_it() -> None:
    shape = profile(EncryptedPayloadContent=b"x")
    del shape["PayloadContent"]
    assert codes(shape) == ["encrypted"]


def test_a_key_that_stands_twice_is_told() -> None:
    data = xml(profile(mail())).replace(
        b"<key>EmailAddress</key>",
        b"<key>EmailAddress</key><string>a@b.example</string><key>EmailAddress</key>",
    )
    report = read_profile(data, now=NOW)
    assert [warning.code for warning in report.warnings] == ["key-twice"]


def test_the_same_login_twice_is_told() -> None:
    shape = profile(mail(), mail(number=2, EmailAddress="alias@example.org"))
    assert [(each.code, each.payload) for each in read(shape).warnings] == [("same-login-twice", 1)]
    assert len(read(shape).accounts) == 2


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (other("com.apple.vpn.managed", UserDefinedName="Office"), "vpn"),
        (other("com.apple.mdm", ServerURL="https://mdm.example/"), "device-management"),
        (other("com.apple.webcontent-filter"), "web-filter"),
        (other("com.apple.dnsSettings.managed"), "dns"),
        (other("com.apple.proxy.http.global"), "proxy"),
        (other("com.apple.mobiledevice.passwordpolicy"), "passcode-policy"),
        (other("com.apple.applicationaccess"), "restrictions"),
        (other("com.apple.app.lock"), "single-app"),
        (other("com.apple.profileRemovalPassword", RemovalPassword=""), "removal-disallowed"),
        (other("com.apple.security.root", PayloadContent=AUTHORITY), "certificate-authority"),
        (other("com.apple.security.root", PayloadContent=b"no certificate"), "certificate-unreadable"),
        (other("com.apple.security.pkcs12", PayloadContent=b"x"), "identity-inside"),
        (other("com.apple.wifi.managed", SSID_STR="Home", Password="12345678"), "password-inside"),
        (other("com.apple.vpn.managed", IPSec={"SharedSecret": "psk"}), "password-inside"),
        (calendars("CalDAV", 9, CalDAVUseSSL=False), "tls-off"),
        (calendars("CalDAV", 9, CalDAVPort="443"), "wrong-type"),
        (other("com.apple.ldap.account"), "missing-key"),
        (other("com.apple.eas.account", EmailAddress="a@b.example", SSL=False), "tls-off"),
        (other("com.apple.eas.account", EmailAddress="a@b.example", Password="x"), "password-inside"),
        (other("com.apple.eas.account", Certificate=b"x"), "identity-inside"),
    ],
)
def test_what_else_a_profile_can_do_is_told(payload: dict[str, Any], code: str) -> None:
    assert code in codes(profile(mail(), payload))


def test_every_other_payload_is_named_in_plain_words() -> None:
    shape = profile(other("com.apple.vpn.managed", UserDefinedName="Office"), other("com.example.x", 8))
    assert [(each.what, each.name) for each in read(shape).other_payloads] == [
        ("a VPN", "Office"),
        ("something of the type “com.example.x”", None),
    ]


def test_a_certificate_is_told_with_its_dates() -> None:
    (found,) = read(profile(other("com.apple.security.root", PayloadContent=AUTHORITY))).other_payloads
    assert found.certificate is not None
    assert found.certificate.authority
    assert found.certificate.not_after.year == 2036
    assert found.certificate.fingerprint.startswith("sha256:")
    late = read_profile(
        xml(profile(other("com.apple.security.root", PayloadContent=AUTHORITY))),
        now=NOW.replace(year=2040),
    )
    assert "certificate-expired" in [warning.code for warning in late.warnings]


def test_an_enrolment_is_told_for_what_it_is() -> None:
    report = read(
        {
            "PayloadType": "Profile Service",
            "PayloadVersion": 1,
            "PayloadIdentifier": "org.example.enrol",
            "PayloadUUID": "6F1E2C50-8C2B-4B5B-9E0C-2A7D7C8E1F01",
            "PayloadContent": {"URL": "https://enrol.example/", "DeviceAttributes": ["UDID"]},
        }
    )
    assert [warning.code for warning in report.warnings] == ["enrolment"]
    assert "https://enrol.example/" in report.warnings[0].text


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        ({"Name": "A provisioning profile"}, "no configuration profile"),
        ({}, "no configuration profile"),
        (mail(), "single payload"),
    ],
)
def test_other_property_lists_are_refused(shape: dict[str, Any], words: str) -> None:
    with pytest.raises(RefusedProfileError, match=words):
        read(shape)


def test_a_list_is_no_profile() -> None:
    with pytest.raises(RefusedProfileError, match="no dictionary"):
        read_profile(b"<?xml version='1.0'?><plist><array/></plist>", now=NOW)


def test_warnings_are_harmless_and_short() -> None:
    name = "\x1b[2J\u202e" + "x" * 5_000
    shape = profile(
        mail(IncomingMailServerHostName=name.replace("\x1b", "\u2066"), EmailAccountType="\u202e")
    )
    for warning in read(shape).warnings:
        assert warning.text.isprintable()
        assert len(warning.text) < 400


def test_a_crowd_of_trifles_hides_no_danger() -> None:
    trifles = {f"Trifle{number}": True for number in range(600)}
    assert codes(profile(mail(**trifles), other("com.apple.mdm")))[0] == "device-management"
