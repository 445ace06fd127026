from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, meta, nodes

import mailferry.iphone
from mailferry.iphone.language import LANGUAGES, Label, language

IPHONE = Path(mailferry.iphone.__path__[0])
TRANSLATED = LANGUAGES[1:]
ENVIRONMENT = Environment(autoescape=False)
ENVIRONMENT.filters.update(dict.fromkeys(("label", "typed", "link", "onscreen", "named", "raw"), str))


@cache
def parsed(lang: str, name: str) -> nodes.Template:
    return ENVIRONMENT.parse(language(lang).messages[name])


def labels_in(template: nodes.Template) -> set[str]:
    """The English labels that a message names itself."""
    return {
        each.node.value
        for each in template.find_all(nodes.Filter)
        if each.name == "label" and isinstance(each.node, nodes.Const)
    }


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_language_has_the_same_messages(lang: str) -> None:
    assert set(language(lang).messages) == set(language("en").messages)


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_message_tells_the_same_facts_in_every_language(lang: str) -> None:
    for name in language("en").messages:
        english, translated = parsed("en", name), parsed(lang, name)
        assert meta.find_undeclared_variables(translated) == meta.find_undeclared_variables(english), name
        assert labels_in(translated) == labels_in(english), name


@pytest.mark.parametrize("lang", TRANSLATED)
def test_what_stands_on_the_screen_is_translated(lang: str) -> None:
    known = language(lang).labels
    wanted = {label for name in language("en").messages for label in labels_in(parsed("en", name))}
    assert {label for label in wanted if label not in known} <= {"iCloud", "IMAP", "POP", "SMTP"}


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_language_names_the_same_labels(lang: str) -> None:
    assert set(language(lang).labels) == set(language("de").labels)


def test_a_label_that_nobody_has_translated_is_english_and_not_sure() -> None:
    assert language("de").label("Some New Label") == Label("Some New Label", sure=False)
    assert language("en").label("Some New Label") == Label("Some New Label", sure=True)


def test_no_message_of_the_sheets_is_unused_and_none_is_missing() -> None:
    source = "\n".join(
        path.read_text(encoding="utf-8") for path in [*IPHONE.glob("templates/*.j2"), *IPHONE.rglob("*.py")]
    )
    for name in language("en").messages:
        if not name.startswith(("sheet.", "ways.", "afterwards.", "leaving.", "words.", "profile.")):
            continue
        short = name.rpartition(".")[2]
        assert name in source or re.search(COMPOSED.get(name.rpartition(".")[0], "(?!)"), source), short
    for template in IPHONE.glob("templates/*.j2"):
        for said in re.findall(r'"((?:sheet|ways|afterwards|leaving)\.[\w.-]*\w)"', template.read_text()):
            assert said.endswith(".j2") or said in language("en").messages, said


COMPOSED = {
    "sheet.before": r'"sheet\.before\.page-" ~',
    "sheet.settings": r'"sheet\.settings\." ~',
    "ways.icloud": r'"ways\." ~',
    "ways.button": r'"ways\." ~',
    "ways.by-hand": r'"ways\." ~',
    "ways.profile": r'"ways\." ~',
    "words": r"words\.\{name\}",
}
"""Tables of which a template or a module puts a name together."""
