"""Saying why a check failed: the cause behind the server's words, and the advice for it."""

from __future__ import annotations

import msgspec

from mailferry.advice.book import fill, first_match
from mailferry.advice.certainty import doubt_about
from mailferry.advice.words import and_then, provider_name, say_date, say_value
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.failure import CauseAdvice, FailureBook, FailureRule
from mailferry.model.recommendation import Recommendation
from mailferry.model.visible import visible

_FROM_WORDS: frozenset[Cause] = frozenset(
    {
        "unknown",
        "wrong-password",
        "not-authorized",
        "server-closed",
        "server-error",
        "server-unavailable",
        "protocol-error",
    }
)
"""Causes that the words of a provider's own server may refine; all others were seen, not read."""

_FROM_STEPS: frozenset[Cause] = frozenset(
    {
        "sender-not-allowed",
        "recipient-refused",
        "message-rejected",
        "message-too-large",
        "quota-exceeded",
        "temporary-failure",
    }
)
"""Causes that sending tells from the step at which the server said no; its words may say it better."""

_PASSING: frozenset[Cause] = frozenset(
    {
        "too-many-connections",
        "server-unavailable",
        "rate-limited",
        "temporary-failure",
        "server-error",
        "mailbox-in-use",
    }
)
"""Causes that pass by themselves. No rule of a provider's may turn one into something to mend."""

_OF_PASSWORDS: frozenset[Cause] = frozenset({"wrong-password", "app-password-required"})
_BY_TOKEN = frozenset({"XOAUTH2", "OAUTHBEARER"})

_LONGEST_VALUE = 200
_NAMES_SHOWN = 5


def explain(check: ServerCheck, book: FailureBook, recommendation: Recommendation) -> ServerCheck:
    """A failed ladder with its cause named and its advice given; one that passed comes back as it is.

    The provider's own rules are tried first, then the book's where the check itself could not tell the
    cause, or only from the step of sending that the server refused. What nothing matches stays `unknown`,
    and its advice says so. Raises MailferryError for a rule whose pattern cannot be used.
    """
    if check.ok or check.cause is None:
        return check
    rule = _matching_rule(check, book, recommendation)
    cause = rule.cause if rule is not None else check.cause
    if cause in _OF_PASSWORDS and check.mechanism in _BY_TOKEN:
        rule, cause = None, "oauth2-token-rejected"  # servers say “password” of tokens too
    advice = _advice(check, cause, rule, book.cause.get(cause), recommendation)
    return msgspec.structs.replace(check, cause=cause, advice=advice)


def _matching_rule(
    check: ServerCheck, book: FailureBook, recommendation: Recommendation
) -> FailureRule | None:
    from_step = check.failed_stage == "send" and check.cause in _FROM_STEPS
    if check.cause not in _FROM_WORDS and not from_step:
        return None
    general = first_match(book.rule, check)
    special = first_match(recommendation.failures, check)
    told = general.cause if general is not None else check.cause
    passing = told in _PASSING and (general is not None or from_step)
    if special is not None and (special.cause in _PASSING or not passing):
        return special
    return general if check.cause == "unknown" or from_step else None


def _advice(
    check: ServerCheck,
    cause: Cause,
    rule: FailureRule | None,
    general: CauseAdvice | None,
    recommendation: Recommendation,
) -> str:
    """What failed, why probably, what to do and who must do it, in at most four sentences."""
    values = _values(check, recommendation)
    page = (rule.url if rule is not None else None) or (general.url if general is not None else None)
    if rule is not None and rule.advice is not None:
        if cause == "app-password-required":
            page = page or recommendation.sign_in.app_password_url
        return fill(and_then(rule.advice, _more(page)), values)
    if general is None:
        return fill(f"The check of {{host}} failed: {cause}.", values)
    if general.as_recommended is not None and _is_as_recommended(check, recommendation):
        return fill(and_then(general.what, general.as_recommended, _WHO[general.who], _more(page)), values)
    why = _reminder(cause, recommendation) or general.why
    return fill(and_then(general.what, why, general.do, _WHO[general.who], _more(page)), values)


def _is_as_recommended(check: ServerCheck, recommendation: Recommendation) -> bool:
    """Whether the provider lists this very server, so that no setting can be the mistake.

    What a look-up put into a file of one's own can be one, where the file itself doubts the name.
    """
    if recommendation.how == "own" and check.host is not None and doubt_about(check.host, recommendation):
        return False
    return any(
        (server.host, server.port, server.security) == (check.host, check.port, check.security)
        for server in recommendation.servers(check.role)
    )


_WHO = {
    "you": None,
    "provider": "Only {provider} can mend this.",
    "administrator": "Only whoever runs the mail service can mend this.",
    "nobody": None,
}


def _more(url: str | None) -> str | None:
    return f"More: {url}" if url else None


def _reminder(cause: Cause, recommendation: Recommendation) -> str | None:
    """Why a refused password is refused at this provider, where that is known."""
    if cause != "wrong-password":
        return None
    sign_in = recommendation.sign_in
    if sign_in.oauth2 == "required":
        return sign_in.note or "{provider} no longer lets mail programs sign in with a password."
    made = " ({app_password_url})" if sign_in.app_password_url else ""
    if sign_in.app_password == "required":  # noqa: S105  a word of the file format, not a password
        return f"{{provider}} accepts only an app-specific password here{made}."
    if sign_in.app_password == "with-2fa":  # noqa: S105  a word of the file format, not a password
        return f"With two-factor sign-in on, {{provider}} accepts only an app-specific password here{made}."
    return None


def _values(check: ServerCheck, recommendation: Recommendation) -> dict[str, str]:
    """What the placeholders stand for. What a server said of itself is made harmless and cut."""
    certificate = check.certificate
    server = next(
        (each for each in recommendation.servers(check.role) if each.protocol == check.protocol), None
    )
    return {
        "host": _harmless(check.host) if check.host else "the server",
        "port": str(check.port) if check.port else "the port",
        "username": (server.username if server is not None else None) or "your user name",
        "recommended_host": server.host if server is not None else "the one your provider gives",
        "protocol": say_value("protocol", check.protocol),
        "provider": provider_name(recommendation),
        "names": _names(certificate.names) if certificate is not None else "other names",
        "not_after": say_date(certificate.not_after) if certificate is not None else "some day",
        "not_before": say_date(certificate.not_before) if certificate is not None else "some day",
        "issuer": _harmless(certificate.issuer) if certificate is not None else "somebody unknown",
        "mechanisms": _mechanisms(check.capabilities) or "nothing",
        "app_password_url": recommendation.sign_in.app_password_url or "on the provider's account page",
    }


def _names(names: tuple[str, ...]) -> str:
    if not names:
        return "no name at all"
    shown = ", ".join(_harmless(name) for name in names[:_NAMES_SHOWN])
    hidden = len(names) - _NAMES_SHOWN
    return f"{shown} and {hidden} more" if hidden > 0 else shown


def _mechanisms(capabilities: tuple[str, ...]) -> str:
    """The ways to sign in that a server offers: `AUTH=PLAIN` (IMAP) or `AUTH PLAIN LOGIN` (SMTP)."""
    offered: list[str] = []
    for capability in capabilities:
        head, _, rest = capability.upper().replace("=", " ", 1).partition(" ")
        if head in ("AUTH", "SASL"):
            offered += rest.split()
    return _harmless(", ".join(dict.fromkeys(offered)))


def _harmless(text: str) -> str:
    return visible(text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…")
