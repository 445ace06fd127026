from __future__ import annotations

import itertools
import re
from typing import get_args
from xml.etree import ElementTree

import pytest

from mailferry.iphone.drawing.draw import draw, screen_style
from mailferry.iphone.drawing.lettering import fit, width, wrap
from mailferry.iphone.language import LANGUAGES, language
from mailferry.iphone.scene import Scene
from mailferry.iphone.screen import ScreenName
from mailferry.iphone.signer import Signer
from mailferry.iphone.way import SUPPORTED_IOS
from tests.iphone.drawn import ENGLISH, HOSTILE, LONGISH, SIGNER, but, scene

SCREENS: tuple[ScreenName, ...] = get_args(ScreenName)
SVG = "{http://www.w3.org/2000/svg}"


def picture(name: ScreenName, seen: Scene) -> ElementTree.Element:
    return ElementTree.fromstring(draw(name, seen))


def words(drawn: ElementTree.Element) -> str:
    """All that is written on a picture, without the places where lines are broken."""
    return "".join("".join(text.itertext()) for text in drawn.iter(f"{SVG}text"))


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_is_drawn_for_every_version_and_language(name: ScreenName) -> None:
    for ios, code in itertools.product(SUPPORTED_IOS, LANGUAGES):
        drawn = picture(name, scene(ios=ios, language=language(code)))
        assert drawn.get("aria-label")
        assert drawn.get("role") == "img"


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_values_stay_values(kind: str, name: ScreenName) -> None:
    drawn = draw(name, HOSTILE[kind])
    elements = list(ElementTree.fromstring(drawn).iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= {
        "svg",
        "rect",
        "circle",
        "path",
        "text",
    }
    assert not any(name.startswith("on") or "href" in name for element in elements for name in element.attrib)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe]", drawn)
    assert "<script" not in drawn


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("seen", [scene(), scene(language=LONGISH, ios=15), *HOSTILE.values()])
def test_nothing_is_cut(seen: Scene, name: ScreenName) -> None:
    """Every mark lies inside the picture, even in a wide font."""
    drawn = picture(name, seen)
    *_, wide, high = map(float, drawn.get("viewBox", "").split())
    for text in drawn.iter(f"{SVG}text"):
        size, x = float(text.get("font-size", "")), float(text.get("x", ""))
        free = width(text.text or "", size, bold=text.get("font-weight") == "600") * 1.18
        length = float(text.get("textLength") or free)
        left = x - {"start": 0, "middle": length / 2, "end": length}[text.get("text-anchor", "start")]
        assert left >= 0, text.text
        assert left + length <= wide, text.text
        assert 0 < float(text.get("y", "")) < high
    for box in drawn.iter(f"{SVG}rect"):
        x, y = float(box.get("x", "")), float(box.get("y", ""))
        assert x >= 0
        assert x + float(box.get("width", "")) <= wide
        assert y >= 0
        assert y + float(box.get("height", "")) <= high


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("new-account", ("Mary Example", "mum@centurylink.net", "your password", "Mum")),
        ("incoming-server", ("mail.centurylink.net", "mum@centurylink.net", "IMAP", "POP")),
        ("outgoing-server", ("mail.centurylink.net", "mum@centurylink.net")),
        ("smtp-server", ("587", "MD5 Challenge-Response")),
        ("advanced", ("993", "Password")),
        ("profile-password", ("your app-specific password",)),
        ("profiles", ("Mum (mum@centurylink.net)",)),
        ("test-message", ("mum@centurylink.net",)),
    ],
)
def test_a_screen_holds_the_values_of_the_account(name: ScreenName, values: tuple[str, ...]) -> None:
    shown = words(picture(name, scene()))
    assert all(value in shown for value in values)


def test_long_values_are_broken_and_not_shortened() -> None:
    address = HOSTILE["long"].address
    assert address in words(picture("new-account", HOSTILE["long"]))
    assert address in words(picture("profile-password", HOSTILE["long"]))


def test_a_value_too_long_to_stand_beside_its_label_stands_below_it() -> None:
    drawn = picture("new-account", scene())
    label, value = (
        next(text for text in drawn.iter(f"{SVG}text") if text.text == words_)
        for words_ in ("Email", "mum@centurylink.net")
    )
    assert label.get("x") == value.get("x")
    assert float(label.get("y", "")) < float(value.get("y", ""))


@pytest.mark.parametrize("seen", [scene(), scene(language=LONGISH, ios=15), HOSTILE["long"]])
def test_letters_are_large_enough_for_paper(seen: Scene) -> None:
    """A picture is 46 mm wide there: then all its letters have 7 points at least."""
    for name in SCREENS:
        drawn = picture(name, seen)
        *_, wide, _ = map(float, drawn.get("viewBox", "").split())
        point = wide / (46 / 25.4 * 72)
        assert min(float(text.get("font-size", "")) for text in drawn.iter(f"{SVG}text")) >= 7 * point, name


