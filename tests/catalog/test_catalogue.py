"""The catalogue: two folders laid over each other, and the look-up of a domain among their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.model.problem import InvalidFileError

HARBOUR = """\
schema = 1
name = "Harbour"
domains = ["harbour.example", "quay.example"]
docs = "https://harbour.example/help"

[[incoming]]
protocol = "imap"
host = "imap.harbour.example"
port = 993
security = "tls"

[[outgoing]]
host = "smtp.harbour.example"
port = 465
security = "tls"

[sign_in]
app_password = "required"
app_password_url = "https://harbour.example/app"
"""


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "shipped"
    folder.mkdir()
    (folder / "harbour.toml").write_text(HARBOUR)
    (folder / "island.toml").write_text('name = "Island"\ndomains = ["island.example"]\n')
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def test_shipped_alone(shipped: Path, own: Path) -> None:
    catalogue = Catalogue(shipped, own)
    assert catalogue.ids() == ("harbour", "island")
    assert catalogue.origin("harbour") == "shipped"
    provider = catalogue.get("harbour")
    assert provider is not None
    assert provider.name == "Harbour"
    assert catalogue.problems() == ()


def test_no_own_folder_is_no_problem(shipped: Path, tmp_path: Path) -> None:
    catalogue = Catalogue(shipped, tmp_path / "absent")
    assert catalogue.ids() == ("harbour", "island")
    assert catalogue.problems() == ()


def test_own_wins_field_by_field(shipped: Path, own: Path) -> None:
    (own / "harbour.toml").write_text('name = "My Harbour"\n[sign_in]\napp_password = "no"\n')
    catalogue = Catalogue(shipped, own)
    provider = catalogue.get("harbour")
    assert provider is not None
    assert provider.name == "My Harbour"
    assert provider.sign_in.app_password == "no"
    assert provider.sign_in.app_password_url == "https://harbour.example/app"  # of the same table, not stated
    assert provider.docs == "https://harbour.example/help"
    assert provider.incoming[0].host == "imap.harbour.example"
    assert catalogue.origin("harbour") == "merged"
    assert catalogue.find_domain("quay.example") == "harbour"


def test_own_array_of_tables_replaces_the_shipped_one_whole(shipped: Path, own: Path) -> None:
    (own / "harbour.toml").write_text(
        '[[incoming]]\nprotocol = "pop3"\nhost = "pop.harbour.example"\nport = 995\nsecurity = "tls"\n'
    )
    provider = Catalogue(shipped, own).get("harbour")
    assert provider is not None
    assert [server.host for server in provider.incoming] == ["pop.harbour.example"]
    assert [server.host for server in provider.outgoing] == ["smtp.harbour.example"]


def test_own_domains_replace_the_shipped_ones(shipped: Path, own: Path) -> None:
    (own / "harbour.toml").write_text('domains = ["pier.example"]\n')
    catalogue = Catalogue(shipped, own)
    assert catalogue.find_domain("pier.example") == "harbour"
    assert catalogue.find_domain("harbour.example") is None


def test_new_own_provider(shipped: Path, own: Path) -> None:
    (own / "cellar.toml").write_text('name = "Cellar"\ndomains = ["cellar.example"]\n')
    catalogue = Catalogue(shipped, own)
    assert catalogue.ids() == ("cellar", "harbour", "island")
    assert catalogue.origin("cellar") == "own"
    assert catalogue.find_domain("cellar.example") == "cellar"


def test_own_file_wins_a_domain(shipped: Path, own: Path) -> None:
    (own / "zebra.toml").write_text('name = "Zebra"\ndomains = ["island.example"]\n')
    assert Catalogue(shipped, own).find_domain("island.example") == "zebra"


@pytest.mark.parametrize(
    "text",
    ["name = ", "nmae = 1\n", "[[incoming]]\nport = 70000\n", ""],
    ids=["no TOML", "unknown key", "bad value", "empty"],
)
def test_broken_own_file_leaves_the_shipped_one(shipped: Path, own: Path, text: str) -> None:
    (own / "harbour.toml").write_text(text)
    catalogue = Catalogue(shipped, own)
    provider = catalogue.get("harbour")
    assert provider is not None
    assert provider.name == "Harbour"
    assert catalogue.find_domain("harbour.example") == "harbour"
    if text:  # an empty file over a shipped one states nothing, and that is no mistake
        assert catalogue.origin("harbour") == "shipped"
        assert {problem.file for problem in catalogue.problems()} == {str(own / "harbour.toml")}
    else:
        assert catalogue.problems() == ()


def test_broken_new_own_file(shipped: Path, own: Path) -> None:
    (own / "cellar.toml").write_text('name = "Cellar"\ndomains = ["cellar.example"]\ncolour = "red"\n')
    catalogue = Catalogue(shipped, own)
    assert catalogue.get("cellar") is None
    assert catalogue.find_domain("cellar.example") is None
    assert catalogue.find_domain("island.example") == "island"
    (problem,) = catalogue.problems()
    assert problem.key == "colour"
    assert problem.line == 3


def test_an_own_file_that_is_no_text_is_reported(shipped: Path, own: Path) -> None:
    (own / "latin.toml").write_bytes('name = "Größe"\n'.encode("latin-1"))
    catalogue = Catalogue(shipped, own)
    assert catalogue.find_domain("harbour.example") == "harbour"
    assert catalogue.get("latin") is None
    assert [problem.file for problem in catalogue.problems()] == [str(own / "latin.toml")]


def test_an_own_file_that_is_a_folder_is_reported(shipped: Path, own: Path) -> None:
    (own / "harbour.toml").mkdir()
    catalogue = Catalogue(shipped, own)
    assert catalogue.find_domain("harbour.example") == "harbour"
    assert [problem.file for problem in catalogue.problems()] == [str(own / "harbour.toml")]


def test_broken_shipped_file_is_named(shipped: Path, own: Path) -> None:
    (shipped / "island.toml").write_text("name = \n")
    with pytest.raises(InvalidFileError, match=r"island\.toml:1"):
        Catalogue(shipped, own).get("island")


def test_an_id_is_never_a_path(shipped: Path, own: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text('name = "Outside"\n')
    catalogue = Catalogue(shipped, own)
    assert catalogue.get("../outside") is None
    with pytest.raises(KeyError):
        catalogue.origin("../outside")


def test_a_domain_is_matched_whole(shipped: Path, own: Path) -> None:
    catalogue = Catalogue(shipped, own)
    for domain in ("nisland.example", "island.example.evil.test", "example", "mail.island.example", ""):
        assert catalogue.find_domain(domain) is None


def test_a_word_elsewhere_in_a_file_is_no_domain(shipped: Path, own: Path) -> None:
    catalogue = Catalogue(shipped, own)
    assert catalogue.find_domain("imap.harbour.example") is None
    assert catalogue.find_domain("Harbour") is None


@pytest.mark.parametrize(
    "line",
    [
        'domains = ["Pier.Example"]',
        "domains = ['pier.example']",
        'domains = ["one.example","pier.example"]',
        'domains = [\n  "pier.example", # Mum\'s "old" one\n]',
        'notice = "it\'s new"\ndomains = ["pier.example"]',
    ],
)
def test_however_a_domain_is_written(shipped: Path, own: Path, line: str) -> None:
    (own / "pier.toml").write_text(f'name = "Pier"\n{line}\n')
    assert Catalogue(shipped, own).find_domain("pier.example") == "pier"


@pytest.mark.parametrize("written", ["bücher.example", "BÜCHER.example", "xn--bcher-kva.example"])
def test_an_international_domain(shipped: Path, own: Path, written: str) -> None:
    (own / "books.toml").write_text(f'name = "Bücher"\ndomains = ["{written}"]\n', encoding="utf-8")
    assert Catalogue(shipped, own).find_domain("xn--bcher-kva.example") == "books"


def test_raw_values_and_texts(shipped: Path, own: Path) -> None:
    (own / "harbour.toml").write_text('name = "My Harbour"\n')
    (own / "cellar.toml").write_text('name = "Cellar"\n')
    catalogue = Catalogue(shipped, own)
    raw = catalogue.shipped_raw("harbour")
    assert raw is not None
    assert raw["name"] == "Harbour"
    assert catalogue.shipped_raw("cellar") is None
    assert catalogue.text("island") == (shipped / "island.toml").read_text()
    assert catalogue.text("cellar") == 'name = "Cellar"\n'
    assert catalogue.text("harbour").startswith(HARBOUR)
    assert catalogue.text("harbour").endswith('name = "My Harbour"\n')
    with pytest.raises(KeyError):
        catalogue.text("nobody")


@pytest.fixture
def suffixed(shipped: Path, own: Path) -> Catalogue:
    (shipped / "web.toml").write_text(
        'name = "Web"\ndomains = ["example"]\nsuffixes = ["Web.example", "example.net"]\n'
        'mx = ["mx.example.net"]\n'
    )
    (shipped / "deep.toml").write_text(
        'name = "Deep"\nsuffixes = ["deep.web.example"]\nmx = ["in.mx.example.net"]\n'
    )
    return Catalogue(shipped, own)


@pytest.mark.parametrize(
    ("domain", "found"),
    [
        ("joe.web.example", "web"),
        ("a.b.web.example", "web"),
        ("joe.deep.web.example", "deep"),  # the longest counts
        ("deep.web.example", "web"),  # itself no domain of Deep's
        ("web.example", None),
        ("notweb.example", None),
        ("web.example.evil.example", None),
        ("quay.example", None),  # a domain, not a suffix
        ("sub.quay.example", None),
        ("example", None),
    ],
)
def test_suffixes_match_at_a_dot(domain: str, found: str | None, suffixed: Catalogue) -> None:
    assert suffixed.find_suffix(domain) == found


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("mx.example.net", "web"),
        ("MX1.MX.Example.NET.", "web"),
        ("a.in.mx.example.net", "deep"),
        ("in.mx.example.net", "deep"),
        ("notmx.example.net", None),
        ("mx.example.net.evil.example", None),
        ("example.net", None),
        ("", None),
    ],
)
def test_exchangers_match_at_a_dot(host: str, found: str | None, suffixed: Catalogue) -> None:
    assert suffixed.find_mx(host) == found


def test_own_files_come_first_where_suffixes_are_the_same(
    suffixed: Catalogue, shipped: Path, own: Path
) -> None:
    (own / "mine.toml").write_text('name = "Mine"\nsuffixes = ["web.example"]\nmx = ["mx.example.net"]\n')
    (own / "web.toml").write_text('suffixes = ["other.example"]\n')
    catalogue = Catalogue(shipped, own)
    assert catalogue.find_suffix("joe.web.example") == "mine"
    assert catalogue.find_suffix("joe.deep.web.example") == "deep"
    assert catalogue.find_suffix("joe.other.example") == "web"
    assert catalogue.find_suffix("joe.example.net") is None  # the own file took that suffix away
    assert catalogue.find_mx("mx.example.net") == "mine"


def test_a_suffix_in_letters_of_one_s_own_language(shipped: Path, own: Path) -> None:
    (shipped / "buch.toml").write_text('name = "Buch"\nsuffixes = ["bücher.example"]\n')
    assert Catalogue(shipped, own).find_suffix("eva.xn--bcher-kva.example") == "buch"


def test_only_files_that_hold_the_word_are_parsed(shipped: Path, own: Path) -> None:
    (shipped / "broken.toml").write_text("name = \n")
    catalogue = Catalogue(shipped, own)
    assert catalogue.find_mx("mx.elsewhere.example") is None
    assert catalogue.find_suffix("joe.elsewhere.example") is None
