from __future__ import annotations

import datetime
import itertools
import re
from typing import Any

import pytest

from mailferry.iphone.html import Html
from mailferry.iphone.language import LANGUAGES, language
from mailferry.iphone.sheet import leaving, sheets
from mailferry.iphone.way import SUPPORTED_IOS
from mailferry.model.account import Account, OwnIncoming, OwnOutgoing
from tests.iphone.page import Page, parsed
from tests.iphone.seeds import CENTURYLINK, SEEDS, profile_account

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
LINK = "https://192.168.1.20:8443/aB3dE5fG7hJ9kL1mN3pQ5rS7"
CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page(*seeds: str, **wishes: Any) -> Page:
    accounts = [SEEDS[seed] for seed in seeds or ("centurylink",)]
    return parsed(sheets(accounts, form="html", now=NOW, person="Mum", **wishes))


def hostile(**stated: Any) -> str:
    account = Account(
        **{
            "address": "mum@centurylink.net",
            "incoming": OwnIncoming(username=stated.pop("username", None)),
            "outgoing": OwnOutgoing(host=stated.pop("host", None)),
            **stated,
        }
    )
    person = stated.get("name")
    return sheets([profile_account(account, CENTURYLINK)], form="html", now=NOW, person=person)


@pytest.mark.parametrize("seed", SEEDS)
def test_pages_are_balanced_in_every_language_and_version(seed: str) -> None:
    for lang, ios in itertools.product(LANGUAGES, SUPPORTED_IOS):
        seen = page(seed, lang=lang, ios=ios)
        assert seen.doctype == "DOCTYPE html"
        assert seen.named("html")[0].attributes["lang"] == lang
        (gone,) = parsed(leaving([SEEDS[seed]], form="html", now=NOW, lang=lang, ios=ios)).named("h1")
        assert gone.text


@pytest.mark.parametrize("seeds", [("centurylink",), tuple(SEEDS)])
def test_nothing_is_loaded_from_anywhere(seeds: tuple[str, ...]) -> None:
    seen = page(*seeds, install_url=LINK)
    assert not seen.named("script", "link", "img", "iframe", "object", "form", "base", "image", "use")
    for element in seen.elements:
        assert "src" not in element.attributes
        assert "style" not in element.attributes
        assert not any(name.startswith("on") for name in element.attributes)
        href = element.attributes.get("href", "#")
        assert href.startswith(("#", "https://")), href
    (style,) = seen.named("style")
    assert not re.search(r"url\(|@import|expression|\\", style.text)
    (policy,) = (meta for meta in seen.named("meta") if "http-equiv" in meta.attributes)
    assert policy.attributes["http-equiv"] == "Content-Security-Policy"
    assert policy.attributes["content"].startswith(CONTENT_POLICY)


