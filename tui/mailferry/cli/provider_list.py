"""The list of providers, whole or as far as a word or a status finds them."""

from __future__ import annotations

from mailferry.catalog.catalogue import Catalogue
from mailferry.cli.output import columns, data, data_json, shortened, show_problems, table, width, words
from mailferry.model.problem import MailferryError
from mailferry.model.provider import Provider, Status

_HEAD = ("ID", "STATUS", "DOMAINS", "")


def show_list(catalogue: Catalogue, word: str | None, status: Status | None, as_json: bool) -> int:
    """Print all providers, or those that a word and a status leave, and return the exit status.

    Raises MailferryError where a word finds none.
    """
    wanted = word.strip().casefold().rpartition("@")[2] if word is not None else ""
    known = [
        (each, provider)
        for each in catalogue.ids()
        if (provider := catalogue.get(each)) is not None
        and (status is None or provider.status == status)
        and (not wanted or _matches(each, provider, wanted))
    ]
    show_problems(catalogue.problems())
    if word is not None and not known:
        if status is not None:
            raise MailferryError(f"no provider that is “{status}” has “{word}” in id, name or domains")
        if "." in wanted and (near := catalogue.domain_like(wanted)) is not None:
            raise MailferryError(
                f"no provider has “{word}” in id, name or domains; did you mean {near}"
                f" ({catalogue.find_domain(near)})?"
            )
        catalogue.need(word)  # raises, with the nearest id
    if as_json:
        data_json(
            [
                {"id": each, "name": provider.name, "status": provider.status, "domains": provider.domains}
                for each, provider in known
            ]
        )
    else:
        _print_table(catalogue, known, wanted)
        words(f"{len(known)} {'provider' if len(known) == 1 else 'providers'}")
    return 2 if catalogue.problems() else 0


def _print_table(catalogue: Catalogue, known: list[tuple[str, Provider]], wanted: str) -> None:
    rest = [
        (each, provider.status, _domains(provider, wanted), _origin(catalogue, each))
        for each, provider in known
    ]
    others = sum(max(columns(row[index]) for row in [*rest, _HEAD]) + 2 for index in range(3))
    room = max(width() - others, 16)
    data(
        table(
            (
                (each, shortened(provider.name, room), *row[1:])
                for (each, provider), row in zip(known, rest, strict=True)
            ),
            head=(_HEAD[0], "NAME", *_HEAD[1:]),
        )
    )


def _origin(catalogue: Catalogue, provider_id: str) -> str:
    origin = catalogue.origin(provider_id)
    return "" if origin == "shipped" else origin


def _matches(provider_id: str, provider: Provider, wanted: str) -> bool:
    texts = (provider_id, provider.name, *provider.domains, *provider.suffixes)
    return any(wanted in text.casefold() for text in texts)


def _domains(provider: Provider, wanted: str) -> str:
    """How many domains there are; where one was looked for, the first that was found."""
    found = [each for each in provider.domains if wanted and wanted in each.casefold()]
    if not found:
        return str(len(provider.domains))
    exact = wanted if wanted in found else found[0]
    return exact if len(found) == 1 else f"{exact} …"
