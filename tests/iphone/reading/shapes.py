"""Profiles of the shapes that other makers give them, built from what is known of each."""

from __future__ import annotations

import plistlib
from typing import Any

ADDRESS = "mary@example.org"
PASSWORD = "Zebra&Crossing<42>"


def profile(*payloads: dict[str, Any], **keys: Any) -> dict[str, Any]:
    """A sound profile around some payloads."""
    return {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": "org.example.mail.mary",
        "PayloadUUID": "6F1E2C50-8C2B-4B5B-9E0C-2A7D7C8E1F01",
        "PayloadDisplayName": f"Mail for {ADDRESS}",
        "PayloadContent": list(payloads),
        **keys,
    }


def mail(*, number: int = 1, **keys: Any) -> dict[str, Any]:
    """A sound mail payload of example.org; a key that is None is left out."""
    payload = {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"org.example.mail.mary.{number}",
        "PayloadUUID": f"6F1E2C50-8C2B-4B5B-9E0C-2A7D7C8E2F{number:02}",
        "PayloadDisplayName": "Mail",
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAccountName": "Mary Example",
        "EmailAccountDescription": "Mary’s mail",
        "EmailAddress": ADDRESS,
        "IncomingMailServerHostName": "imap.example.org",
        "IncomingMailServerPortNumber": 993,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerUsername": ADDRESS,
        "OutgoingMailServerHostName": "smtp.example.org",
        "OutgoingMailServerPortNumber": 587,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerUsername": ADDRESS,
        "OutgoingPasswordSameAsIncomingPassword": True,
        "SMIMESigningUserOverrideable": True,
        "SMIMESigningCertificateUUIDUserOverrideable": True,
        "SMIMEEncryptByDefaultUserOverrideable": True,
        "SMIMEEncryptionCertificateUUIDUserOverrideable": True,
        "SMIMEEnableEncryptionPerMessageSwitch": True,
        **keys,
    }
    return {key: value for key, value in payload.items() if value is not None}


def other(kind: str, number: int = 9, **keys: Any) -> dict[str, Any]:
    """A payload of another type."""
    return {
        "PayloadType": kind,
        "PayloadVersion": 1,
        "PayloadIdentifier": f"org.example.other.{number}",
        "PayloadUUID": f"6F1E2C50-8C2B-4B5B-9E0C-2A7D7C8E3F{number:02}",
        **keys,
    }


def calendars(prefix: str, number: int, **keys: Any) -> dict[str, Any]:
    """A CalDAV or CardDAV payload."""
    usual = {f"{prefix}HostName": "mail.example.org", f"{prefix}Username": ADDRESS, f"{prefix}UseSSL": True}
    return other(f"com.apple.{prefix.lower()}.account", number, **(usual | keys))


def xml(value: dict[str, Any]) -> bytes:
    return plistlib.dumps(value)


LOCKED: dict[str, Any] = {
    "SMIMESigningUserOverrideable": None,
    "SMIMESigningCertificateUUIDUserOverrideable": None,
    "SMIMEEncryptByDefaultUserOverrideable": None,
    "SMIMEEncryptionCertificateUUIDUserOverrideable": None,
    "SMIMEEnableEncryptionPerMessageSwitch": None,
}
"""What leaves S/MIME out of a payload, and so locked."""

MAILCOW = profile(
    mail(
        IncomingPassword=PASSWORD,
        IncomingMailServerIMAPPathPrefix="INBOX",
        OutgoingMailServerPortNumber=465,
    ),
    calendars("CalDAV", 2, CalDAVPort=443.0, CalDAVPassword=PASSWORD, CalDAVPrincipalURL="/SOGo/dav/mary"),
    calendars(
        "CardDAV", 3, CardDAVPort=443.0, CardDAVPassword=PASSWORD, CardDAVPrincipalURL="/SOGo/dav/mary"
    ),
    PayloadRemovalDisallowed=False,
    ConsentText={"default": "This profile has a password inside. Do not share it."},
)
"""mailcow: a freshly made app password in it, calendars and contacts, ports as `<real>`."""

MAIL_IN_A_BOX = profile(
    calendars("CalDAV", 2, CalDAVPort=443.0, CalDAVPrincipalURL="/cloud/remote.php/dav/calendars"),
    mail(
        IncomingMailServerUsername=None,
        OutgoingMailServerUsername=None,
        EmailAddress=None,
        EmailAccountName=None,
        PreventMove=False,
        PreventAppSheet=False,
        SMIMEEnabled=False,
        **LOCKED,
    ),
    calendars("CardDAV", 3, CardDAVPort=443.0),
    PayloadDisplayName="box.example.org mail and calendars",
    PayloadIdentifier="email.mailinabox.mobileconfig.box.example.org",
)
"""Mail-in-a-Box: one file for everybody on the server, so no address and no user name; S/MIME locked."""

