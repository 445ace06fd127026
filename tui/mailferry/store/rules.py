"""What a file must say beyond keys and types: addresses, hosts, patterns, names of settings.

The rules look at the TOML values themselves, so that they find faults in a file that has others as well.
Where a value has the wrong type they are silent: `shape` has said so.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping

from mailferry.model.address import AddressError, domain_to_ascii, parse_address
from mailferry.model.profile_name import identifier_fault, is_uuid
from mailferry.model.settings import SETTING_PATHS
from mailferry.model.visible import visible
from mailferry.store.fault import Fault

Raw = Mapping[str, object]
Rule = Callable[[Raw], Iterator[Fault]]

_PROSE = frozenset({"notice", "note", "why", "what", "do", "advice", "before", "doubts", "reason"})
"""Keys whose text may run over several lines."""

_LINKS = (("url",), ("docs",), ("app_password_url",))
_FINGERPRINT = re.compile(r"sha256:(?:[0-9a-f]{64}|[0-9a-f]{2}(?::[0-9a-f]{2}){31})", re.IGNORECASE)
_FILE_STEM = re.compile(r"[^./\\][^/\\]*")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def account_faults(raw: Raw) -> Iterator[Fault]:
    """Faults of an account file."""
    yield from text_faults(raw)
    address = raw.get("address")
    if isinstance(address, str):
        try:
            parse_address(address)
        except AddressError as error:
            yield Fault(("address",), visible(str(error)))
    provider = raw.get("provider")
    if isinstance(provider, str) and not _FILE_STEM.fullmatch(provider):
        yield Fault(("provider",), "must be the name of a provider file, without folder and “.toml”")
    for role in ("incoming", "outgoing"):
        server = _table(raw, role)
        yield from _host_faults(server, (role,))
        if server.get("username") == "":
            yield Fault((role, "username"), "is empty; leave it out to follow the recommendation")
        fingerprint = server.get("fingerprint")
        if isinstance(fingerprint, str) and not _FINGERPRINT.fullmatch(fingerprint):
            yield Fault((role, "fingerprint"), "must be sha256: and 64 hexadecimal digits")
    yield from _password_faults(_table(raw, "password"), ("password",))
    yield from _password_faults(_table(_table(raw, "outgoing"), "password"), ("outgoing", "password"))
    yield from _pin_faults(_table(raw, "iphone"))
    for path in _table(raw, "accepted"):
        if path not in SETTING_PATHS:
            from difflib import get_close_matches

            near = get_close_matches(path, SETTING_PATHS, n=1)
            hint = f"did you mean “{near[0]}”?" if near else f"settings are {', '.join(SETTING_PATHS)}"
            yield Fault(("accepted", path), f"there is no such setting; {hint}")


def provider_faults(raw: Raw) -> Iterator[Fault]:
    """Faults of a provider file."""
    yield from text_faults(raw)
    for key in ("domains", "suffixes", "mx", "server_domains"):
        for index, name in enumerate(_list(raw, key)):
            if isinstance(name, str) and (message := _name_fault(name)):
                yield Fault((key, index), message)
    own_form = raw.get("own_domain_username")
    if isinstance(own_form, str) and (message := _username_fault(own_form)):
        yield Fault(("own_domain_username",), message)
    for role in ("incoming", "outgoing"):
        for path, server in _tables(raw, role):
            yield from _offered_host_faults(server, path)
            forms: list[tuple[tuple[str | int, ...], object]] = [(("username",), server.get("username"))]
            forms += [
                (("username_also", index), form) for index, form in enumerate(_list(server, "username_also"))
            ]
            for where, form in forms:
                if isinstance(form, str) and (message := _username_fault(form)):
                    yield Fault((*path, *where), message)
    for path, table in _tables(raw, "old_host"):
        yield from _host_faults(table, path)
        yield from _host_faults(table, path, "use")
    yield from _pattern_faults(raw, "failure")
    yield from _link_faults(raw)


def failures_faults(raw: Raw) -> Iterator[Fault]:
    """Faults of the failure book."""
    yield from text_faults(raw)
    yield from _pattern_faults(raw, "rule")
    yield from _link_faults(raw)


def people_faults(raw: Raw) -> Iterator[Fault]:
    """Faults of people.toml."""
    yield from text_faults(raw)
    for person, phone in raw.items():
        version = phone.get("ios") if isinstance(phone, dict) else None
        if isinstance(version, int) and 18 < version < 26:
            yield Fault((person, "ios"), f"there is no iOS {version}; after 18 came 26")


def text_faults(raw: Raw) -> Iterator[Fault]:
    """Control characters in any key or text; texts that may have several lines keep those."""
    yield from _control_characters(raw, ())


def host_fault(host: str) -> str | None:
    """Why a text is no host name or IP address, in words; None when it is one."""
    if not host:
        return "is empty; leave it out to follow the recommendation"
    if _has_control(host):
        return "holds a control character"
    if any(character.isspace() for character in host):
        return "has a blank inside; a server name has none"
    if "://" in host:
        return "must be the server's name alone, without “" + visible(host.split("://")[0]) + "://”"
    if "@" in host:
        return "is an address; the name of the server is needed"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return None
    if host.startswith("[") and host.endswith("]"):
        return "must be written without the brackets"
    name, colon, port = host.rpartition(":")
    if colon and port.isdigit():
        return f"must be the server's name alone; put {port} into port, and leave {visible(name)} here"
    if "/" in host:
        return "must be the server's name alone, without “/” and what follows"
    try:
        domain_to_ascii(host)
    except AddressError as error:
        return visible(str(error)).replace("domain name", "server name")
    return None


def _host_faults(table: Raw, path: tuple[str | int, ...], key: str = "host") -> Iterator[Fault]:
    host = table.get(key)
    if isinstance(host, str) and (message := host_fault(host)):
        yield Fault((*path, key), message)


def _offered_host_faults(table: Raw, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """As `_host_faults`; a provider's host may hold {domain}, which stands for the domain of an address."""
    host = table.get("host")
    if isinstance(host, str):
        yield from _host_faults({"host": host.replace("{domain}", "example.org")}, path)


