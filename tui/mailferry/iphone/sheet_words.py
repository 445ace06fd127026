"""How a sheet's templates find their words: messages and labels in one language, values in one form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from mailferry.iphone.forms import FORMS, Form
from mailferry.iphone.language import Language, language
from mailferry.iphone.plain import plain
from mailferry.iphone.sheet_form import SheetForm, Shown

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.runtime import Context


@cache
def sheet_environment(form: Form, lang: str) -> Environment:
    """The structure templates and the messages of a language, whose values are all given the form's shape.

    A template puts in a message with `say(name, **facts)`; a message knows what the template knows. Filters:
    `label` for what stands on the iPhone's screen, `named` for a label before a value, `onscreen` for what is
    there in every language, `typed` for what is typed exactly so, `link` for a web page, `raw` for what a
    form reads itself. Whatever uses `label` or `named` wants a `seen` set in its context.
    """
    from jinja2 import ChoiceLoader, DictLoader, Environment, PackageLoader, StrictUndefined, pass_context

    words = language(lang)
    style = FORMS[form](words)

    def finalize(value: object) -> Shown:
        return value if isinstance(value, Shown) else style.words(str(value))

    def say(context: Context, name: str, **facts: object) -> Shown:
        rendered = environment.get_template(name).render({**context.get_all(), **facts})
        return Shown(re.sub(r"[ \n]+", " ", rendered).strip())

    def label(context: Context, english: str | Sequence[str]) -> Shown:
        if isinstance(english, str):
            text, beside = _translated(words, english, context["seen"])
            return Shown(style.label(text) + (f" ({style.words(beside)})" if beside else ""))
        return style.label([_joined(*_translated(words, each, context["seen"])) for each in english])

    def named(context: Context, english: str) -> Shown:
        return style.words(_joined(*_translated(words, english, context["seen"])))

    environment = Environment(
        loader=ChoiceLoader([DictLoader(words.messages), PackageLoader("mailferry.iphone", "templates")]),
        autoescape=False,  # noqa: S701  not HTML: `finalize` takes the power over the form from every value
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=-1,
    )
    environment.filters.update(
        label=pass_context(label),
        named=pass_context(named),
        onscreen=style.label,
        typed=style.typed,
        link=style.link,
        raw=lambda text: Shown(plain(text)),
        capitalised=lambda text: Shown(text[:1].upper() + text[1:]),
    )
    environment.globals["say"] = pass_context(say)
    environment.globals["emphasis"] = _emphasis(style, words)
    return environment


def _translated(words: Language, english: str, seen: set[str]) -> tuple[str, str]:
    """A label in the language and, the first time only, the English one if the translation is not sure."""
    known = words.label(english)
    first = english not in seen
    seen.add(english)
    beside = english if first and not known.sure and known.text != english else ""
    return known.text, beside


def _joined(text: str, beside: str) -> str:
    return f"{text} ({beside})" if beside else text


def _emphasis(style: SheetForm, words: Language) -> Shown:
    """How labels stand out, in words for the reader."""
    return style.words(words.messages[f"words.emphasis-{style.emphasis}"])
