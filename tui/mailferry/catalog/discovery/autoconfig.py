"""The domain's own autoconfig file, over HTTPS only (draft-ietf-mailmaint-autoconfig-06 section 4.1)."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from mailferry.catalog.discovery.asking import SourceError
from mailferry.catalog.discovery.dns import NameServerError
from mailferry.catalog.discovery.published_answer import answer, outside
from mailferry.catalog.discovery.question import Question
from mailferry.catalog.formats.autoconfig_xml import AutoconfigError, read_autoconfig
from mailferry.catalog.formats.published import Published
from mailferry.model.recommendation import SourceAnswer

_GRACE = 2.0
"""Seconds that the first place still has once the second has answered."""


async def ask_autoconfig(question: Question) -> SourceAnswer:
    """What the domain publishes, at either of the two places of the draft, both asked at once.

    The first place comes before the second, unless it is silent. It is told the address: the draft lets
    servers answer for one mailbox, and some refuse to answer without. The second is told the domain only. The
    draft's third place, over plain HTTP, is never asked: anybody on the way could name a server of his own.

    Raises SourceError if neither has a file that can be used.
    """
    address = question.address
    domain = address.domain
    told = quote(str(address), safe="")
    first = asyncio.create_task(
        _read(question, f"autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={told}", str(address))
    )
    second = asyncio.create_task(
        _read(question, f"{domain}/.well-known/autoconfig/mail/config-v1.1.xml", domain)
    )
    reasons = []
    try:
        await asyncio.wait((first, second), return_when=asyncio.FIRST_COMPLETED)
        if second.done() and second.exception() is None:
            await asyncio.wait((first,), timeout=_GRACE)
            if not first.done():
                return second.result()
        for task in (first, second):
            try:
                return await task
            except NameServerError:
                raise  # it says all there is to say, about both places
            except SourceError as error:
                reasons.append(str(error))
    finally:
        first.cancel()
        second.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
    raise SourceError(f"{domain} publishes no autoconfig file that can be used: {' '.join(reasons)}")


async def _read(question: Question, place: str, about: str) -> SourceAnswer:
    domain = question.address.domain
    page = await question.web.get(f"https://{place}", within=domain, about=about)
    published = read_published(page.body, place.partition("/")[0], domain)
    remarks = []
    if published.domains and domain not in published.domains:
        remarks.append(f"The file does not list {domain} among the domains it is for.")
    if hosts := outside(published, domain):
        remarks.append(f"Outside {domain}, and vouched for by its own file over HTTPS: {', '.join(hosts)}.")
    return answer("autoconfig", published, page.url, question.address, *remarks)


def read_published(body: bytes, host: str, domain: str) -> Published:
    """An autoconfig file that `host` served, for an address at `domain`. Raises SourceError."""
    try:
        return read_autoconfig(body, host, domain)
    except AutoconfigError as error:
        problem = error.problems[0]
        where = f" (line {problem.line})" if problem.line else ""
        raise SourceError(f"What {host} serves is of no use: {problem.message}{where}.") from None
