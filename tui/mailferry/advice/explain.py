"""Saying why a check failed: the cause behind the server's words, and the advice for it."""

from __future__ import annotations

import msgspec

from mailferry.advice.blanking import known_names
from mailferry.advice.book import fill, first_match
from mailferry.advice.certainty import doubt_about
from mailferry.advice.circumstances import OF_PASSWORDS, because, instead
from mailferry.advice.filling import values
from mailferry.advice.situation import fitting, is_strangers, situations
from mailferry.advice.words import and_then
from mailferry.model.account import Account
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.failure import CauseAdvice, FailureBook, FailureRule
from mailferry.model.recommendation import Recommendation

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

_TOLD_BY_THE_PROVIDER: frozenset[Cause] = frozenset(
    {"protocol-disabled", "auth-not-offered", "mailbox-not-found", "relay-denied", "wrong-protocol"}
)
"""Causes for which the provider's own page says what to do."""

_BY_TOKEN = frozenset({"XOAUTH2", "OAUTHBEARER"})


def explain(
    check: ServerCheck,
    book: FailureBook,
    recommendation: Recommendation,
    account: Account | None = None,
) -> ServerCheck:
    """A failed ladder with its cause named and its advice given; one that passed comes back as it is.

    The provider's own rules are tried first, then the book's where the check itself could not tell the
    cause, or only from the step of sending that the server refused. What nothing matches stays `unknown`,
    and its advice says so. `account` is whose test it was. Raises MailferryError for a rule whose pattern
    cannot be used.
    """
    if check.ok or check.cause is None:
        return check
    rule = _matching_rule(check, book, recommendation, account)
    cause = rule.cause if rule is not None else check.cause
    if cause in OF_PASSWORDS and check.mechanism in _BY_TOKEN:
        rule, cause = None, "oauth2-token-rejected"  # servers say “password” of tokens too
    advice = _advice(check, cause, rule, book.cause.get(cause), recommendation, account)
    return msgspec.structs.replace(check, cause=cause, advice=advice)


def _matching_rule(
    check: ServerCheck, book: FailureBook, recommendation: Recommendation, account: Account | None
) -> FailureRule | None:
    from_step = check.failed_stage == "send" and check.cause in _FROM_STEPS
    if check.cause not in _FROM_WORDS and not from_step:
        return None
    names = known_names(check, recommendation, account)
    general = first_match(book.rule, check, names)
    # What a provider's servers mean by their words says nothing of a stranger's.
    own_rules = () if is_strangers(check, recommendation) else recommendation.failures
    special = first_match(own_rules, check, names)
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
    account: Account | None,
) -> str:
    """What failed, why probably, what to do and who must do it, in at most four sentences."""
    known = values(check, recommendation, account)
    if general is not None:
        general = fitting(general, check, situations(check, cause, recommendation, account))
    page = (rule.url if rule is not None else None) or (general.url if general is not None else None)
    if page is None and cause in _TOLD_BY_THE_PROVIDER:
        page = recommendation.docs
    if rule is not None and rule.advice is not None:
        if cause == "app-password-required":
            page = page or recommendation.sign_in.app_password_url
        return fill(and_then(rule.advice, _more(page)), known)
    if general is None:
        return fill(f"The check of {{host}} failed: {cause}.", known)
    why = because(check, cause, recommendation)
    do = instead(check)
    if do is not None:
        return fill(and_then(general.what, why or general.why, do), known)
    if why is None and general.as_recommended and _is_as_recommended(check, recommendation):
        reason, do = None, general.as_recommended
    else:
        reason, do = why or general.why, general.do
    do = fill(do, known)
    who = None if "whoever runs" in do.lower() else _WHO[general.who]
    return and_then(fill(and_then(general.what, reason), known), do, fill(and_then(who, _more(page)), known))


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
