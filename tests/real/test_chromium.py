"""The HTML sheets in a real browser: on a phone, on a computer, and on paper."""

from __future__ import annotations

import datetime
import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.iphone.account import PhoneAccount, Proof
from mailferry.iphone.language import LANGUAGES
from mailferry.iphone.sheet import leaving, sheets
from mailferry.iphone.way import SUPPORTED_IOS
from mailferry.model.account import Account, OwnIncoming
from mailferry.model.address import parse_address
from mailferry.model.recommendation import recommend
from mailferry.store.shipped import shipped
from tests.iphone.seeds import CENTURYLINK, SEEDS, profile_account
from tests.real.chromium import Browser, browser
from tests.real.paper import closed_up, codes, columns, pages, written
from tests.real.servers import program

pytestmark = pytest.mark.real

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
LINK = "https://192.168.1.20:8443/aB3dE5fG7hJ9kL1mN3pQ5rS7"
APPLE = "https://account.apple.com"
APP_PASSWORDS = "https://centurylinkwebmail.example/App-Passwords"
PAPERS: tuple[Literal["A4", "Letter"], ...] = ("A4", "Letter")
OVERFLOW = """
[...document.querySelectorAll("body, body *:not(svg *)")]
  .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5)
  .map(each => each.tagName + ": " + each.textContent.slice(0, 60))
"""
CUT = """
[...document.querySelectorAll("svg.screen")].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect();
    const cut = box.left < frame.left - 0.5 || box.right > frame.right + 0.5 || box.bottom > frame.bottom;
    return box.width && cut;
  }).map(text => text.textContent);
})
"""
FOLDED = """
[...document.querySelectorAll(".folded p, .folded li:not(.step), .folded dt, .folded dd, .folded a")]
  .map(each => each.textContent)
"""
HEADINGS = """
[...document.querySelectorAll("article h2")].map(each => each.textContent)
  .filter(words => !document.querySelector(".paper-only").textContent.includes(words))
"""
LETTERING = """
[...document.querySelectorAll("svg.screen")].flatMap(svg => {
  const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
  return scale ? [...svg.querySelectorAll("text")].map(text => scale * text.getAttribute("font-size")) : [];
})
"""
SMALL_TYPE = """
[...document.querySelectorAll("p, li, dt, dd, code, summary, a")]
  .filter(each => parseFloat(getComputedStyle(each).fontSize) < %s)
  .map(each => each.tagName + ": " + each.textContent.slice(0, 40))
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this file."""
    with browser() as running:
        yield running


def proven(account: PhoneAccount) -> PhoneAccount:
    """The account after its test: what the sheet says of it then is longest."""
    hosts = tuple(str(server.host) for server in (account.settings.incoming, account.settings.outgoing))
    return PhoneAccount(
        settings=account.settings,
        recommendation=account.recommendation,
        proof=Proof(day=datetime.date(2026, 11, 19), hosts=hosts),
    )


def saved(text: str, folder: Path) -> str:
    """The page as a file's address."""
    path = folder / "sheet.html"
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


def of_provider(provider_id: str) -> PhoneAccount:
    """Somebody's account at a listed provider."""
    provider = Catalogue(shipped("profiles") / "providers", None).need(provider_id)
    account = Account(address=f"anna.schmidt@{provider.domains[0]}", name="Anna Schmidt", label="Anna")
    recommendation = recommend(parse_address(account.address), provider_id, provider, "domain")
    return profile_account(account, recommendation)


ACCOUNTS = {
    **SEEDS,
    **{name: of_provider(name) for name in ("gmail", "outlook", "yahoo", "gmx-net", "aol")},
}
"""The seeds, and accounts at providers with many customers."""


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ACCOUNTS)
def test_two_pages_of_paper_at_most(chromium: Browser, tmp_path: Path, name: str, lang: str) -> None:
    account = proven(ACCOUNTS[name])
    for ios, url in itertools.product(SUPPORTED_IOS, (None, LINK)):
        text = sheets([account], form="html", now=NOW, ios=ios, lang=lang, person="Mum", install_url=url)
        chromium.open(saved(text, tmp_path), wide=1200)
        counted = {paper: pages(chromium.printed(paper)) for paper in PAPERS}
        assert max(counted.values()) <= 2, (ios, url, counted)
    text = leaving([account], form="html", now=NOW, lang=lang, person="Mum")
    chromium.open(saved(text, tmp_path), wide=1200)
    assert max(pages(chromium.printed(paper)) for paper in PAPERS) <= 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phone_shows_all_of_it_without_scrolling_sideways(
    chromium: Browser, tmp_path: Path, lang: str
) -> None:
    text = sheets(list(SEEDS.values()), form="html", now=NOW, lang=lang, install_url=LINK)
    for wide in (320, 390):
        chromium.open(saved(text.replace("<details>", "<details open>"), tmp_path), wide=wide)
        assert chromium.value("document.documentElement.scrollWidth") == wide
        assert chromium.value(OVERFLOW) == []
        assert chromium.value(CUT) == []
    assert chromium.value(SMALL_TYPE % 18) == []


