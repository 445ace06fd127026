"""The screens that are met with a profile, from the download to its removal."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mailferry.iphone.drawing.parts import (
    Bar,
    BottomButton,
    Card,
    Digits,
    Greeking,
    Group,
    LargeTitle,
    Owner,
    Part,
    Question,
    Row,
    Screen,
    Tone,
    Words,
)
from mailferry.iphone.scene import Scene
from mailferry.iphone.screen import ScreenName

_UNKNOWN = Row()


def _download(scene: Scene) -> Screen:
    question = "This website is trying to download a configuration profile. Do you want to allow this?"
    allow = scene.label("Allow")
    return Screen(None, (Question(scene.label(question), (scene.label("Ignore"), allow), allow), Greeking(2)))


def _tapped(scene: Scene) -> Screen:
    close = scene.label("Close")
    return Screen(None, (Question(scene.label("Profile Downloaded"), (close,), close), Greeking(2)))


def _downloaded(scene: Scene) -> Screen:
    row = Row(scene.label("Profile Downloaded"), tap=True)
    return Screen(
        None, (LargeTitle(scene.label("Settings")), Owner(scene.name), Group((row,)), Group((_UNKNOWN,)))
    )


def _profiles(scene: Scene) -> Screen:
    *_, before, title = scene.way.profiles
    waiting = Group((Row(scene.profile_name, tap=True),), heading=scene.label("Downloaded Profile"))
    return Screen(Bar(scene.label(title), back=scene.label(before)), (Group((_UNKNOWN,)), waiting))


def _install(scene: Scene) -> Screen:
    status, tone = _status(scene)
    signed = Row(scene.label("Signed by"), scene.signer.name if scene.signer else status, "shows", tone=tone)
    rows = [signed]
    if scene.signer:
        rows.append(Row("", status, "shows", tone=tone))
    first, *others = map(scene.label, scene.contains)
    rows.append(Row(scene.label("Contains"), first, "shows"))
    rows += [Row("", other, "shows") for other in others]
    bar = Bar(scene.label("Install Profile"), left=scene.label("Cancel"), right=scene.label("Install"))
    return Screen(bar, (_head(scene), Group(tuple(rows))))


def _status(scene: Scene) -> tuple[str, Tone]:
    """What the iPhone says of the signature, and in which colour."""
    codes = {remark.code for remark in scene.shown}
    if "verified" in codes:
        return f"{scene.label('Verified')} ✓", "good"
    if "not-verified" in codes:
        return scene.label("Not Verified"), "bad"
    return scene.label("Not Signed"), "bad"


def _passcode(scene: Scene) -> Screen:
    bar = Bar(scene.label("Enter Passcode"), right=scene.label("Cancel"), tap=False)
    return Screen(bar, (Digits(),))


def _consent(scene: Scene) -> Screen:
    bar = Bar(scene.label("Consent"), left=scene.label("Cancel"), right=scene.label("Next"))
    return Screen(bar, (Words(scene.organization, "quiet"), Greeking(4)))


def _warning(scene: Scene) -> Screen:
    bar = Bar(scene.label("Warning"), left=scene.label("Cancel"), right=scene.label("Install"))
    status, tone = _status(scene)
    parts: list[Part] = [Words(status, tone), Greeking(2)]
    for authority in scene.authorities:
        parts += [Words(scene.label("Root Certificate"), "bad"), Words(authority), Greeking(1)]
    if tone == "good" and not scene.authorities:
        bar = Bar(scene.label("Install Profile"), left=scene.label("Cancel"), right=scene.label("Install"))
    then = Screen(None, (BottomButton(scene.label("Install")),))
    return Screen(bar, tuple(parts), then)


def _password(scene: Scene) -> Screen:
    bar = Bar(scene.label("Enter Password"), left=scene.label("Cancel"), right=scene.label("Next"))
    field = Row(scene.label("Password"), scene.password_words, "hint")
    return Screen(bar, (Group((field,), heading=scene.address),))


def _name(scene: Scene) -> Screen:
    bar = Bar(scene.label("Full Name"), left=scene.label("Cancel"), right=scene.label("Next"))
    (row,) = (row for row in scene.screens.new_account if row.label == "Name")
    field = Row(scene.label("Name"), row.value, "hint" if row.how == "hint" else "field")
    return Screen(bar, (Group((field,), heading=scene.address),))


def _installed(scene: Scene) -> Screen:
    bar = Bar(scene.label("Profile Installed"), right=scene.label("Done"))
    return Screen(bar, (_head(scene),))


def _trust(scene: Scene) -> Screen:
    bar = Bar(scene.label("Certificate Trust Settings"), back=scene.label("About"))
    switches = [Row(authority, "", "switch-on", tap=True) for authority in scene.authorities]
    heading = scene.label("Enable Full Trust for Root Certificates")
    return Screen(bar, (Group(tuple(switches), heading=heading),))


def _remove(scene: Scene) -> Screen:
    *_, title = scene.way.profiles
    remove = Row(scene.label("Remove Profile"), kind="destroys", tap=True)
    return Screen(Bar(scene.label("Profile"), back=scene.label(title)), (_head(scene), Group((remove,))))


def _head(scene: Scene) -> Card:
    return Card(scene.profile_name, scene.organization)


PROFILE_SCREENS: Mapping[ScreenName, Callable[[Scene], Screen]] = {
    "profile-download": _download,
    "profile-tapped": _tapped,
    "profile-downloaded": _downloaded,
    "profiles": _profiles,
    "install-profile": _install,
    "passcode": _passcode,
    "consent": _consent,
    "not-signed": _warning,
    "profile-password": _password,
    "profile-name": _name,
    "profile-installed": _installed,
    "certificate-trust": _trust,
    "remove-profile": _remove,
}
