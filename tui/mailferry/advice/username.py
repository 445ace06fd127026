"""Judging the name that the account signs in with."""

from __future__ import annotations

import re

from mailferry.advice.subject import Judgement, Subject, nothing_to_compare
from mailferry.advice.words import and_then, own_domain, provider_name
from mailferry.model.host_name import canonical_host
from mailferry.model.slip import is_slip


def judge_username(subject: Subject) -> Judgement:
    """The verdict on the user name."""
    stated, recommended = subject.own.username, subject.recommended
    if stated is not None and (unfit := _unfit(stated)):
        return Judgement("wrong", and_then(unfit, subject.says("username")), _has_name(subject))
    if recommended is None:
        return subject.not_stated("username") if stated is None else nothing_to_compare("a user name")
    if recommended.username is None:
        return _judge_unguessable(subject, stated)
    if stated is None:
        return subject.not_stated("username")
    says = subject.says("username")
    if _same_name(stated, recommended.username):
        return Judgement("same", says)
    if any(_same_name(stated, also) for also in _also(subject)):
        name = provider_name(subject.recommendation)
        return Judgement("alternative", and_then(f"{name} takes this form of the name too.", says))
    if _has_tag(subject, stated):
        why = "The part from “+” on is a tag of the address, not of the name to sign in with."
        return Judgement("wrong" if subject.listed_in_full else "differs", and_then(why, says), True)
    return Judgement("differs", and_then(_difference(subject, stated, recommended.username), says), True)


def _unfit(stated: str) -> str | None:
    """Why a text cannot be a user name, in a sentence; None when it can."""
    if not stated.strip():
        return "A user name is needed here."
    if stated != stated.strip():
        return "There are blanks around the user name, and the server would take them for a part of it."
    if not stated.isprintable():
        return "The user name holds a character that cannot be seen."
    return None


def _judge_unguessable(subject: Subject, stated: str | None) -> Judgement:
    """The verdict where the provider's names cannot be worked out from the address."""
    name = provider_name(subject.recommendation)
    if stated is None:
        return Judgement("unknown", f"{name} does not make user names from addresses; write yours here.")
    if any(_same_name(stated, also) for also in _also(subject)):
        return Judgement("alternative", f"{name} takes this form of the name too.")
    recommended = subject.recommended
    cannot_be = recommended.username_not if recommended is not None else ()
    if any(_same_name(_without_tag(stated), _without_tag(each)) for each in cannot_be):
        why = (
            f"At a domain of your own {name} wants the name of the {name} account behind it, not the address"
            " or a part of it. Only you know that name; write it here."
        )
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


def _has_tag(subject: Subject, stated: str) -> bool:
    """Whether a name is one of the provider's forms, or the part before its @, with a plus-tag in it."""
    local = subject.recommendation.address.rpartition("@")[0].partition("+")[0]
    if "+" not in stated or not local or subject.recommended is None:
        return False
    names = [name for name in (subject.recommended.username, *_also(subject)) if name]
    names += [name.rpartition("@")[0] for name in names if "@" in name]
    mine, tagged = re.escape(local), re.escape(local) + r"\+[^@]*"
    forms = [re.escape(name).replace(mine, tagged, 1) for name in names if local in name]
    return any(re.fullmatch(form, stated, re.IGNORECASE) for form in forms)


def _difference(subject: Subject, stated: str, recommended: str) -> str:
    """How a name differs from the recommended one, in a sentence."""
    if stated.casefold() == recommended.casefold():
        return "Only capitals differ, which hardly any server minds."
    local, at, domain = recommended.rpartition("@")
    stated_local, stated_at, stated_domain = stated.rpartition("@")
    if at and stated.casefold() == local.casefold():
        return "This is only the part before the @; the whole address is wanted."
    if not at and stated_local == recommended:
        if canonical_host(stated_domain) == own_domain(subject.recommendation):
            return "This is the whole address; the part before the @ is wanted."
        return f"This is an address at {stated_domain}; only the part before the @ is wanted."
    if is_slip(stated.casefold(), recommended.casefold()):
        return f"This looks like a typing slip of {recommended}; right if it really is your name."
    if at and stated_at and canonical_host(stated_domain) != canonical_host(domain):
        return (
            f"A name at {stated_domain}, while the address is at {domain}; right only if that account is"
            " behind this address."
        )
    return "Another name than the address suggests; right if this is the name you sign in with."