def test_paper_is_light_and_its_type_has_11_points(chromium: Browser, tmp_path: Path) -> None:
    text = sheets(list(SEEDS.values()), form="html", now=NOW, install_url=LINK)
    chromium.open(saved(text, tmp_path), wide=800, scheme="dark", media="print")
    assert chromium.value(SMALL_TYPE % (11 / 0.75 - 0.01)) == []
    assert chromium.value("getComputedStyle(document.body).color") == "rgb(27, 29, 33)"
    assert chromium.value("getComputedStyle(document.querySelector('.screen .t')).fill") == "rgb(17, 17, 17)"


def test_long_and_strange_values_are_not_cut(chromium: Browser, tmp_path: Path) -> None:
    account = Account(
        address="a.very.long.address.of.more.than.sixty.characters@department.of.mail.centurylink.net",
        name="W" * 80,
        label="<Briefkasten> für die allerlängsten Bezeichnungen, die es gibt, אבא",
        incoming=OwnIncoming(host=f"{'m' * 63}.{'n' * 63}.example.org"),
    )
    text = sheets([profile_account(account, CENTURYLINK)], form="html", now=NOW, lang="de", person="W" * 60)
    chromium.open(saved(text.replace("<details>", "<details open>"), tmp_path), wide=390)
    assert chromium.value("document.documentElement.scrollWidth") == 390
    assert chromium.value(OVERFLOW) == []
    assert chromium.value(CUT) == []


@pytest.mark.parametrize("lang", ["fr", "de"])
def test_e_mail_is_on_one_line(chromium: Browser, tmp_path: Path, lang: str) -> None:
    page = sheets([SEEDS["centurylink"]], form="html", now=NOW, lang=lang, person="Maman")
    for wide in range(300, 400, 10):
        chromium.open(saved(page, tmp_path), wide=wide)
        lines = chromium.value(
            "[...document.querySelectorAll('h1 .whole')].map(e => e.getClientRects().length)"
        )
        assert lines == [1], wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("wide", [390, 1200])
def test_the_code_is_read_from_the_screen(
    chromium: Browser, tmp_path: Path, wide: int, scheme: Literal["light", "dark"]
) -> None:
    text = sheets([SEEDS["centurylink"]], form="html", now=NOW)
    chromium.open(saved(text, tmp_path), wide=wide, scheme=scheme)
    chromium.value("document.querySelector('.qr').scrollIntoView()")
    ground = chromium.value("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(244, 245, 247)", "dark": "rgb(15, 17, 20)"}[scheme]
    assert codes(chromium.picture(whole=False), tmp_path) == [APP_PASSWORDS]


def test_the_code_is_read_from_the_paper(chromium: Browser, tmp_path: Path) -> None:
    text = sheets([SEEDS["centurylink"]], form="html", now=NOW)
    chromium.open(saved(text, tmp_path), wide=1200, scheme="dark")
    pdf = tmp_path / "sheet.pdf"
    pdf.write_bytes(chromium.printed("A4"))
    drawn = subprocess.run(
        [program("pdftoppm"), "-r", "150", "-png", str(pdf)], capture_output=True, check=True
    ).stdout
    assert codes(drawn, tmp_path) == [APP_PASSWORDS]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["centurylink", "icloud", "gmail"])
