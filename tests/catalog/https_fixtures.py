"""What tests of sources over HTTPS share. Import the fixtures by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.asking import Asking, SourceError
from mailferry.catalog.discovery.dns import NoSuchDomainError
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.discovery.web import Web
from mailferry.model.address import parse_address


@dataclass
class Announced:
    """Collects what was announced."""

    askings: list[Asking] = field(default_factory=list)

    def __call__(self, asking: Asking) -> None:
        self.askings.append(asking)

    @property
    def hosts(self) -> list[str]:
        return [asking.host for asking in self.askings]


@dataclass(frozen=True)
class Names:
    """Stands for the resolver: names and their addresses, exchangers and texts as a test gives them."""

    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exchangers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    async def addresses(self, host: str) -> tuple[str, ...]:
        if host not in self.known:
            raise NoSuchDomainError(f"There is no host {host}.")
        return self.known[host]

    async def mx(self, domain: str) -> tuple[Exchanger, ...]:
        if domain not in self.exchangers:
            raise SourceError(f"{domain} has no mail exchanger.")
        return tuple(Exchanger(10, host) for host in self.exchangers[domain])

    async def txt(self, name: str) -> tuple[str, ...]:
        if name not in self.texts:
            raise SourceError(f"{name} has no TXT records.")
        return self.texts[name]


@dataclass(frozen=True)
class Exchanger:
    preference: int
    host: str


# The functions are named apart from their fixtures, so that an import is no redefinition.


@pytest.fixture(scope="session", name="web_authority")
def web_authority_fixture() -> trustme.CA:
    """A CA whose certificates the tests' HTTPS servers show."""
    return trustme.CA()


@pytest.fixture(name="trusted")
def trusted_fixture(web_authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """The CA, trusted as users make the program trust one: by SSL_CERT_FILE."""
    path = tmp_path / "web-ca.pem"
    web_authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return web_authority


def a_web(
    connect_to: Mapping[str, str] | None = None,
    *,
    names: Names | None = None,
    announce: Announced | None = None,
) -> Web:
    """A Web that dials where the test says, or asks the test's names."""
    return Web(
        resolver=names or Names(),  # type: ignore[arg-type]  # a stand-in with what is used
        announce=announce or Announced(),
        connect_to=connect_to or {},
    )


def a_question(
    address: str, web: Web, tmp_path: Path, *, ispdb: str = "https://ispdb.example.test/v1.1/"
) -> Question:
    """A question with an empty catalogue."""
    return Question(
        address=parse_address(address),
        catalogue=Catalogue(tmp_path / "shipped", tmp_path / "own"),
        resolver=web.resolver,
        web=web,
        ispdb=ispdb,
    )
