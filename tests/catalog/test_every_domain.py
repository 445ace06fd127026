"""Every mail domain that is known to be somebody's finds its provider without asking anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.lookup import look_up
from mailferry.model.address import parse_address
from mailferry.store.shipped import shipped

WHOSE = [
    tuple(line.split())
    for line in (Path(__file__).parent / "domains.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return Catalogue(shipped("profiles") / "providers", tmp_path_factory.mktemp("own"))


def test_the_list_is_whole() -> None:
    assert len(WHOSE) > 1000


@pytest.mark.parametrize("form", ["Joe@{}", " joe@{}. "])
def test_the_domain_finds_its_provider(form: str, catalogue: Catalogue) -> None:
    wrong = []
    for domain, provider in WHOSE:
        found = look_up(catalogue, parse_address(form.format(domain.upper())))
        if (found.how, found.provider) != ("domain", provider):
            wrong.append((domain, found.how, found.provider))
    assert wrong == []


@pytest.mark.parametrize("form", ["joe@not{}", "joe@{}.evil.example"])
def test_a_domain_that_only_looks_like_it_is_nobodys(form: str, catalogue: Catalogue) -> None:
    for domain, _ in WHOSE:
        found = look_up(catalogue, parse_address(form.format(domain)))
        if found.how != "none":
            assert found.provider is not None
            suffixes = catalogue.need(found.provider).suffixes
            assert any(found.address.endswith(f".{suffix}") for suffix in suffixes), domain
