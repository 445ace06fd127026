"""Provider files of the user's own, from a template, a look-up or an autoconfig file. Writes nothing."""

from __future__ import annotations

import re

from mailferry.model.problem import MailferryError
from mailferry.model.provider import Provider
from mailferry.model.recommendation import Recommendation
from mailferry.model.visible import visible
from mailferry.store.decode import decode_provider
from mailferry.store.files import present
from mailferry.store.history import Change
from mailferry.workspace import Workspace, today

_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?")


def template(workspace: Workspace, provider_id: str, domain: str | None = None) -> str:
    """What an own file that overrides or adds a provider begins with; `domain` is a new one's."""
    shipped = workspace.catalogue.get(provider_id)
    if shipped is not None:
        return f"# What stands here wins over the shipped {shipped.name} file, key by key.\nschema = 1\n"
    domain = domain or f"{provider_id}.example"
    return (
        f'schema = 1\nname = "{provider_id}"\ndomains = ["{domain}"]\n\n'
        f'[[incoming]]\nprotocol = "imap"\nhost = "imap.{domain}"\nport = 993\n'
        f'security = "tls"\n\n[[outgoing]]\nhost = "smtp.{domain}"\nport = 465\nsecurity = "tls"\n'
    )


def of_found(workspace: Workspace, found: Recommendation) -> tuple[str, Change]:
    """A new provider's id, after the domain, and its file with what a look-up found.

    Raises NothingToSaveError when nothing was found or a provider file is followed already, and
    MailferryError when another own file has the domain.
    """
    from mailferry.catalog.own_file import found_provider, provider_text

    provider, comment = found_provider(found, today())
    text = provider_text(provider, comment)
    plain = re.sub(r"[^a-z0-9]+", "-", provider.domains[0]).strip("-")[:60].rstrip("-")
    taken = workspace.catalogue.ids()
    numbered = (plain if number == 1 else f"{plain}-{number}" for number in range(1, len(taken) + 2))
    provider_id = next(each for each in numbered if each not in taken)
    path = workspace.home.providers / f"{provider_id}.toml"
    decode_provider(text, str(path))
    _refuse_taken(workspace, provider_id, provider, "edit that file instead")
    return provider_id, Change(path, None, text)


def of_autoconfig(
    workspace: Workspace, provider_id: str, data: bytes, source: str, *, replace: bool
) -> Change:
    """An own provider file with what an autoconfig file says; `source` names that file.

    Without `replace`, a provider of that id, own or shipped, is left alone, and another own file keeps its
    domains in any case. Raises AutoconfigError for what is no autoconfig file, InvalidFileError,
    MailferryError.
    """
    from mailferry.catalog.formats.autoconfig_xml import read_autoconfig
    from mailferry.catalog.own_file import autoconfig_provider, provider_text

    if not _ID.fullmatch(provider_id):
        raise MailferryError(
            f"“{visible(provider_id)}” cannot be a provider's id; use lower-case letters, digits and hyphens"
        )
    path = workspace.home.providers / f"{provider_id}.toml"
    before = present(path)
    if not replace and before is not None:
        raise MailferryError(f"{path} is there already; nothing was changed (--force replaces it)")
    if not replace and provider_id in workspace.catalogue.ids():
        raise MailferryError(
            f"{provider_id} is a shipped provider, which a file of that name would change; choose another id,"
            " or add --force if that is what you want"
        )
    provider, comment = autoconfig_provider(provider_id, read_autoconfig(data, source), source, today())
    text = provider_text(provider, comment)
    decode_provider(text, str(path), over=workspace.catalogue.shipped_raw(provider_id))
    _refuse_taken(workspace, provider_id, provider, "read it into that id with --force to replace that file")
    return Change(path, before, text)


def overridden(workspace: Workspace, provider_id: str) -> tuple[str, ...]:
    """Which shipped files an own file wins over, a sentence each; none where it only adds a provider."""
    catalogue = workspace.catalogue
    provider = catalogue.need(provider_id)
    sentences = []
    if catalogue.origin(provider_id) == "merged":
        sentences.append(
            f"Your file now wins over the shipped {provider_id}.toml, key by key; delete it and the shipped"
            " one holds alone again."
        )
    shipped: dict[str, list[str]] = {}
    for domain in provider.domains:
        other = catalogue.shipped_alone.find_domain(domain)
        if other is not None and other != provider_id:
            shipped.setdefault(other, []).append(domain)
    for other, domains in shipped.items():
        names = ", ".join(domains[:3]) + (f" and {len(domains) - 3} more" if len(domains) > 3 else "")
        sentences.append(f"The shipped {other}.toml lists {names} as well; for these your file wins now.")
    return tuple(sentences)


def _refuse_taken(workspace: Workspace, provider_id: str, provider: Provider, instead: str) -> None:
    """Two own files for one domain would leave it to their names which of them holds."""
    catalogue = workspace.catalogue
    for domain in provider.domains:
        holder = catalogue.find_domain(domain)
        if holder is not None and holder != provider_id and catalogue.origin(holder) != "shipped":
            raise MailferryError(
                f"{domain} is listed in your own file {workspace.home.providers / holder}.toml already;"
                f" nothing was changed. Take the domain out of it first, or {instead}"
            )
