"""How settings, dates and sources are said to a person."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from mailferry.model.provider import Evidence
from mailferry.model.recommendation import Recommendation

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SECURITY = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "no encryption"}
_PROTOCOL = {"imap": "IMAP", "pop3": "POP3", "smtp": "SMTP"}
_AUTH = {
    "password": "a password",
    "cram-md5": "a password by CRAM-MD5",
    "ntlm": "a password by NTLM",
    "oauth2": "sign-in on a web page (OAuth2)",
    "none": "no sign-in",
}
_NAMES = {"security": _SECURITY, "protocol": _PROTOCOL, "auth": _AUTH}


def say_date(day: datetime.date) -> str:
    """A date as people write it, the same in every locale: 20 Nov 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_value(field: str, value: str | int) -> str:
    """A setting's value in words: `port 993`, `TLS from the start`."""
    text = str(value)
    if field == "port":
        return f"port {text}"
    if field == "username":
        return f"“{text}”"
    names = _NAMES.get(field)
    return names.get(text, text) if names else text


def provider_name(recommendation: Recommendation) -> str:
    """Who is meant to run the mail servers; the address's domain when nothing better is known."""
    return recommendation.name or recommendation.provider or own_domain(recommendation)


def own_domain(recommendation: Recommendation) -> str:
    """The domain of the address."""
    return recommendation.address.rpartition("@")[2]


def source_says(recommendation: Recommendation, path: str, value: str | int) -> str:
    """One sentence that names the recommended value and who recommends it, with the date it was read."""
    field = path.split(".")[1]
    words, evidence = say_value(field, value), _evidence_about(recommendation, path)
    read = f"read {say_date(evidence.read)}" if evidence and evidence.read else ""
    if recommendation.how == "guess":
        return f"A look-up guessed {words}; nobody published it."
    if recommendation.how in _FOUND and evidence is not None:
        source, verb, read = "a look-up", "found", ", ".join(filter(None, (evidence.source, read)))
    elif recommendation.how in _FOUND:
        source, verb = _FOUND[recommendation.how].format(domain=own_domain(recommendation)), "says"
    elif evidence is None:
        source, verb = provider_name(recommendation), "recommends"
    else:
        source, verb = evidence.source, "asks for" if field == "auth" else "says"
    proof = f" ({read})" if read else ""
    if field == "username":  # a page gives the form of a name, not the name itself
        return f"By {source}, it is {words}{proof}."
    if source.startswith(("a look-up", "what ", "your own ")):
        source = source[:1].upper() + source[1:]
    return f"{source} {verb} {words}{proof}."


_FOUND = {
    "srv": "what {domain} publishes",
    "autoconfig": "what {domain} publishes",
    "ispdb": "Thunderbird's database",
}
"""Who speaks where neither a provider file does nor any evidence, by the way the recommendation was found."""


def _evidence_about(recommendation: Recommendation, path: str) -> Evidence | None:
    """The first evidence for a setting; what names no settings is about all of them."""
    table = path.split(".")[0]
    for each in recommendation.evidence:
        if not each.about or path in each.about or table in each.about:
            return each
    return None


def listed(things: Sequence[str]) -> str:
    """Things one after the other, as people say them: `a, b and c`."""
    return " and ".join(filter(None, (", ".join(things[:-1]), *things[-1:])))


def and_then(*sentences: str | None) -> str:
    """Sentences one after the other; those that are missing or empty are left out."""
    return " ".join(sentence.strip() for sentence in sentences if sentence and sentence.strip())