@pytest.mark.parametrize("seeds", [("centurylink",), ("msn",), ("icloud",), tuple(SEEDS)])
def test_headings_are_in_order(seeds: tuple[str, ...]) -> None:
    levels = [int(heading.name[1]) for heading in page(*seeds).named("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_picture_has_words_and_every_step_its_number() -> None:
    seen = page(*SEEDS)
    pictures = [svg for svg in seen.named("svg") if svg.attributes["class"] == "screen"]
    assert len(pictures) > 10
    assert all(svg.attributes["aria-label"] and svg.attributes["role"] == "img" for svg in pictures)
    steps = seen.of_class("step")
    assert steps
    assert all(step.attributes["value"].isdigit() for step in steps)


def test_a_page_is_small() -> None:
    everything = sheets(list(SEEDS.values()), form="html", now=NOW, person="Mum")
    assert everything.count('<svg xmlns="http://www.w3.org/2000/svg" class="screen"') > 12
    assert len(everything.encode()) < 300_000


MARKUP = "\"><script>alert(1)</script><b onload='x'>&amp;"


@pytest.mark.parametrize("field", ["name", "label", "username", "host"])
@pytest.mark.parametrize(
    "value",
    [
        MARKUP,
        "]]><!-- --!>",
        "{{ 7*7 }}{% raw %}",
        "</title></style></svg>",
        "a | b\n# c",
        "\u202egpj.exe\u2067",
    ],
)
def test_hostile_values_stay_values(field: str, value: str) -> None:
    text = hostile(**{field: value})
    ordinary = parsed(hostile(**{field: "x" * 9}))
    seen = parsed(text)
    if field in ("name", "label"):  # a host or user name that is none changes which ways there are
        assert [each.name for each in seen.elements if each.name not in ("text", "rect", "path", "bdi")] == [
            each.name for each in ordinary.elements if each.name not in ("text", "rect", "path", "bdi")
        ]
    assert not seen.named("script")
    assert not any(name.startswith("on") for each in seen.elements for name in each.attributes)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    assert "7*7" not in text or "49" not in seen.named("main")[0].all_text


def test_what_is_written_from_right_to_left_is_set_apart() -> None:
    seen = parsed(hostile(name="אבא של דנה", label="محمد"))
    assert {bdi.text for bdi in seen.named("bdi")} == {"אבא של דנה", "محمد"}
    assert not page().named("bdi")


def test_values_stand_in_code_and_nowhere_is_a_password() -> None:
    codes = {code.all_text for code in page().named("code")}
    assert {"mum@centurylink.net", "mail.centurylink.net", "993", "587"} <= codes


def test_other_ways_are_folded_and_the_first_is_not() -> None:
    seen = page("icloud", lang="en")
    folded = [summary.all_text for summary in seen.named("summary")]
    assert any("by hand" in each for each in folded)
    assert not any("Way 1" in each for each in folded)


def test_several_accounts_have_contents() -> None:
    seen = page(*SEEDS)
    anchors = {each.attributes["id"] for each in seen.named("article") if "id" in each.attributes}
    links = [a.attributes["href"] for a in seen.named("a") if a.attributes["href"].startswith("#")]
    assert links == ["#account-1", "#account-2", "#account-3"]
    assert {link.removeprefix("#") for link in links} == anchors


def order(text: str, *words: str) -> list[int]:
    return [text.index(word) for word in words]


def test_what_is_needed_stands_before_the_button() -> None:
    text = sheets([SEEDS["centurylink"]], form="html", now=NOW, install_url=LINK)
    assert text.count('class="install"') == 1
    places = order(text, "You need", "App-Passwords", 'class="install"', "Profile Downloaded")
    assert places == sorted(places)
    assert not page().of_class("install")


def test_a_later_way_that_has_the_button_is_open_with_its_preparation_and_linked_at_the_top() -> None:
    text = sheets([SEEDS["icloud"]], form="html", now=NOW, install_url=LINK)
    places = order(
        text, 'href="#offered"', 'class="lead"', 'id="offered"', "account.apple.com", 'class="install"'
    )
    assert places == sorted(places)
    folds = [element.attributes for element in parsed(text).named("details")]
    assert [("open" in attributes) for attributes in folds] == [False, True, True, False]


def test_without_a_button_all_later_ways_are_folded() -> None:
    assert not any("open" in details.attributes for details in page("icloud").named("details"))
    assert not page("icloud").of_class("top")


def test_a_page_open_on_the_iphone_itself_has_links_and_no_codes() -> None:
    for seed in ("centurylink", "icloud"):
        address = SEEDS[seed].recommendation.sign_in.app_password_url
        seen = page(seed, install_url=LINK)
        assert [a for a in seen.named("a") if a.attributes["href"] == address]
        assert not seen.of_class("qr")
        assert page(seed).of_class("qr")


def test_the_button_may_lead_to_a_file_beside_the_page() -> None:
    (button,) = page(install_url="mum-2.mobileconfig").of_class("install")
    assert button.attributes["href"] == "mum-2.mobileconfig"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//elsewhere.test/x", "../x.mobileconfig", "data:,x"])
def test_the_button_leads_nowhere_else(url: str) -> None:
    assert not page(install_url=url).of_class("install")


def test_the_title_has_no_markup() -> None:
    title = parsed(hostile(label="<i>&amp;</i>")).named("title")[0]
    assert title.text.endswith("<i>&amp;</i>")


def test_the_way_to_the_page_for_app_passwords_is_a_link_and_a_code() -> None:
    seen = page()
    address = "https://centurylinkwebmail.example/App-Passwords"
    assert address in [a.attributes["href"] for a in seen.named("a")]
    (code,) = (svg for svg in seen.named("svg") if svg.attributes["class"] == "qr")
    (title,) = (each for each in seen.named("title") if "svg" in each.path)
    assert title.text == address
    assert code.path[-1] == "figure"


@pytest.mark.parametrize(
    "url", ["http://example.org/", "javascript:alert(1)", "https://a b/", 'https://a/">x']
)
def test_only_addresses_over_https_are_links(url: str) -> None:
    assert "<a" not in Html(language("en")).link(url)


def test_a_link_is_escaped() -> None:
    link = Html(language("en")).link("https://example.org/?a=1&b='2'")
    assert parsed(link).named("a")[0].attributes["href"] == "https://example.org/?a=1&b='2'"


def test_dark_colours_are_for_screens_only() -> None:
    (style,) = page().named("style")
    assert "@media print" in style.text
    assert re.findall(r"@media ([\w ]*)\(prefers-color-scheme:dark\)", style.text) == ["screen and "] * 2


def _luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_text_stands_out_in_light_and_in_dark() -> None:
    """WCAG 2.2, 1.4.3 (AA): 4.5 to 1 for text."""
    (style,) = page().named("style")
    screens = re.findall(r"\.screen\{(--[^}]*)", style.text)
    pages = re.findall(r":root\{([^}]*--paper[^}]*--soft[^}]*)", style.text)
    assert len(screens) == len(pages) == 2
    for text in screens:
        colours = dict(re.findall(r"--(\w+):#(\w+)", text))
        for ink, ground in itertools.product("tqark", "bg"):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground, text)
    for text in pages:
        colours = dict(re.findall(r"--([\w-]+):#(\w+)", text))
        for ink, ground in itertools.product(("ink", "soft", "blue"), ("paper", "card")):
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
        assert _contrast(colours["ink"], colours["tint"]) >= 4.5
        assert _contrast(colours["on-blue"], colours["blue"]) >= 4.5
