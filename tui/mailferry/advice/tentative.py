"""Judging against a recommendation that nobody vouches for: it proves no stated value wrong."""

from __future__ import annotations

from msgspec import structs

from mailferry.advice.certainty import is_named_by_dns_alone
from mailferry.advice.subject import Judgement, Subject
from mailferry.advice.words import and_then, own_domain
from mailferry.model.finding import NOT_WELL


def soften(subject: Subject, field: str, judgement: Judgement, alone: Judgement) -> Judgement:
    """The judgement with its verdict at most `differs`, unless the stated value is at fault by itself.

    `alone` is the judgement without any recommendation. A value that only differs from a guess is left
    alone by fixes: nobody says that the guess is better.
    """
    says, caution = subject.says(field), _caution(subject)
    match judgement.verdict:
        case "unknown" | "insecure":
            return judgement
        case "inherited":
            words = "Not set here, so this holds until you write your own value."
            return Judgement("inherited", and_then(words, says, caution if field == "host" else None))
        case "same" | "alternative":
            return Judgement(judgement.verdict, and_then(says, caution if field == "host" else None))
    if alone.verdict in NOT_WELL:
        return structs.replace(alone, fix=judgement.fix)
    return Judgement("differs", and_then(says, caution, "What you wrote may be right all the same."))


def _caution(subject: Subject) -> str | None:
    server, recommendation = subject.recommended, subject.recommendation
    if server is None or not is_named_by_dns_alone(recommendation, server):
        return None
    return f"Only DNS names {server.host}, which is outside {own_domain(recommendation)}; nobody else does."
