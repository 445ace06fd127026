"""The mail provider database (ISPDB): by domain, and by the domain's mail exchanger.

draft-ietf-mailmaint-autoconfig-06 sections 4.2 and 4.3. It is told a domain, never an address.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.autoconfig import read_published
from mailferry.catalog.discovery.published_answer import answer
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.discovery.web import NoSuchFileError
from mailferry.model.recommendation import SourceAnswer

_MOST_PARENTS = 3


async def ask_ispdb(question: Question) -> SourceAnswer:
    """What the database says about the domain, or else about the domain of its mail exchanger.

    Raises SourceError if it is switched off or has nothing to say; DNS failures go through.
    """
    if not question.ispdb:
        raise SourceError("Not asked: the mail provider database is switched off in config.toml.")
    address = question.address
    try:
        return await _read(question, address.domain)
    except NoSuchFileError:
        pass
    exchanger = await _exchanger(question)
    for parent in _parents(exchanger):
        if parent == address.domain:
            continue
        remark = f"Found by the mail exchanger: mail for {address.domain} goes to {exchanger}, of {parent}."
        try:
            return await _read(question, parent, remark)
        except NoSuchFileError:
            continue
    raise SourceError(
        f"The mail provider database lists neither {address.domain} nor the domain of its mail exchanger,"
        f" {exchanger}."
    )


async def _read(question: Question, domain: str, *remarks: str) -> SourceAnswer:
    page = await question.web.get(f"{question.ispdb.rstrip('/')}/{domain}", about=domain)
    published = read_published(page.body, urlsplit(page.url).hostname or "", question.address.domain)
    return answer("ispdb", published, page.url, question.address, *remarks)


async def _exchanger(question: Question) -> str:
    domain = question.address.domain
    try:
        records = await question.resolver.mx(domain)
    except SourceError as error:
        raise SourceError(
            f"The mail provider database does not list {domain}; its mail exchanger cannot be had: {error}"
        ) from None
    if not records or not records[0].host:
        raise SourceError(f"The mail provider database does not list {domain}, which takes no mail.")
    return records[0].host


def _parents(exchanger: str) -> tuple[str, ...]:
    """Domains that the exchanger lies in, the longest first and none shorter than two labels.

    Which of them is a registered domain only a list of public suffixes could tell; asking for “co.uk” does
    no harm.
    """
    labels = exchanger.split(".")
    parents = [".".join(labels[start:]) for start in range(1, len(labels) - 1)]
    return tuple(parents[-_MOST_PARENTS:]) if parents else (exchanger,)