@pytest.mark.parametrize("kind", ["Exchange Account", "Mail Account"])
def test_all_that_a_profile_contains_stands_in_one_line(kind: str) -> None:
    seen = but(scene(language=language("de")), contains=(kind, "Certificate"), signer=SIGNER)
    texts = list(picture("install-profile", seen).iter(f"{SVG}text"))
    found = {text.text: text for text in texts}
    first, second = found[seen.label(kind)], found["Zertifikat"]
    assert first.get("x") == second.get("x")
    assert first.get("text-anchor") == second.get("text-anchor")


def test_a_single_word_is_pressed_rather_than_broken() -> None:
    (word,) = fit("Zertifikatsvertrauenseinstellungen", 250, 16, least=14.5, bold=True).lines
    assert word == "Zertifikatsvertrauenseinstellungen"


def test_labels_are_those_of_the_language() -> None:
    assert "Benutzername" in words(picture("incoming-server", scene(language=LONGISH)))
    assert "User Name" in words(picture("incoming-server", scene(language=ENGLISH)))


@pytest.mark.parametrize(
    ("seen", "words_", "colour"),
    [(scene(), "Not Signed", "r"), (scene(signer=SIGNER), "Verified ✓", "k")],
)
def test_what_the_phone_says_of_the_signature(seen: Scene, words_: str, colour: str) -> None:
    drawn = picture("install-profile", seen)
    (text,) = (text for text in drawn.iter(f"{SVG}text") if text.text == words_)
    assert text.get("class") == colour
    assert (SIGNER.name in words(drawn)) == (seen.signer is not None)


def test_what_is_in_the_profile_is_named() -> None:
    exchange = but(scene(), contains=("Exchange Account", "Certificate"))
    shown = words(picture("install-profile", exchange))
    assert "Exchange Account" in shown
    assert "Certificate" in shown
    assert "Mail Account" not in shown


@pytest.mark.parametrize("signer", [None, SIGNER])
def test_a_private_authority_is_warned_of_by_name(signer: Signer | None) -> None:
    private = but(scene(signer=signer), authorities=("Firm CA",))
    warning = words(picture("not-signed", private))
    assert "Root Certificate" in warning
    assert "Firm CA" in warning
    assert "Warning" in warning
    assert "Firm CA" in words(picture("certificate-trust", private))
    assert "Root Certificate" not in words(picture("not-signed", scene()))


def test_a_file_is_tapped_without_safaris_question() -> None:
    tapped = picture("profile-tapped", scene())
    assert (tapped.get("aria-label") or "").endswith(" → Close")
    assert "This website" not in words(tapped)


def test_switches_are_as_the_account_wants_them() -> None:
    def on(name: ScreenName) -> list[str | None]:
        return [
            box.get("class")
            for box in picture(name, scene()).iter(f"{SVG}rect")
            if box.get("class") in ("s", "u")
        ]

    assert on("smtp-server") == ["s", "u"]
    assert on("advanced") == ["s"]


def test_what_is_tapped_has_a_ring_and_is_said_aloud() -> None:
    drawn = picture("add-account", but(scene(), button="Google"))
    assert (drawn.get("aria-label") or "").endswith(" → Google")
    (ring,) = (box for box in drawn.iter(f"{SVG}rect") if box.get("class") == "o")
    (google,) = (text for text in drawn.iter(f"{SVG}text") if text.text == "Google")
    top = float(ring.get("y", ""))
    assert top < float(google.get("y", "")) < top + float(ring.get("height", ""))


def test_other_is_found_before_the_mail_account() -> None:
    drawn = picture("add-other", but(scene(), button="Google"))
    assert (drawn.get("aria-label") or "").endswith(" → Add Mail Account")
    assert "Google" not in words(drawn)


def test_all_screens_together_are_small() -> None:
    assert sum(len(draw(name, scene()).encode()) for name in SCREENS) < 60_000


def test_the_style_is_dark_on_a_screen_only() -> None:
    assert screen_style().count("prefers-color-scheme:dark") == 1
    assert "@media screen and (prefers-color-scheme:dark)" in screen_style()
    assert not re.search(r"url\(|@import|</", screen_style())


def test_words_break_at_blanks_and_then_behind_dots() -> None:
    assert wrap("one two", 30, 10) == ["one", "two"]
    assert wrap("mail.example.org", 45, 10) == ["mail.", "example.", "org"]
    assert "".join(wrap("x" * 40, 50, 10)) == "x" * 40
    assert wrap("", 30, 10) == [""]


def test_text_shrinks_before_it_breaks() -> None:
    short, smaller, broken = (fit(text, 100, 16, least=12) for text in ("abc", "a" * 14, "a" * 30))
    assert (short.size, short.squeeze) == (16, (None,))
    assert 12 < smaller.size < 16
    assert len(smaller.lines) == 1
    assert smaller.squeeze[0] is not None
    assert broken.size == 12
    assert len(broken.lines) == 2


def test_what_takes_no_room_and_what_takes_much() -> None:
    assert width("e\u0301", 10) == width("e", 10)
    assert width("漢字", 10) == 20
