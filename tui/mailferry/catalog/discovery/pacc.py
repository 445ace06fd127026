"""PACC, a draft standard (draft-ietf-mailmaint-pacc-03): a document over HTTPS, its digest in the DNS."""

from __future__ import annotations

import asyncio

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.dns import NameServerError
from mailferry.catalog.discovery.published_answer import answer
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.formats.pacc_json import (
    PACC_DRAFT,
    PACC_HOST,
    PACC_PATH,
    PACC_RECORD,
    PaccError,
    read_pacc,
    vouches,
)
from mailferry.model.recommendation import SourceAnswer

_LARGEST = 64 << 10


async def ask_pacc(question: Question) -> SourceAnswer:
    """What the domain's PACC document says, if the digest in the DNS is that of the document.

    Raises SourceError if there is none, or if the two do not fit together.
    """
    domain = question.address.domain
    host = f"{PACC_HOST}.{domain}"
    url = f"https://{host}/{PACC_PATH}"
    document, records = await _both(question, url, f"{PACC_RECORD}.{domain}")
    if not any(vouches(record, document) for record in records):
        raise SourceError(
            f"The PACC document of {host} is not the one that the DNS vouches for ({PACC_RECORD}.{domain});"
            " it was not used."
        )
    try:
        published = read_pacc(document)
    except PaccError as error:
        raise SourceError(f"What {host} serves is of no use: {error}.") from None
    return answer("pacc", published, url, question.address, f"PACC is a draft standard ({PACC_DRAFT}).")


async def _both(question: Question, url: str, record: str) -> tuple[bytes, tuple[str, ...]]:
    """The document and the TXT records, asked for at the same time; the first failure ends both."""
    domain = question.address.domain
    document = asyncio.create_task(question.web.get(url, within=domain, about=domain, limit=_LARGEST))
    records = asyncio.create_task(question.resolver.txt(record))
    try:
        page, texts = await asyncio.gather(document, records)
        return page.body, texts
    except NameServerError:
        raise
    except SourceError as error:
        raise SourceError(f"No PACC document of {domain} can be had: {error}") from None
    finally:
        for task in (document, records):
            task.cancel()
        await asyncio.gather(document, records, return_exceptions=True)
