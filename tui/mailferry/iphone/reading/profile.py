"""Any configuration profile, signed or not, of any maker, read and looked over."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from mailferry.iphone.reading.certificate import CERTIFICATES, IDENTITY, read_certificate, read_identity
from mailferry.iphone.reading.exchange_account import read_exchange_account
from mailferry.iphone.reading.google_account import read_google_account
from mailferry.iphone.reading.held_to_schema import hold_to_schema
from mailferry.iphone.reading.identities import look_at_identities
from mailferry.iphone.reading.keys import Keys
from mailferry.iphone.reading.mail_account import read_mail_account
from mailferry.iphone.reading.other_payload import read_other_payload
from mailferry.iphone.reading.plist import parse_plist, refuse_giant
from mailferry.iphone.reading.quoting import quoted
from mailferry.iphone.reading.refused import RefusedProfileError
from mailferry.iphone.reading.report import OtherPayload, ProfileReport, ReadAccount
from mailferry.iphone.reading.signature import open_signature
from mailferry.iphone.reading.warning import Notes
from mailferry.iphone.reading.whole import look_at_names, look_at_whole

_ENROLMENT = "Profile Service"
"""PayloadType of a file that asks the device to report to a server and fetch its profile there."""


def read_profile(data: bytes, *, now: datetime.datetime) -> ProfileReport:
    """Explain a profile. Nothing is asked of the network, and no password is shown.

    Raises RefusedProfileError for what is no profile, or cannot be read safely.
    """
    refuse_giant(data)
    notes = Notes()
    content, signature = open_signature(data, notes, now=now)
    plist = parse_plist(content)
    if not isinstance(plist.value, dict):
        raise RefusedProfileError("it is a property list, but no dictionary; a profile is one")
    profile = Keys(plist.value)
    _refuse_other_lists(profile)
    for key in plist.doubled:
        notes.say("key-twice", f"{quoted(key)} stands twice in one dictionary; which one counts is not said.")
    payloads = tuple(_payloads(profile, notes))
    _look_over(profile, payloads, notes, now=now)
    accounts: list[ReadAccount] = []
    others: list[OtherPayload] = []
    for payload in payloads:
        read = _read_payload(payload, notes, signed=signature is not None, now=now)
        if isinstance(read, ReadAccount):
            accounts.append(read)
        else:
            others.append(read)
    look_at_names(profile, accounts, notes)
    return ProfileReport(
        kind=profile.text("PayloadType"),
        identifier=profile.text("PayloadIdentifier"),
        uuid=profile.text("PayloadUUID"),
        display_name=profile.text("PayloadDisplayName"),
        organization=profile.text("PayloadOrganization"),
        description=profile.text("PayloadDescription"),
        signature=signature,
        removal_date=profile.date("RemovalDate"),
        removal_disallowed=profile.switch("PayloadRemovalDisallowed") or False,
        consent=_texts(profile, "ConsentText"),
        accounts=tuple(accounts),
        other_payloads=tuple(others),
        warnings=notes.all(),
    )


def _refuse_other_lists(profile: Keys) -> None:
    """A property list may be anything: settings of an app, a provisioning profile, a lone payload."""
    if not ({"PayloadContent", "EncryptedPayloadContent"} & profile.values.keys()):
        if profile.type not in ("", "Configuration", _ENROLMENT):
            raise RefusedProfileError(
                f"it is a single payload ({quoted(profile.type)}); a profile holds payloads in PayloadContent"
            )
        if profile.type == "":
            raise RefusedProfileError("it is a property list, but no configuration profile")


def _payloads(profile: Keys, notes: Notes) -> Iterator[Keys]:
    content = profile.values.get("PayloadContent")
    if not isinstance(content, list) or profile.type == _ENROLMENT:
        return
    for place, value in enumerate(content):
        if isinstance(value, dict):
            yield Keys(value, place)
        else:
            notes.say(
                "not-a-profile-payload",
                "One of its payloads is no dictionary: an iPhone refuses the whole file.",
                place,
            )


def _look_over(profile: Keys, payloads: Sequence[Keys], notes: Notes, *, now: datetime.datetime) -> None:
    if profile.type == _ENROLMENT:
        _say_enrolment(profile, notes)
        return
    if "EncryptedPayloadContent" in profile.values:
        notes.say(
            "encrypted",
            "What it sets up is encrypted for a key that the device has already, so nobody else can read it.",
        )
        profile = Keys({"PayloadContent": [], **profile.values})
    elif not payloads and isinstance(profile.values.get("PayloadContent"), list):
        notes.say("nothing-inside", "It sets up nothing.")
    hold_to_schema(profile, ("TopLevel",), notes)
    for payload in payloads:
        hold_to_schema(payload, ("CommonPayloadKeys", payload.type), notes)
    look_at_identities(profile, payloads, notes)
    look_at_whole(profile, notes, now=now)


def _say_enrolment(profile: Keys, notes: Notes) -> None:
    url = Keys(profile.dictionary("PayloadContent")).text("URL")
    where = f" to {quoted(url)}" if url else ""
    notes.say(
        "enrolment",
        f"It sets up nothing itself: the device is to report who it is{where} and to fetch a profile there.",
    )


def _read_payload(
    keys: Keys, notes: Notes, *, signed: bool, now: datetime.datetime
) -> ReadAccount | OtherPayload:
    assert keys.payload is not None, "only the profile itself has no place"
    place = keys.payload
    match keys.type:
        case "com.apple.mail.managed":
            return read_mail_account(keys, place, notes, signed=signed)
        case "com.apple.eas.account":
            return read_exchange_account(keys, place, notes, signed=signed)
        case "com.apple.google-oauth":
            return read_google_account(keys, place, notes)
        case kind if kind in CERTIFICATES:
            return read_certificate(keys, place, notes, now=now)
        case kind if kind == IDENTITY:
            return read_identity(keys, place, notes)
    return read_other_payload(keys, place, notes, signed=signed)


def _texts(profile: Keys, key: str) -> Mapping[str, str]:
    return {name: text for name, text in profile.dictionary(key).items() if isinstance(text, str)}