MOX = profile(
    mail(
        EmailAddress=f"{ADDRESS},mary@other.example",
        OutgoingMailServerPortNumber=587,
        OutgoingMailServerUseSSL=False,
        IncomingMailServerAuthentication="EmailAuthCRAMMD5",
        OutgoingMailServerAuthentication="EmailAuthCRAMMD5",
    )
)
"""mox: aliases with commas in the address, STARTTLS written as false, no password on purpose."""

FASTMAIL = profile(
    mail(
        IncomingMailServerHostName="imap.fastmail.com",
        OutgoingMailServerHostName="smtp.fastmail.com",
        OutgoingMailServerPortNumber=465,
        EmailAddress="mary@fastmail.com",
        IncomingMailServerUsername="mary@fastmail.com",
        OutgoingMailServerUsername="mary@fastmail.com",
        IncomingPassword=PASSWORD,
    ),
    calendars("CalDAV", 2, CalDAVPassword=PASSWORD),
    calendars("CardDAV", 3, CardDAVPassword=PASSWORD),
    PayloadDisplayName="Fastmail (mary@fastmail.com)",
    PayloadOrganization="Fastmail",
)
"""Fastmail: signed, an app password in it, calendars and contacts."""

APPLE = profile(
    mail(
        EmailAccountType="EmailTypePOP",
        IncomingMailServerHostName="pop.example.org",
        IncomingMailServerPortNumber=995,
        OutgoingMailServerPortNumber=587,
        OutgoingPasswordSameAsIncomingPassword=True,
        SMIMEEnabled=True,
        PreventMove=True,
        disableMailRecentsSyncing=False,
    ),
    PayloadDisplayName="Mail",
)
"""Apple's example: POP, 587 with UseSSL true, SMIMEEnabled, no address in the name."""

CONFIGURATOR = profile(
    mail(
        PayloadEnabled=True,
        IncomingMailServerUsername="",
        OutgoingMailServerUsername="",
        allowMailDrop=True,
        EmailAccountName="",
    ),
    PayloadDisplayName="Untitled",
    PayloadScope="User",
    PayloadRemovalDisallowed=True,
    HasRemovalPasscode=False,
    TargetDeviceType=1,
    DurationUntilRemoval=86400,
    PayloadDescription="",
)
"""Configurator, iMazing: every key, texts left empty, not removable."""

PLESK = profile(
    mail(
        IncomingMailServerPortNumber=143,
        IncomingMailServerUseSSL=False,
        OutgoingMailServerPortNumber=None,
        OutgoingMailServerUseSSL=None,
        OutgoingPasswordSameAsIncomingPassword=False,
        PayloadUUID="00000000-0000-0000-0000-000000000001",
    ),
    PayloadIdentifier="com.plesk.autoconfig",
    PayloadUUID="00000000-0000-0000-0000-000000000000",
    PayloadDisplayName="E-mail",
)
"""Generators beside Plesk: one identifier for everybody, example UUIDs, TLS left out."""

EXCHANGE = profile(
    other(
        "com.apple.eas.account",
        2,
        EmailAddress="mary@contoso.example",
        UserName="mary@contoso.example",
        Host="outlook.office365.com",
        SSL=True,
        OAuth=True,
        MailNumberOfPastDaysToSync=31,
        SMIMESigningUserOverrideable=True,
        SMIMESigningCertificateUUIDUserOverrideable=True,
        SMIMEEncryptByDefaultUserOverrideable=True,
        SMIMEEncryptionCertificateUUIDUserOverrideable=True,
        SMIMEEnableEncryptionPerMessageSwitch=True,
    )
)
"""Exchange with web sign-in, as for Microsoft 365."""

GOOGLE = profile(
    other(
        "com.apple.google-oauth", 2, EmailAddress="mary@gmail.com", AccountName="Mary", AccountDescription="G"
    )
)
"""Google's payload."""

SHAPES = {
    "mailcow": MAILCOW,
    "mail-in-a-box": MAIL_IN_A_BOX,
    "mox": MOX,
    "fastmail": FASTMAIL,
    "apple": APPLE,
    "configurator": CONFIGURATOR,
    "plesk": PLESK,
    "exchange": EXCHANGE,
    "google": GOOGLE,
}
