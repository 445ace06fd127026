"""What the owner of a domain publishes, so that mail programs find the settings by themselves."""

from __future__ import annotations

from typing import Literal

import msgspec

from mailferry.model.problem import MailferryError
from mailferry.model.provider import Provider
from mailferry.workspace import Workspace

Form = Literal["autoconfig", "dns", "pacc"]

_SHOWN = 3
"""Domains for which addresses are written out; the others are alike."""


class NotPublishableError(MailferryError):
    """A provider of which nothing can be published; the message says why."""


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """A text to publish. `guidance` are sentences that say where it goes and what it leaves out."""

    text: str
    guidance: tuple[str, ...]


def publication(workspace: Workspace, provider_id: str, form: Form) -> Publication:
    """What is to be published for a provider in one form.

    Raises NotPublishableError where there is nothing to publish, MailferryError for an unknown provider.
    """
    provider = workspace.catalogue.need(provider_id)
    if not provider.incoming and not provider.outgoing:
        raise NotPublishableError(
            f"{provider.name} has no servers for mail programs, so there is nothing to publish."
            f" {provider.notice or ''}".rstrip()
        )
    if provider.status == "bridge-only":
        raise NotPublishableError(
            f"The servers of {provider.name} are a program on each user's own computer; published, they would"
            " lead nowhere."
        )
    if form == "autoconfig":
        return _autoconfig(provider_id, provider)
    return _dns(provider) if form == "dns" else _pacc(provider)


def _autoconfig(provider_id: str, provider: Provider) -> Publication:
    from mailferry.catalog.formats.autoconfig_writer import write_autoconfig

    asked = any(server.username == "ask" for server in (*provider.incoming, *provider.outgoing))
    return Publication(
        text=write_autoconfig(provider_id, provider),
        guidance=(
            "Serve it over HTTPS as text/xml, at either address of each domain:",
            *_addresses(
                provider,
                "https://autoconfig.{domain}/mail/config-v1.1.xml",
                "https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
            ),
            *(_ASKED if asked else ()),
        ),
    )


_ASKED = ("The user name is left out where everybody has another; programs then ask for it.",)


def _dns(provider: Provider) -> Publication:
    from mailferry.catalog.formats.dns_records import dns_records
    from mailferry.catalog.formats.pacc_json import PACC_RECORD, pacc_gaps

    text = dns_records(provider)
    return Publication(
        text=text,
        guidance=(
            "Add the records to the zone of each domain, at the name server or in the registrar's web form.",
            "Look through them first: a record that says “not offered” tells every program not to try.",
            *(_DIGEST if PACC_RECORD in text and pacc_gaps(provider) else ()),
        ),
    )


_DIGEST = (
    "The PACC record is the digest of a document that does not say all there is: look at --as pacc before you"
    " publish it, and leave it out where you do not serve that document.",
)


def _pacc(provider: Provider) -> Publication:
    from mailferry.catalog.formats.pacc_json import (
        PACC_DRAFT,
        PACC_HOST,
        PACC_PATH,
        PaccError,
        pacc_gaps,
        write_pacc,
    )

    try:
        text = write_pacc(provider)
    except PaccError as error:
        raise NotPublishableError(f"{error}.") from None
    return Publication(
        text=text,
        guidance=(
            *pacc_gaps(provider),
            f"PACC is a draft ({PACC_DRAFT}) and may change. Serve the document over HTTPS, as"
            " application/json and byte for byte, at:",
            *_addresses(provider, f"https://{PACC_HOST}.{{domain}}/{PACC_PATH}"),
            "Its digest stands in a DNS record: --as dns prints that too.",
        ),
    )


def _addresses(provider: Provider, *templates: str) -> tuple[str, ...]:
    shown = provider.domains[:_SHOWN] or ("DOMAIN",)
    rest = len(provider.domains) - len(shown)
    return (
        *(f"  {template.format(domain=domain)}" for domain in shown for template in templates),
        *((f"  and so for {rest} more {'domain' if rest == 1 else 'domains'}",) if rest > 0 else ()),
    )
