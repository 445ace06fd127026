"""A reader of autoconfig files apart from ours, which accepts nothing that some program could refuse.

Written after the grammar of draft-ietf-mailmaint-autoconfig-06 (section 3 and its appendix) and after what
Thunderbird insists on: a host name as id, at least one domain, one server to read from and one to send
through, exactly one host, port and encryption a server, values spelt exactly as published.
"""

from __future__ import annotations

import re
from xml.dom.minidom import Element, parseString

_CHILDREN = {
    "clientConfig": {"emailProvider"},
    "emailProvider": {
        "domain",
        "displayName",
        "displayShortName",
        "incomingServer",
        "outgoingServer",
        "documentation",
        "enable",
    },
    "incomingServer": {"hostname", "port", "socketType", "authentication", "username"},
    "outgoingServer": {"hostname", "port", "socketType", "authentication", "username"},
    "documentation": {"descr"},
    "enable": {"instruction"},
}
_ATTRIBUTES = {
    "clientConfig": {"version"},
    "emailProvider": {"id"},
    "incomingServer": {"type"},
    "outgoingServer": {"type"},
    "documentation": {"url"},
    "descr": {"lang"},
    "instruction": {"lang"},
}
_OPTIONAL_ATTRIBUTES = {"domain": {"purpose"}, "enable": {"visiturl"}}
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*")
_HOST_WITH_PLACEHOLDER = re.compile(r"[a-zA-Z0-9.-]*(%[A-Z0-9]+%[a-zA-Z0-9.-]*)+")
_AUTH = {"password-cleartext", "password-encrypted", "NTLM", "OAuth2", "none"}

Server = tuple[str, str, int, str, tuple[str, ...], str | None]
"""Type, host, port, encryption, ways of signing in, user name."""


def read_strictly(data: bytes) -> list[Server]:
    """The servers of a file that every program accepts. Fails with AssertionError where one could refuse."""
    assert data.startswith(b"<?xml"), "the draft wants an XML header and no byte order mark"
    data.decode("utf-8")
    document = parseString(data)
    assert document.doctype is None
    root = document.documentElement
    assert root is not None
    assert root.tagName == "clientConfig"
    assert root.getAttribute("version") in ("1.1", "1.2")
    _check(root)
    (provider,) = root.getElementsByTagName("emailProvider")
    assert _HOST.fullmatch(provider.getAttribute("id"))
    domains = _texts(provider, "domain")
    assert domains
    assert all(_HOST.fullmatch(domain) for domain in domains)
    (name,) = _texts(provider, "displayName")
    assert 0 < len(name) <= 60
    (short,) = _texts(provider, "displayShortName")
    assert 0 < len(short) <= 20
    incoming = [_server(each, {"imap", "pop3"}) for each in provider.getElementsByTagName("incomingServer")]
    outgoing = [_server(each, {"smtp"}) for each in provider.getElementsByTagName("outgoingServer")]
    assert incoming
    assert outgoing
    return incoming + outgoing


def _check(element: Element) -> None:
    tag = element.tagName
    attributes = {name for name, _ in element.attributes.items()}
    assert _ATTRIBUTES.get(tag, set()) <= attributes
    assert attributes <= _ATTRIBUTES.get(tag, set()) | _OPTIONAL_ATTRIBUTES.get(tag, set())
    for child in element.childNodes:
        if isinstance(child, Element):
            assert child.tagName in _CHILDREN.get(tag, set()), f"{child.tagName} in {tag}"
            _check(child)
        elif child.nodeType == child.TEXT_NODE and tag in _CHILDREN:
            assert not child.data.strip(), f"text in {tag}"


def _server(element: Element, kinds: set[str]) -> Server:
    assert element.getAttribute("type") in kinds
    (host,) = _texts(element, "hostname")
    assert _HOST.fullmatch(host) or _HOST_WITH_PLACEHOLDER.fullmatch(host)
    (port,) = _texts(element, "port")
    assert 0 < int(port) < 65536
    (encryption,) = _texts(element, "socketType")
    assert encryption in ("SSL", "STARTTLS", "plain")
    auth = tuple(_texts(element, "authentication"))
    assert auth
    assert set(auth) <= _AUTH
    usernames = _texts(element, "username")
    assert len(usernames) <= 1
    return element.getAttribute("type"), host, int(port), encryption, auth, next(iter(usernames), None)


def _texts(element: Element, tag: str) -> list[str]:
    texts = []
    for child in element.getElementsByTagName(tag):
        text = "".join(node.data for node in child.childNodes if node.nodeType == node.TEXT_NODE)
        assert text == text.strip()
        texts.append(text)
    return texts
