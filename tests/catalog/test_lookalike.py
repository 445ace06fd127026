"""Domains written to be taken for another are warned of, honest ones in any script are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lookalike import look_alike
from mailferry.catalog.lookup import look_up
from mailferry.model.address import domain_to_ascii, parse_address
from tests.catalog.sources import SHIPPED


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return Catalogue(SHIPPED, None)


@pytest.mark.parametrize(
    ("typed", "imitated"),
    [
        ("gm\u0430il.com", "gmail.com"),  # a Cyrillic а
        ("\u0440aypal.com", None),  # a Cyrillic р, before a name that no file lists
        ("\u0443\u0430\u04bb\u043e\u043e.com", "yahoo.com"),  # Cyrillic throughout, and it reads as Yahoo's
        ("\u03bfutlook.com", "outlook.com"),  # a Greek ο
        ("iclo\u057d\u0501.com", "icloud.com"),  # Armenian and Cyrillic
        ("gma\u0131l.com", "gmail.com"),  # a Turkish ı without its dot
        ("gm\u00e4il.com", "gmail.com"),
        ("post\u00e9o.de", "posteo.de"),
        ("mail.\u0440osteo.de", None),
        ("GM\u0410IL.com", "gmail.com"),
    ],
)
def test_what_looks_like_another(shipped: Catalogue, typed: str, imitated: str | None) -> None:
    domain = domain_to_ascii(typed)
    warning = look_alike(domain, shipped)
    assert warning is not None
    assert domain in warning
    assert typed.lower() in warning
    assert imitated is None or f"looks like {imitated}" in warning
    assert imitated is not None or "mixes" in warning


@pytest.mark.parametrize(
    "honest",
    [
        "gmail.com",
        "bücher.example",
        "größe.example",
        "почта.рф",
        "пример.example",
        "\u0433\u043c\u0445.net",  # Cyrillic throughout, and it reads as nobody's
        "δοκιμή.example",
        "日本語.jp",
        "ニッポンtv.jp",
        "みんなの.example",
        "한국어.kr",
        "中文ab.example",
        "مثال.example",
        "हिन्दी.example",
        "łódź.example",
        "øre.example",
        "xn--a.example",
        "xn--zzzzzzzzzz999999.example",
    ],
)
def test_honest_domains(shipped: Catalogue, honest: str) -> None:
    assert look_alike(domain_to_ascii(honest), shipped) is None


def test_which_letter_is_foreign_is_said(shipped: Catalogue) -> None:
    warning = look_alike(domain_to_ascii("gm\u0430il.com"), shipped) or ""
    assert "“\u0430” is Cyrillic" in warning
    assert "xn--gmil-63d.com" in warning


def test_a_domain_that_a_file_lists_is_nobodys_imitation(tmp_path: Path) -> None:
    (tmp_path / "firm.toml").write_text('name = "Firm"\ndomains = ["gmäil.com"]\n', encoding="utf-8")
    found = look_up(Catalogue(SHIPPED, tmp_path), parse_address("joe@gmäil.com"))
    assert (found.how, found.warnings) == ("own", ())


@pytest.mark.parametrize("address", ["joe@gm\u0430il.com", "joe@xn--gmil-63d.com"])
def test_a_look_up_says_it_first(shipped: Catalogue, address: str) -> None:
    found = look_up(shipped, parse_address(address))
    assert (found.how, found.provider) == ("none", None)
    assert "looks like gmail.com" in found.warnings[0]
    named = look_up(shipped, parse_address(address), "fastmail")
    assert (named.provider, named.warnings[0]) == ("fastmail", found.warnings[0])
