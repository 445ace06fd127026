"""The message that a profile and its instructions are sent with, in the person's language."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from mailferry.iphone.plain import plain
from mailferry.iphone.sheet_words import sheet_environment


class CoveringLetter(msgspec.Struct, frozen=True):
    """Plain text; the subject is one line."""

    subject: str
    text: str


def covering_letter(
    lang: str, *, title: str, sender: str, profile: str | None, sheet: str | None
) -> CoveringLetter:
    """What to do with the attachments: `profile` and `sheet` are their file names, where there is such a one.

    `title` is what the account is called, `sender` who sends it. `lang` is one of `language.LANGUAGES`.
    """
    environment = sheet_environment("text", lang)
    facts = {
        "title": plain(title),
        "sender": plain(sender),
        "profile": profile,
        "sheet": sheet,
        "seen": set[str](),
    }
    parts = [
        environment.get_template(f"mail.{part}").render(facts).strip("\n") for part in _parts(profile, sheet)
    ]
    subject = environment.get_template("mail.subject").render(facts)
    return CoveringLetter(plain(subject), "\n\n".join(parts) + "\n")


def _parts(profile: str | None, sheet: str | None) -> Iterator[str]:
    yield "greeting"
    if profile is not None:
        yield "profile"
    if sheet is not None:
        yield "sheet" if profile is not None else "sheet-only"
    yield "password"
    yield "unexpected"