def _name_fault(name: str) -> str | None:
    try:
        domain_to_ascii(name)
    except AddressError as error:
        return visible(str(error))
    return None


def _password_faults(source: Raw, path: tuple[str | int, ...]) -> Iterator[Fault]:
    command = source.get("command")
    if source.get("from") == "command":
        if command is None or (isinstance(command, list) and (not command or command[0] == "")):
            yield Fault(path, 'from = "command" needs a command, like command = ["pass", "show", "mail/mum"]')
    elif command is not None:
        yield Fault((*path, "command"), 'is not used; write from = "command" beside it')


def _pin_faults(iphone: Raw) -> Iterator[Fault]:
    identifier, uuid = iphone.get("identifier"), iphone.get("uuid")
    anew = "remove it, and the next export puts in a right one"
    if isinstance(identifier, str) and (message := identifier_fault(identifier)):
        yield Fault(("iphone", "identifier"), f"{message}; {anew}")
    if isinstance(uuid, str) and not is_uuid(uuid):
        yield Fault(("iphone", "uuid"), f"is no UUID; {anew}")


def _username_fault(form: str) -> str | None:
    known = "choose address, local-part or ask, or write a text with {address}, {local} or {domain}"
    if form in ("address", "local-part", "ask"):
        return None
    names = _PLACEHOLDER.findall(form)
    unknown = [name for name in names if name not in ("address", "local", "domain")]
    if unknown:
        return f"{{{visible(unknown[0])}}} is not known; {known}"
    return None if names else f"would be the same name for everybody; {known}"


def _pattern_faults(raw: Raw, key: str) -> Iterator[Fault]:
    for path, rule in _tables(raw, key):
        pattern = rule.get("matches")
        if not isinstance(pattern, str):
            continue
        if not pattern:
            yield Fault((*path, "matches"), "is empty and would match everything")
        try:
            re.compile(pattern)
        except (re.error, RecursionError, OverflowError) as error:
            yield Fault((*path, "matches"), f"is not a regular expression: {visible(str(error))}")


def _link_faults(value: object, path: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    """Links that are not web pages: they end up in sheets that people tap."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _link_faults(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _link_faults(inner, (*path, index))
    elif isinstance(value, str) and path[-1:] in _LINKS and not value.startswith(("https://", "http://")):
        yield Fault(path, "must be the address of a web page, beginning with https://")


def _control_characters(value: object, path: tuple[str | int, ...]) -> Iterator[Fault]:
    match value:
        case dict():
            for key, inner in value.items():
                if _has_control(key):
                    yield Fault((*path, key), "the key holds a control character")
                yield from _control_characters(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _control_characters(inner, (*path, index))
        case str():
            prose = any(part in _PROSE for part in path)
            if _has_control(value.replace("\n", "").replace("\t", "") if prose else value):
                yield Fault(path, "holds a control character; remove it")


def _has_control(text: str) -> bool:
    return not text.isprintable() and any(unicodedata.category(character) == "Cc" for character in text)


def _table(raw: Raw, key: str) -> Raw:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _list(raw: Raw, key: str) -> list[object]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _tables(raw: Raw, key: str) -> Iterator[tuple[tuple[str | int, ...], Raw]]:
    for index, table in enumerate(_list(raw, key)):
        if isinstance(table, dict):
            yield (key, index), table
