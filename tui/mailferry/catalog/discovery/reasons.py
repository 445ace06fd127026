"""Why a recommendation follows a source, who contradicts, and what to beware of: in sentences."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from mailferry.catalog.dated_doubts import is_dated
from mailferry.catalog.evidence import Cell, EvidenceTable, Row, evidence_table
from mailferry.model.account import Role
from mailferry.model.address import Address
from mailferry.model.provider import Evidence
from mailferry.model.recommendation import Recommendation, SourceAnswer, SourceName
from mailferry.model.visible import visible

_NAMES: Mapping[SourceName, str] = {
    "own": "your own file",
    "domain": "the shipped file",
    "mx": "the listed provider of the mail exchanger",
    "srv": "SRV records",
    "autoconfig": "the domain's autoconfig file",
    "pacc": "the domain's PACC file",
    "ispdb": "the database of mail providers (ISPDB)",
    "guess": "the guess",
    "tested": "a sign-in tested here",
}

_EVIDENCE: Mapping[SourceName, str] = {
    "srv": "SRV records of {domain}",
    "autoconfig": "Autoconfig file of {domain}",
    "pacc": "PACC file of {domain} (a draft standard)",
    "ispdb": "Database of mail providers (ISPDB)",
    "guess": "A guess: servers that answered under usual names",
    "tested": "A sign-in tested on this machine",
}

_WHY: Mapping[SourceName, str] = {
    "own": "Your own provider file has the say.",
    "domain": "mailferry's file for {name} covers {domain}; a listed domain comes before all that is asked"
    " online.",
    "mx": "The mail exchanger of {domain} is {name}'s, a listed provider; its settings come before what"
    " nobody has looked through.",
    "srv": "{domain} publishes SRV records; what a domain says of itself comes before what others say of it,"
    " and its SRV records before its files.",
    "autoconfig": "{domain} publishes an autoconfig file; what a domain says of itself comes before what"
    " others say of it.",
    "pacc": "{domain} publishes a PACC file, a draft standard; what a domain says of itself comes before what"
    " others say of it.",
    "ispdb": "The database of mail providers (ISPDB) knows {domain}, and the domain itself publishes nothing"
    " that comes before it.",
    "guess": "This is a guess: nobody says what the servers of {domain} are, and these answered under usual"
    " names.",
}

_OF_THE_DOMAIN: frozenset[SourceName] = frozenset({"srv", "autoconfig", "pacc"})

_SECURITY: Mapping[object, str] = {"tls": "TLS", "starttls": "STARTTLS", "none": "no encryption"}

_DOES: Mapping[Role, str] = {"incoming": "reading", "outgoing": "sending"}

_HALF = {"incoming": "The server for reading comes", "outgoing": "The server for sending comes"}


def choice(found: Recommendation, address: Address, givers: Mapping[Role, SourceAnswer]) -> str:
    """Which source the recommendation follows and why, and who agrees."""
    table = evidence_table(found)
    followed = _followed(found, givers)
    why = _WHY[followed].format(domain=address.domain, name=visible(found.name or "the provider"))
    sentences = [why, *_halves(followed, givers)]
    if found.provider is not None and followed not in ("own", "domain", "mx"):
        sentences.append(f"The servers are {found.name}'s, so what is known of {found.name} holds too.")
    leads_out = any(answer.source == "srv" and answer.outside for answer in found.sources)
    if leads_out and followed in ("autoconfig", "pacc", "ispdb"):
        sentences.append(f"The SRV records of {address.domain} lead elsewhere and so come last.")
    used = {followed, *(giver.source for giver in givers.values())}
    agreeing = [each for each in table.sources if each not in used and table.agrees(each)]
    if agreeing:
        agree = "agree" if len(agreeing) > 1 or agreeing[0] == "srv" else "agrees"
        sentences.append(_capital(f"{_listing([_NAMES[each] for each in agreeing])} {agree}."))
    return " ".join(sentences)


def doubts(found: Recommendation, address: Address) -> tuple[str, ...]:
    """What sources say against the recommendation, a sentence for each source."""
    table = evidence_table(found)
    said = tuple(_contradictions(table))
    itself = [
        source
        for source in table.sources
        if source in _OF_THE_DOMAIN and any(row.path.endswith(".host") for row, _ in table.conflicts(source))
    ]
    if found.how != "mx" or not itself:
        return said
    return (
        *said,
        f"What {address.domain} says of itself is not followed, because its mail exchanger is {found.name}'s."
        f" If {found.name} only passes its mail on, the domain's own servers are the right ones.",
    )


def lasting(found: Recommendation) -> tuple[str, ...]:
    """The doubts of a provider's file without those of earlier look-ups that today's answers replace."""
    silent = [_NAMES[each.source] for each in found.sources if not each.ok and each.source in _NAMES]
    return tuple(
        doubt
        for doubt in found.doubts
        if not is_dated(doubt) or any(name.lower() in doubt.lower() for name in silent)
    )


def evidence(
    found: Recommendation, address: Address, givers: Mapping[Role, SourceAnswer], today: datetime.date
) -> tuple[Evidence, ...]:
    """The sources that agree with the recommendation or gave a half of it, of this day or a day of theirs."""
    table = evidence_table(found)
    collected = []
    for answer in found.sources:
        if answer.source not in table.sources or answer.source not in _EVIDENCE:
            continue
        given = tuple(role for role, giver in givers.items() if giver is answer)
        if given or table.agrees(answer.source):
            collected.append(
                Evidence(
                    source=_EVIDENCE[answer.source].format(domain=address.domain),
                    url=answer.url,
                    read=answer.read or today,
                    about=() if table.agrees(answer.source) else given,
                )
            )
    return tuple(collected)


def outside_warnings(found: Recommendation, address: Address, vouched: frozenset[str]) -> Iterator[str]:
    """Every host outside the domain that SRV records lead to, and whether others name it as well."""
    used = {server.host.lower() for server in (*found.incoming, *found.outgoing)}
    for host in dict.fromkeys(host.lower() for answer in found.sources for host in answer.outside):
        lies = f"{visible(host)}, which SRV records name, lies outside {address.domain}"
        if host in vouched:
            yield f"{lies}; another source names it too."
        elif host in used and found.how == "own":
            yield (
                f"{lies}, and besides DNS only your own file names it. Ask who runs the domain; if the host"
                " is right, say so in the file with server_domains."
            )
        elif host in used:
            yield f"{lies}, and nothing but DNS vouches for it: ask who runs the domain before signing in."
        else:
            yield f"{lies}, and nothing but DNS vouches for it; it is not used."


def server_warnings(
    found: Recommendation, address: Address, givers: Mapping[Role, SourceAnswer]
) -> Iterator[str]:
    """Servers that nobody names, and those found that do not encrypt."""
    for role, does in _DOES.items():
        servers = found.servers(role)
        if not servers and found.status == "active":
            yield f"No source names a server for {does}; ask who runs {address.domain}, none is made up."
        if role not in givers:
            continue  # a provider's file says itself what there is to know
        plain = [server for server in servers if server.security == "none"]
        if len(plain) == len(servers) and plain:
            yield (
                f"{visible(plain[0].host)}, for {does}, is named without encryption, and nothing better is"
                " known: a password sent there can be read on the way. Ask for an encrypted server."
            )
        elif plain:
            names = _listing([f"{visible(server.host)} port {server.port}" for server in plain])
            yield f"Not encrypted and so last in line for {does}: {names}."


def no_mail_warning(found: Recommendation) -> Iterator[str]:
    """That the domain says of itself that it takes no mail (RFC 7505), where it does."""
    for answer in found.sources:
        if answer.no_mail:
            yield f"{answer.error} Look at the address again."


def nothing_found(address: Address, sources: Sequence[SourceAnswer]) -> Iterator[str]:
    """Why nothing was found for an address, and what can be done."""
    mx = next((answer for answer in sources if answer.source == "mx"), None)
    if mx is not None and mx.error and mx.no_mail:
        yield f"{mx.error} So there are no servers to find; look at the address again."
        return
    if mx is not None and mx.error:
        yield " ".join((mx.error, *mx.remarks))
    else:
        yield f"Nobody says what the servers of {address.domain} are."
    for answer in sources:
        if answer.source == "autodiscover" and answer.ok:
            yield from answer.remarks
    yield (
        f"No server is made up. Ask who runs {address.domain} for the names of its servers, and write them"
        f' into the account or into a provider file of your own with domains = ["{address.domain}"].'
    )


def _followed(found: Recommendation, givers: Mapping[Role, SourceAnswer]) -> SourceName:
    if found.how == "own" or found.how == "domain" or found.how == "mx":
        return found.how
    named = {giver.source for giver in givers.values()}
    if found.how == "autoconfig":
        return "autoconfig" if "autoconfig" in named else "pacc"
    return "srv" if found.how == "srv" else "ispdb" if found.how == "ispdb" else "guess"


def _halves(followed: SourceName, givers: Mapping[Role, SourceAnswer]) -> Iterator[str]:
    for role, giver in givers.items():
        if giver.source != followed:
            yield f"{_HALF[role]} from {_NAMES[giver.source]}, because nothing better names one."


def _contradictions(table: EvidenceTable) -> Iterator[str]:
    """“The domain's autoconfig file names mail.firm.example for IMAP.”; the table has it all."""
    for source in table.sources:
        instead: dict[str, list[str]] = {}
        for protocol, against in groupby(table.conflicts(source), key=lambda each: each[0].protocol):
            instead.setdefault(_instead(list(against)), []).append(protocol.upper())
        if instead:
            name = "name" if source == "srv" else "names"  # records are several
            what = "; ".join(f"{value} for {_listing(protocols)}" for value, protocols in instead.items())
            yield _capital(f"{_NAMES[source]} {name} {what}.")


def _instead(against: Sequence[tuple[Row, Cell]]) -> str:
    """What a source says of one protocol instead; another host says enough."""
    said = {row.path.rpartition(".")[2]: cell.value for row, cell in against}
    if "host" in said:
        return visible(str(said["host"]))
    words = {
        "port": f"port {said.get('port')}",
        "security": _SECURITY.get(said.get("security"), ""),
        "username": f"the user name {visible(str(said.get('username')))}",
        "auth": f"sign-in by {visible(str(said.get('auth')))}",
    }
    return _listing([words[setting] for setting in said])


def _listing(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
