"""What iPhones have been given, written out as lines."""

from __future__ import annotations

from mailferry.phones import Phone, PhoneProfile, handed_over
from mailferry.store.given import Given
from mailferry.ui.screens.phone_picks import LANGUAGES
from mailferry.ui.spans import EMPTY, Line, Span, Tone, marked, said, spread, wrapped


def state_of(phone: Phone) -> tuple[str, str, Tone]:
    """Sign, words and tone for how an iPhone is doing."""
    if not phone.profiles:
        return "·", "nothing handed over yet", "dim"
    if phone.needs_profile:
        return "!", "needs a new profile", "warn"
    return "✓", "up to date", "good"


def phone_row(phone: Phone, width: int) -> Line:
    """One line for an iPhone: whose, which, how it is doing."""
    glyph, words, tone = state_of(phone)
    which = f"  iOS {phone.ios}" if phone.ios is not None else ""
    left = (Span(f" {glyph} ", tone), said(phone.name), Span(which, "dim"))
    return spread(left, (Span(f"{words} ", tone),), width)


def phone_lines(phone: Phone, width: int) -> list[Line]:
    """All that is known of one iPhone."""
    language = next((name for code, name in LANGUAGES.items() if code == phone.language), "not known")
    ios = phone.ios if phone.ios is not None else "not known"
    lines: list[Line] = wrapped(f"The iPhone of {phone.name}", width, "accent")
    lines.append((Span("iOS ", "dim"), said(ios), Span("   language ", "dim"), said(language)))
    for address in phone.twice:
        lines += wrapped(f"{address} is in two of these profiles: twice on it, if both are installed.", width)
    for profile in phone.profiles:
        lines += [EMPTY, *_profile(profile, width)]
    if not phone.profiles:
        lines += [EMPTY, *wrapped("Nothing has been handed over for it from here.", width, "dim")]
    return lines


def _profile(profile: PhoneProfile, width: int) -> list[Line]:
    given = profile.given
    accounts = ", ".join(account.address for account in given.profile.accounts)
    lines: list[Line] = wrapped(f"{given.profile.name}, version {given.version}", width, "bold")
    lines += wrapped(f"with {accounts}", width)
    for each in (given, *reversed(profile.earlier[-2:])):
        lines += wrapped(_handed(each), width, "dim")
    if given.profile.with_password:
        lines += wrapped("The password stands in it.", width, "warn")
    signer = given.profile.signer
    if signer is not None:
        lines += wrapped(f"signed by {signer.name}, until {signer.lapses:%-d %B %Y}", width, "dim")
    if given.profile.remove_on is not None:
        lines += wrapped(f"vanishes on {given.profile.remove_on:%-d %B %Y}", width, "dim")
    for reason in profile.reasons:
        lines += marked(reason.text, width, "warn", mark="! ")
    if profile.changes:
        lines.append((Span("Given again now, it would change:", "dim"),))
        for change in profile.changes:
            lines += marked(change.text, width, "accent", mark="→ ")
    return lines


def _handed(given: Given) -> str:
    return f"version {given.version}, {given.when.astimezone():%-d %B %Y %H:%M}, {handed_over(given)}"
