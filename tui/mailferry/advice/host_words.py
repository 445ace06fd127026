"""What a host is that the provider does not list, in words."""

from __future__ import annotations

from urllib.parse import urlsplit

from mailferry.advice.certainty import is_listed
from mailferry.advice.names import is_address, same_host, with_another_ending
from mailferry.advice.words import and_then, own_domain, provider_name
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.host_name import canonical_host, registered_domain
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.slip import slip_distance

_WEB = ("www", "webmail", "web")
_INVENTED = ("imap", "pop", "pop3", "smtp", "mail")
"""First labels that mail programs put before the domain of an address when they know nothing."""


def not_a_host(text: str) -> str | None:
    """Why a text cannot be the name of a server, in a sentence; None when it can."""
    if is_address(text):
        return None
    if not text.strip():
        return "A server name is needed here."
    if text != text.strip():
        return f"“{text}” is not a server name: there are blanks around it."
    if "://" in text:
        return f"“{text}” is the address of a page; only the name of a server belongs here."
    name, colon, port = text.rpartition(":")
    if colon and port.isdigit() and "." in name:
        return f"“{text}” is not a server name: the port has a setting of its own."
    if "@" in text:
        return f"“{text}” is not a server name but a mail address."
    try:
        ascii_name = domain_to_ascii(text)
    except AddressError:
        return f"“{text}” is not a server name."
    if ascii_name.rpartition(".")[2].isdigit():
        return f"“{text}” is neither a server name nor an IP address."
    return None


def slip_words(stated: str, meant: str, *, confirmed: bool) -> str:
    """What is to be said of a host that was probably meant to be another one.

    Of a `confirmed` one, which the account accepts by name, that no password is sent there is not true.
    """
    ending, right = canonical_host(stated).rpartition(".")[2], meant.rpartition(".")[2]
    mistyped = slip_distance(canonical_host(stated), meant) == 1 or ending[0] == right[0]
    if with_another_ending(stated, meant) and not mistyped:
        words = (
            f"The name of {meant} with another ending (.{ending}). That is another region's server, where"
            " this account does not exist, or a stranger's."
        )
    else:
        words = f"“{stated}” looks like a typing slip of {meant}."
        if registered_domain(stated) != registered_domain(meant):
            words = and_then(words, "A stranger may own that name.")
    return words if confirmed else and_then(words, "No password is sent there unless you accept it by name.")


def web_page(stated: str, recommendation: Recommendation) -> str | None:
    """A sentence where a host is a mere domain or a web site and no mail server; None where not.

    A customer's own domain may well have a mail server of that name, a provider's would be listed.
    """
    if not is_listed(recommendation):
        return None
    domain, home = own_domain(recommendation), canonical_host(stated)
    if home == domain and recommendation.how != "mx":
        return f"{stated} is the domain of the address, not the name of a mail server."
    if any(home == registered_domain(server.host) for server in _servers(recommendation)):
        return f"{stated} is the domain that the mail servers are in, not the name of one."
    pages = [recommendation.docs, recommendation.sign_in.app_password_url]
    on_page = any(same_host(stated, urlsplit(page).hostname) for page in pages if page)
    if on_page or home.partition(".")[0] in _WEB:
        return f"{stated} is a web site, not a mail server."
    return None


def strange_words(stated: str, recommendation: Recommendation) -> str:
    """What can be told of a host that nothing is known about."""
    name, domain = provider_name(recommendation), own_domain(recommendation)
    if is_address(stated):
        return (
            f"An IP address where {name} gives a name: the certificate is for the name, so the encryption"
            " cannot be verified."
        )
    first, _, rest = canonical_host(stated).partition(".")
    if first in _INVENTED and rest == domain:
        return f"Mail programs make up such a name from the address; {name} does not list it."
    theirs = {registered_domain(each.host) for each in _servers(recommendation)} | {registered_domain(domain)}
    home = registered_domain(stated)
    if is_listed(recommendation) and home not in theirs:
        return f"{name} lists no server in {home}; right only if you know who runs this one."
    return f"Not a server that {name} lists; right only if you know who runs it."


def _servers(recommendation: Recommendation) -> tuple[RecommendedServer, ...]:
    return (*recommendation.incoming, *recommendation.outgoing)
