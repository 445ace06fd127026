"""Questions as the sources get them, about an address and to a name server of one's choice."""

from __future__ import annotations

from pathlib import Path

from mailferry.catalog.catalogue import Catalogue
from mailferry.catalog.discovery.asking import Asking
from mailferry.catalog.discovery.dns import Resolver
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.discovery.web import Web
from mailferry.model.address import parse_address


def question(
    address: str, nameserver: str, folder: Path, providers: dict[str, str] | None = None
) -> Question:
    """`providers` maps ids to texts of shipped files, to be written below `folder`; own ones begin "own/"."""
    for name, text in (providers or {}).items():
        path = folder / (name if name.startswith("own/") else f"shipped/{name}")
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".toml").write_text(text)
    resolver = Resolver(nameserver=nameserver, announce=_unheard)
    return Question(
        address=parse_address(address),
        catalogue=Catalogue(folder / "shipped", folder / "own"),
        resolver=resolver,
        web=Web(resolver=resolver, announce=_unheard, connect_to={}),
        ispdb="",
    )


def _unheard(asking: Asking) -> None:
    """Where it does not matter who is asked."""
