"""What was handed over for iPhones, as lines for people and as JSON."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mailferry.cli.output import paragraph

if TYPE_CHECKING:
    from mailferry.phones import Phone, PhoneProfile
    from mailferry.store.given import Given

_LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}


def phone_lines(phone: Phone) -> Iterator[str]:
    """One iPhone: its profiles, and what is to be done about them."""
    ios = f"iOS {phone.ios}" if phone.ios else None
    known = [each for each in (ios, _LANGUAGES.get(phone.language or "")) if each]
    yield f"{phone.name} ({', '.join(known)})" if known else phone.name
    if not phone.profiles:
        yield "  nothing handed over yet"
    for profile in phone.profiles:
        yield from _profile_lines(profile)
    if phone.twice:
        yield paragraph(
            f"Note: two of these profiles set up {', '.join(phone.twice)}. If both are installed, remove one"
            " from the iPhone.",
            2,
            hang=2,
        )


def phone_document(phone: Phone) -> dict[str, Any]:
    """One iPhone for scripts."""
    return {
        "name": phone.name,
        "person": phone.person,
        "ios": phone.ios,
        "language": phone.language,
        "needs_profile": phone.needs_profile,
        "profiles": [_profile_document(profile) for profile in phone.profiles],
        "twice": phone.twice,
    }


def _profile_lines(profile: PhoneProfile) -> Iterator[str]:
    given = profile.given
    yield f"  {given.profile.name}, version {given.version}"
    yield paragraph(_how(given), 4, hang=2)
    yield f"    {given.profile.identifier}"
    for reason in profile.reasons:
        yield paragraph(f"! {reason.text}", 4, hang=2)


def _how(given: Given) -> str:
    from mailferry.phones import handed_over

    profile = given.profile
    sentences = [f"{handed_over(given)} on {given.when.astimezone():%-d %B %Y, %H:%M}"]
    if profile.signer is not None:
        sentences.append(f"signed by {profile.signer.name}, until {_day(profile.signer.lapses)}")
    if profile.remove_on is not None:
        sentences.append(f"vanishes on {_day(profile.remove_on)}")
    if profile.with_password:
        sentences.append("with the passwords in it")
    return "; ".join(sentences)


def _profile_document(profile: PhoneProfile) -> dict[str, Any]:
    given = profile.given
    return {
        "identifier": given.profile.identifier,
        "name": given.profile.name,
        **_version(given),
        "signer": given.profile.signer,
        "remove_on": given.profile.remove_on,
        "with_password": given.profile.with_password,
        "accounts": _accounts(given),
        "changes": profile.changes,
        "reasons": profile.reasons,
        "earlier": [_version(each) for each in profile.earlier],
    }


def _version(given: Given) -> dict[str, Any]:
    return {"version": given.version, "when": given.when, "way": given.way, "to": given.to}


def _accounts(given: Given) -> Sequence[dict[str, str]]:
    return [{"account": each.id, "address": each.address} for each in given.profile.accounts]


def _day(day: datetime.date) -> str:
    return f"{day:%-d %B %Y}"
