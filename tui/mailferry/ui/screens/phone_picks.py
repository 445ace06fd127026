"""What there is to pick from about an iPhone."""

from __future__ import annotations

from mailferry.model.config import Language

IOS: dict[int, str] = {version: str(version) for version in (15, 16, 17, 18, 26)}
"""Versions with instructions. Between 18 and 26 there is none: Apple went over to the year."""

LANGUAGES: dict[Language, str] = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
"""Languages with instructions, each by its own name."""

NEWEST = 26

IOS_OR_UNKNOWN: dict[int | None, str] = {None: "not known"} | dict(IOS.items())
LANGUAGE_OR_UNKNOWN: dict[Language | None, str] = {None: "not known"} | dict(LANGUAGES.items())
