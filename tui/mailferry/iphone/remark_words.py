"""What a remark says to people, in their language."""

from __future__ import annotations

import datetime
from functools import lru_cache

from mailferry.iphone.message import message
from mailferry.iphone.plain import plain
from mailferry.iphone.remark import Remark
from mailferry.model.account import Role


def said(remark: Remark, lang: str = "en") -> str:
    """Whole sentences on one line, as plain text: why it is so, then, of a refusal, what works instead.

    What no one has translated is said in English. Facts lose what could turn a line around or end it.
    """
    return _said(remark.code, remark.role, tuple(remark.facts.items()), lang)


@lru_cache(maxsize=256)  # a thousand accounts have much the same to be said of them
def _said(code: str, role: Role | None, stated: tuple[tuple[str, str], ...], lang: str) -> str:
    facts = {name: plain(value) for name, value in stated}
    if "day" in facts:
        facts["day"] = date_words(datetime.date.fromisoformat(facts["day"]), lang)
    parts = (message(f"preflight.{code}.{part}", lang) for part in ("why", "instead"))
    return " ".join(
        words for part in parts if part is not None and (words := plain(part.render(facts, role=role)))
    )


def date_words(day: datetime.date, lang: str = "en") -> str:
    """A day in words, as the language writes it; the computer's own locale has no say in it."""
    form = message("preflight.date.form", lang)
    months = message("preflight.date.months", lang)
    assert form is not None, "English has it"
    assert months is not None, "English has it"
    return form.render(day=day.day, month=months.render().split()[day.month - 1], year=day.year)
