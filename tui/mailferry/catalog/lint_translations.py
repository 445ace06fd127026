"""Whether what a provider file says in other languages is what it says in English."""

from __future__ import annotations

from collections.abc import Iterator

from mailferry.model.problem import Problem
from mailferry.model.provider import Provider


def translation_problems(provider: Provider) -> Iterator[Problem]:
    """Translations with another number of steps, or of sentences that the file does not have."""
    originals = {
        "notice": provider.notice,
        "sign_in_note": provider.sign_in.note,
        "iphone_note": provider.iphone.note,
    }
    steps = len(provider.sign_in.before)
    for lang, translation in provider.translations.items():
        at = f"translations.{lang}"
        translated = len(translation.before)
        if translated not in (0, steps):
            yield Problem(
                key=f"{at}.before", message=f"has {translated} steps, and sign_in.before has {steps}"
            )
        for name, original in originals.items():
            if getattr(translation, name) and not original:
                yield Problem(key=f"{at}.{name}", message="is a translation of something that is not there")
