"""How settings, dates and sources are said to a person."""

from __future__ import annotations

import datetime

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
    names = {"security": _SECURITY, "protocol": _PROTOCOL, "auth": _AUTH}.get(field, {})
    return names.get(text, text)


def provider_name(recommendation: Recommendation) -> str:
    """Who is meant to run the mail servers; the address's domain when nothing better is known."""
    return recommendation.name or recommendation.provider or recommendation.address.rpartition("@")[2]


def source_says(recommendation: Recommendation, path: str, value: str | int) -> str:
    """One sentence that names the recommended value and who recommends it, with the date it was read."""
    table, field = path.split(".")
    words, read = say_value(field, value), ""
    verb = "asks for" if field == "auth" else "says"
    if recommendation.how == "own":
        source = "Your own provider file"
    else:
        source = provider_name(recommendation)
        for evidence in recommendation.evidence:
            if not evidence.about or path in evidence.about or table in evidence.about:
                source = evidence.source
                read = f" (read {say_date(evidence.read)})" if evidence.read else ""
                break
        else:
            verb = "recommends"
    if field == "username":  # a page gives the form of a name, not the name itself
        return f"By what {source} {verb}, it is {words}{read}."
    return f"{source} {verb} {words}{read}."


def and_then(*sentences: str | None) -> str:
    """Sentences one after the other; those that are missing or empty are left out."""
    return " ".join(sentence.strip() for sentence in sentences if sentence and sentence.strip())
