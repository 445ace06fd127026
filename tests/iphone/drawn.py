"""Scenes to draw, built by hand: ordinary ones, and some that are as bad as they come."""

from __future__ import annotations

import datetime

import msgspec

from mailferry.iphone.language import Label, Language
from mailferry.iphone.remark import Remark
from mailferry.iphone.scene import Scene
from mailferry.iphone.sheet_values import Row, Screens
from mailferry.iphone.signer import Signer
from mailferry.iphone.way import way_through

ENGLISH = Language("en", {}, {})
LONGISH = Language(
    "de",
    {},
    {
        "Incoming Mail Server": Label("Server für eintreffende E-Mails", sure=False),
        "Outgoing Mail Server": Label("Server für ausgehende E-Mails", sure=False),
        "User Name": Label("Benutzername"),
        "Description": Label("Beschreibung"),
        "Add Mail Account": Label("Mail-Account hinzufügen"),
        "Install": Label("Installieren"),
        "Cancel": Label("Abbrechen", sure=False),
        "Certificate Trust Settings": Label("Zertifikatsvertrauenseinstellungen", sure=False),
        "VPN & Device Management": Label("VPN & Geräteverwaltung"),
    },
)
SIGNER = Signer(
    name="mail.example.org",
    issuer="Example CA",
    not_before=datetime.datetime(2026, 9, 1, tzinfo=datetime.UTC),
    not_after=datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC),
    fingerprint="sha256:00",
    trusted=True,
)


def scene(
    *,
    ios: int = 26,
    language: Language = ENGLISH,
    address: str = "mum@centurylink.net",
    title: str = "Mum",
    name: str = "Mary Example",
    host: str = "mail.centurylink.net",
    signer: Signer | None = None,
) -> Scene:
    """A scene as the sheet would hand it over."""
    password = Row("Password", "your password", "hint")
    servers = (Row("Host Name", host), Row("User Name", address), password)
    return Scene(
        title=title,
        address=address,
        name=name,
        provider="CenturyLink",
        button="Other",
        screens=Screens(
            new_account=(Row("Name", name), Row("Email", address), password, Row("Description", title)),
            kind="IMAP",
            incoming=servers,
            outgoing=servers,
            incoming_port=(
                Row("Use SSL", "on", "on"),
                Row("Authentication", "Password", "chosen"),
                Row("Server Port", "993"),
            ),
            outgoing_port=(
                Row("Use SSL", "off", "off"),
                Row("Authentication", "MD5 Challenge-Response", "chosen"),
                Row("Server Port", "587"),
            ),
            reference=(),
        ),
        password_words="your app-specific password",
        one_password=True,
        profile_name=f"{title} ({address})",
        way=way_through(ios, "en"),
        language=language,
        signer=signer,
        shown=(Remark(code="verified" if signer else "not-signed"),),
    )


HOSTILE = {
    "markup": scene(
        address='"><script>alert(1)</script>@x.test', title="]]><!--&amp;", name="<b onload='x'>&"
    ),
    "turned around": scene(address="\u202egpj.exe@x.test", title="אבא של דנה", name="محمد \u2067 \u200fعلي"),
    "long": scene(
        address="a.very.long.address.of.sixty.characters.in.all@department.of.mail.example.org",
        title="Die allerlängste Bezeichnung eines Postfachs, die sich jemand ausdenken könnte",
        name="W" * 120,
        host="m" * 63 + ".example.org",
        language=LONGISH,
    ),
    "odd": scene(address="\x00\x1b]0;x\x07@x.test", title="", name="👩‍👩‍👧‍👦" * 30, host="\ud800\ufffe"),
}


def but(scene: Scene, **changes: object) -> Scene:
    """A scene with some things otherwise."""
    return msgspec.structs.replace(scene, **changes)
