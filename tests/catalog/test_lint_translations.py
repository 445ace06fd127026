from __future__ import annotations

from mailferry.catalog.lint_translations import translation_problems
from mailferry.model.provider import IPhone, Provider, SignIn, Translation


def problems(translation: Translation) -> list[tuple[str | None, str]]:
    provider = Provider(
        name="Quay",
        sign_in=SignIn(before=("One.", "Two.")),
        iphone=IPhone(note="A note."),
        translations={"de": translation},
    )
    return [(problem.key, problem.message) for problem in translation_problems(provider)]


def test_a_whole_translation_and_one_with_parts_left_out_are_well() -> None:
    assert problems(Translation(before=("Eins.", "Zwei."), iphone_note="Eine Notiz.")) == []
    assert problems(Translation()) == []


def test_another_number_of_steps_is_told() -> None:
    assert problems(Translation(before=("Eins.",))) == [
        ("translations.de.before", "has 1 steps, and sign_in.before has 2")
    ]


def test_a_translation_of_nothing_is_told() -> None:
    assert [key for key, _ in problems(Translation(notice="Achtung.", sign_in_note="Notiz."))] == [
        "translations.de.notice",
        "translations.de.sign_in_note",
    ]
