"""Judging the name that the account signs in with."""

from __future__ import annotations

from mailferry.advice.slips import canonical_host
from mailferry.advice.subject import Judgement, Subject, nothing_to_compare
from mailferry.advice.words import and_then, provider_name


def judge_username(subject: Subject) -> Judgement:
    """The verdict on the user name."""
    stated, recommended = subject.own.username, subject.recommended
    if stated is not None and (not stated.strip() or not stated.isprintable()):
        return Judgement(
            "wrong", and_then("A user name is needed here.", subject.says("username")), _has_name(subject)
        )
    if recommended is None:
        return subject.not_stated("username") if stated is None else nothing_to_compare("a user name")
    name = provider_name(subject.recommendation)
    if recommended.username is None:
        return _judge_unguessable(subject, stated, name)
    if stated is None:
        return subject.not_stated("username")
    says = subject.says("username")
    if _same_name(stated, recommended.username):
        return Judgement("same", says)
    if any(_same_name(stated, also) for also in _also(subject)):
        return Judgement("alternative", and_then(f"{name} takes this form of the name too.", says))
    return Judgement(
        "wrong" if _has_tag(stated, recommended.username) else "differs",
        and_then(_difference(stated, recommended.username), says),
        True,
    )


def _judge_unguessable(subject: Subject, stated: str | None, name: str) -> Judgement:
    """The verdict where the provider's names cannot be worked out from the address."""
    if stated is None:
        return Judgement("unknown", f"{name} does not make user names from addresses; write yours here.")
    if subject.recommendation.how == "mx" and _same_name(stated, subject.recommendation.address):
        why = f"The address has a domain of your own; {name} wants the name of the {name} account behind it."
        return Judgement("wrong", why)
    return Judgement("unknown", f"{name} does not make user names from addresses, so only you can tell.")


def _has_name(subject: Subject) -> bool:
    return subject.recommended is not None and subject.recommended.username is not None


def _also(subject: Subject) -> list[str]:
    """All other forms of the name that the provider lists for servers of this protocol."""
    names = []
    for server in subject.listed:
        names += [*server.username_also, *([server.username] if server.username else [])]
    return names


def _same_name(one: str, other: str) -> bool:
    """Whether two user names are one: capitals count before the @, not after it."""
    local, at, domain = one.rpartition("@")
    other_local, other_at, other_domain = other.rpartition("@")
    if not at or not other_at:
        return one == other
    return local == other_local and canonical_host(domain) == canonical_host(other_domain)


def _without_tag(name: str) -> str:
    """A name without its plus-tag: `joe@example.com` of `joe+shop@example.com`."""
    local, at, domain = name.partition("@")
    return f"{local.split('+', 1)[0]}{at}{domain}"


def _has_tag(stated: str, recommended: str) -> bool:
    """Whether a name is the recommended one with a plus-tag in it."""
    bare = _without_tag(stated)
    return bare != stated and _same_name(bare, recommended)


def _difference(stated: str, recommended: str) -> str:
    bare = _without_tag(stated)
    if bare != stated and (_same_name(bare, recommended) or bare == recommended.rpartition("@")[0]):
        return "The part from “+” on is a tag of the address, not of the name to sign in with."
    if stated.casefold() == recommended.casefold():
        return "Only capitals differ, which hardly any server minds."
    if "@" in recommended and stated == recommended.rpartition("@")[0]:
        return "This is only the part before the @; the whole address is wanted."
    if "@" not in recommended and stated.rpartition("@")[0] == recommended:
        return "This is the whole address; the part before the @ is wanted."
    return "Another name than the address suggests; right if this is the name you sign in with."
