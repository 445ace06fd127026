"""Reading an autoconfig file: `clientConfig` 1.1 and 1.2, draft-ietf-mailmaint-autoconfig-06 section 3.

The file comes from strangers. Whatever in it cannot be used is left out with a remark; only a file without
one usable server is an error, as the draft's section on XML validation wants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailferry.catalog.formats.autoconfig_server import ServerReader
from mailferry.catalog.formats.plain_text import plain, web_address
from mailferry.catalog.formats.published import Published
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.problem import MailferryError, Problem

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LARGEST = 1 << 20
_MOST_DOMAINS = 2000
_MOST_REMARKS = 12


class AutoconfigError(MailferryError):
    """The data is no autoconfig file, or names no server that can be used; `problems` has one entry."""

    def __init__(self, message: str, source: str, line: int | None = None) -> None:
        problem = Problem(message=message, file=source, line=line)
        super().__init__(str(problem), problems=(problem,))


def read_autoconfig(data: bytes, source: str, domain: str | None = None) -> Published:
    """Read an autoconfig file, which `source` names in errors.

    Host names made of the address's domain are filled in with `domain`; without it they keep `{domain}`.

    Raises AutoconfigError.
    """
    root = _parsed(data, source)
    if root.tag.lower() == "html":
        raise AutoconfigError("this is a web page, no autoconfig file", source)
    if root.tag != "clientConfig":
        raise AutoconfigError(
            f"this is no autoconfig file: it begins with “{plain(root.tag)}” instead of “clientConfig”",
            source,
        )
    provider = root.find("emailProvider")
    if provider is None:
        raise AutoconfigError("the file describes no mail provider (no “emailProvider”)", source)
    reader = ServerReader(domain)
    for element in provider:
        reader.read(element)
    if not reader.incoming and not reader.outgoing:
        why = "; ".join(remark.rstrip(".") for remark in reader.remarks[:3])
        raise AutoconfigError(f"the file names no server that can be used{why and ': '}{why}", source)
    return Published(
        name=_name(provider),
        domains=_domains(provider, mx=False),
        mx=_domains(provider, mx=True),
        docs=next(filter(None, map(_url, provider.findall("documentation"))), None),
        incoming=tuple(reader.incoming),
        outgoing=tuple(reader.outgoing),
        before=tuple(filter(None, map(_step, [*provider.findall("enable"), *root.findall("enable")]))),
        remarks=_some(reader.remarks),
    )


def _parsed(data: bytes, source: str) -> Element:
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if len(data) > _LARGEST:
        raise AutoconfigError("the file is longer than 1 MB, which no autoconfig file is", source)
    head = data[:1000].lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html")):
        raise AutoconfigError("this is a web page, no autoconfig file", source)
    if not head:
        raise AutoconfigError("the file is empty", source)
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except ParseError as error:
        line, _ = error.position
        words = str(error).partition(": line")[0]
        raise AutoconfigError(f"this is no well-formed XML ({plain(words)})", source, line) from None
    except DefusedXmlException:
        raise AutoconfigError(
            "the file has a document type or entities, which are not read", source
        ) from None
    except (ValueError, LookupError):
        raise AutoconfigError("the file is in an encoding that cannot be read", source) from None
    return root


def _name(provider: Element) -> str | None:
    for tag in ("displayName", "displayShortName"):
        text = plain(provider.findtext(tag))
        if text and "%EMAIL" not in text:
            return text
    return None


def _domains(provider: Element, *, mx: bool) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for element in provider.findall("domain")[:_MOST_DOMAINS]:
        if (element.get("purpose", "").lower() == "mx") is mx:
            try:
                found[domain_to_ascii(element.text or "")] = None
            except AddressError:
                continue  # a domain that is none can be nobody's
    return tuple(found)


def _url(documentation: Element) -> str | None:
    return web_address(documentation.get("url"))


def _step(enable: Element) -> str | None:
    """A step, in English where the file has it, with the page where it is done."""
    instructions = enable.findall("instruction")
    english = [each for each in instructions if each.get("lang", "en").lower().startswith("en")]
    for instruction in english or instructions:
        text = plain("".join(instruction.itertext()), most=500)
        if text:
            url = web_address(enable.get("visiturl"))
            return f"{text} ({url})" if url else text
    return None


def _some(remarks: list[str]) -> tuple[str, ...]:
    once = list(dict.fromkeys(remarks))
    if len(once) <= _MOST_REMARKS:
        return tuple(once)
    return (*once[:_MOST_REMARKS], f"{len(once) - _MOST_REMARKS} more things were left out.")
