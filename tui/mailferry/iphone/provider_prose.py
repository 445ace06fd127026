"""What a provider's file says in sentences, in the language of a sheet where somebody has translated it."""

from __future__ import annotations

import msgspec

from mailferry.model.provider import Translation
from mailferry.model.recommendation import Recommendation


class Prose(msgspec.Struct, frozen=True):
    """A text of the provider's, and whether it is in English although the sheet is not."""

    words: str
    in_english: bool


class ProviderProse(msgspec.Struct, frozen=True, kw_only=True):
    """The sentences of a provider's file; None where it has nothing to say."""

    notice: Prose | None
    iphone_note: Prose | None
    sign_in_note: Prose | None
    before: tuple[str, ...]
    before_in_english: bool


def provider_prose(recommendation: Recommendation, lang: str) -> ProviderProse:
    """The sentences in a language, and in English where nobody has translated them."""
    by_language = {str(code): translation for code, translation in recommendation.translations.items()}
    translated = by_language.get(lang, Translation())
    iphone_note, sign_in = recommendation.iphone.note, recommendation.sign_in
    return ProviderProse(
        notice=_prose(recommendation.notice, translated.notice, lang),
        iphone_note=_prose(iphone_note, translated.iphone_note, lang),
        sign_in_note=_prose(sign_in.note, translated.sign_in_note, lang),
        before=translated.before or sign_in.before,
        before_in_english=lang != "en" and bool(sign_in.before) and not translated.before,
    )


def _prose(english: str | None, translated: str | None, lang: str) -> Prose | None:
    if not english:
        return None
    return Prose(translated or english, in_english=lang != "en" and not translated)