def test_every_way_is_on_the_paper_with_its_steps_and_values(
    chromium: Browser, tmp_path: Path, name: str, lang: str
) -> None:
    text = sheets([ACCOUNTS[name]], form="html", now=NOW, lang=lang, person="Mum")
    chromium.open(saved(text, tmp_path), wide=1200)
    folded = chromium.value(FOLDED)
    assert len(folded) > 20
    for paper in PAPERS:
        paper_words = written(chromium.printed(paper))
        assert [words for words in folded if closed_up(words) not in paper_words] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_heading_stands_alone_at_the_end_of_a_column(chromium: Browser, tmp_path: Path, lang: str) -> None:
    text = sheets([SEEDS["icloud"]], form="html", now=NOW, lang=lang)
    chromium.open(saved(text, tmp_path), wide=1200)
    words = columns(chromium.printed("Letter"))
    told = [word for _, word in words]
    for heading in chromium.value(HEADINGS):
        name = heading.split()
        places = [at for at in range(len(told)) if told[at : at + len(name)] == name]
        assert places
        for at in places:
            assert words[at][0] == words[at + len(name)][0], heading


def test_the_code_for_a_later_way_is_read_from_the_paper(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(saved(sheets([SEEDS["icloud"]], form="html", now=NOW), tmp_path), wide=1200)
    for paper in PAPERS:
        pdf = tmp_path / "sheet.pdf"
        pdf.write_bytes(chromium.printed(paper))
        command = [program("pdftoppm"), "-r", "150", "-png", str(pdf), str(tmp_path / paper)]
        subprocess.run(command, check=True)
        drawn = sorted(tmp_path.glob(f"{paper}*.png"))
        assert [code for page in drawn for code in codes(page.read_bytes(), tmp_path)] == [APPLE]


@pytest.mark.parametrize("name", ACCOUNTS)
def test_lettering_in_printed_pictures_has_7_points(chromium: Browser, tmp_path: Path, name: str) -> None:
    text = sheets([ACCOUNTS[name]], form="html", now=NOW, person="Mum")
    chromium.open(saved(text, tmp_path), wide=800, media="print")
    sizes = chromium.value(LETTERING)
    assert sizes
    assert min(sizes) >= 7 / 0.75 - 0.01


def test_later_ways_have_no_pictures_on_paper(chromium: Browser, tmp_path: Path) -> None:
    text = sheets([SEEDS["icloud"]], form="html", now=NOW)
    chromium.open(saved(text, tmp_path), wide=800, media="print")
    shown = """[...document.querySelectorAll(".folded .picture")]
      .filter(each => getComputedStyle(each).display !== "none").length"""
    assert chromium.value(shown) == 0
    chromium.open(saved(text, tmp_path), wide=800)
    assert chromium.value(shown) > 5


def test_on_a_screen_ways_are_folded_until_they_are_opened(chromium: Browser, tmp_path: Path) -> None:
    chromium.open(saved(sheets([SEEDS["icloud"]], form="html", now=NOW), tmp_path), wide=390)
    shown = """[...document.querySelectorAll(".folded")]
      .map(each => getComputedStyle(each).display !== "none")"""
    assert chromium.value(shown) == [False] * 4
    chromium.value("document.querySelectorAll('summary')[1].click()")
    assert chromium.value(shown) == [False, True, False, False]
    assert chromium.value("getComputedStyle(document.querySelector('.paper-only')).display") == "none"


def test_links_and_values_are_on_the_paper(chromium: Browser, tmp_path: Path) -> None:
    text = sheets([SEEDS["centurylink"]], form="html", now=NOW, install_url=LINK)
    chromium.open(saved(text, tmp_path), wide=1200)
    told = written(chromium.printed("Letter"))
    assert closed_up(LINK) in told
    assert told.count(closed_up(APP_PASSWORDS)) == 1
    assert closed_up("mail.centurylink.net") in told


def test_the_page_loads_nothing_and_follows_its_own_policy(chromium: Browser, tmp_path: Path) -> None:
    text = sheets([SEEDS["centurylink"]], form="html", now=NOW, install_url=LINK)
    chromium.open(saved(text, tmp_path), wide=390)
    assert chromium.value("performance.getEntriesByType('resource').length") == 0
    assert chromium.value("getComputedStyle(document.querySelector('.install')).display") == "block"
    chromium.open(saved(text.replace("<main>", "<main><script>window.ran = 1</script>"), tmp_path), wide=390)
    assert chromium.value("window.ran") is None
