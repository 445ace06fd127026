"""Writing the autoconfig file that the owner of a domain publishes: `clientConfig` 1.1.

Version 1.1 is what programs in the field read; draft-ietf-mailmaint-autoconfig-06 describes it with
additions. Not in the format: other forms of a user name that are accepted (`username_also`), whether an
app-specific password is needed, everything about iPhones, and evidence.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from mailferry.catalog.formats.placeholders import written
from mailferry.model.account import AuthMethod, Protocol, Security
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.provider import OfferedServer, Provider

_SECURITY: dict[Security, str] = {"tls": "SSL", "starttls": "STARTTLS", "none": "plain"}
_AUTH: dict[AuthMethod, str] = {
    "password": "password-cleartext",
    "cram-md5": "password-encrypted",
    "ntlm": "NTLM",
    "oauth2": "OAuth2",
    "none": "none",
}
_SHORT_NAME = 20
"""Characters that `displayShortName` may have."""
_STEP_WITH_PAGE = re.compile(r"(?s)(.*\S) \((https?://[^\s()<>\"']+)\)")
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_autoconfig(provider_id: str, provider: Provider) -> str:
    """The file for a provider, in UTF-8 once encoded. The same provider always gives the same text.

    A server whose user name has no form (“ask”) is written without one, which the draft allows. Programs
    that need one (Thunderbird does) then propose a name that is wrong.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<clientConfig version="1.1">',
        f"  <emailProvider id={_quoted(_main_domain(provider) or provider_id)}>",
        *(f"    <domain>{_escaped(domain)}</domain>" for domain in _domains(provider.domains)),
        *(f'    <domain purpose="mx">{_escaped(domain)}</domain>' for domain in _domains(provider.mx)),
        f"    <displayName>{_escaped(provider.name)}</displayName>",
        f"    <displayShortName>{_escaped(provider.name[:_SHORT_NAME].strip())}</displayShortName>",
    ]
    for incoming in provider.incoming:
        lines += _server("incomingServer", incoming.protocol, incoming)
    for outgoing in provider.outgoing:
        lines += _server("outgoingServer", "smtp", outgoing)
    if provider.docs:
        lines += [
            f"    <documentation url={_quoted(provider.docs)}>",
            '      <descr lang="en">How to set up a mail program</descr>',
            "    </documentation>",
        ]
    for step in _steps(provider):
        lines += _enable(step)
    return "\n".join([*lines, "  </emailProvider>", "</clientConfig>", ""])


def _main_domain(provider: Provider) -> str | None:
    return next(iter(_domains(provider.domains)), None)


def _domains(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Domains in A-labels, as readers compare them; what is no domain is left out."""
    found = []
    for text in texts:
        try:
            found.append(domain_to_ascii(text))
        except AddressError:
            continue  # lint says that it is no domain
    return tuple(dict.fromkeys(found))


def _server(tag: str, kind: Protocol, server: OfferedServer) -> list[str]:
    username = written(server.username)
    return [
        f'    <{tag} type="{kind}">',
        f"      <hostname>{_escaped(server.host.replace('{domain}', '%EMAILDOMAIN%'))}</hostname>",
        f"      <port>{server.port}</port>",
        f"      <socketType>{_SECURITY[server.security]}</socketType>",
        *(f"      <authentication>{_AUTH[method]}</authentication>" for method in server.auth),
        "      <!-- no user name here: everybody has one of his own, and must be asked for it -->"
        if username is None
        else f"      <username>{_escaped(username)}</username>",
        f"    </{tag}>",
    ]


def _steps(provider: Provider) -> tuple[str, ...]:
    """The steps before the first sign-in; where there are none, the app-specific password is one."""
    sign_in = provider.sign_in
    needed = sign_in.app_password == "required"  # noqa: S105  a word of the file format, not a password
    if sign_in.before or not needed:
        return sign_in.before
    page = f" ({sign_in.app_password_url})" if sign_in.app_password_url else ""
    return (f"Make an app-specific password, and use it instead of your own.{page}",)


def _enable(step: str) -> list[str]:
    """A step; the page at its end, in round brackets, stands in an attribute of its own."""
    with_page = _STEP_WITH_PAGE.fullmatch(step)
    text, page = with_page.groups() if with_page else (step, None)
    return [
        f"    <enable visiturl={_quoted(page)}>" if page else "    <enable>",
        f'      <instruction lang="en">{_escaped(text)}</instruction>',
        "    </enable>",
    ]


def _escaped(text: str) -> str:
    return escape(_in_xml(text))


def _quoted(text: str) -> str:
    return quoteattr(_in_xml(text))


def _in_xml(text: str) -> str:
    """The text without what no XML file can hold (XML 1.0 section 2.2)."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
