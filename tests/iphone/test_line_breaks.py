from __future__ import annotations

import pytest

from mailferry.iphone.html import Html
from mailferry.iphone.language import LANGUAGES, language
from mailferry.iphone.line_breaks import with_mail_whole, with_soft_hyphens


@pytest.mark.parametrize(
    ("label", "broken"),
    [
        ("Zertifikatsvertrauenseinstellungen", "Zertifikats|vertrauens|einstellungen"),
        ("Ein Konfigurationsprofil laden", "Ein Konfigurations|profil laden"),
        ("VPN & Geräteverwaltung", "VPN & Geräteverwaltung"),
        ("Certificate Trust Settings", "Certificate Trust Settings"),
        ("", ""),
    ],
)
def test_long_words_may_be_broken_where_they_are_joined(label: str, broken: str) -> None:
    assert with_soft_hyphens(label).replace("\u00ad", "|") == broken


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_label_has_a_longer_piece_than_a_telephone_is_wide(lang: str) -> None:
    for label in language(lang).labels.values():
        assert max(map(len, with_soft_hyphens(label.text).replace("\u00ad", " ").split())) < 25, label.text


def test_labels_on_the_page_have_soft_hyphens_and_what_is_typed_has_none() -> None:
    long = "Zertifikatsvertrauenseinstellungen"
    assert Html(language("de")).label(long).count("\u00ad") == 2
    assert "\u00ad" not in Html(language("de")).typed(long)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("l’e-mail sur", "[l’e-mail] sur"),
        ("E-Mail-Adresse", "[E-Mail]-Adresse"),
        ("E-Mails kommen", "[E-Mail]s kommen"),
        ("(e-mail).", "([e-mail])."),
        ("<code>e-mail</code> e-mail", "<code>e-mail</code> [e-mail]"),
        ('<a href="https://x.test/e-mail">https://x.test/ e-mail</a>', None),
        ("e-mail@x.test, mum@e-mail.test, x.e-mail.test, e-mail.example.org", None),
    ],
)
def test_e_mail_is_whole_where_it_is_a_word(text: str, shown: str | None) -> None:
    marked = with_mail_whole(text).replace('<span class="whole">', "[").replace("</span>", "]")
    assert marked == (shown or text)
