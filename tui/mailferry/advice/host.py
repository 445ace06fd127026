"""Judging the name of a server."""

from __future__ import annotations

from typing import Literal

from mailferry.advice.ports import to_blame
from mailferry.advice.slips import canonical_host, host_slip, is_address, is_loopback
from mailferry.advice.subject import Judgement, Subject, nothing_to_compare, same_host
from mailferry.advice.words import and_then, provider_name, say_value
from mailferry.model.address import AddressError, domain_to_ascii

_GONE = {"retired": "no longer runs mail", "no-mail-programs": "cannot be used with a mail program"}


def judge_host(subject: Subject) -> Judgement:
    """The verdict on the server's name."""
    recommendation, stated = subject.recommendation, subject.own.host
    name, says = provider_name(recommendation), subject.says("host")
    if subject.recommended is None and recommendation.status in _GONE:
        return Judgement("wrong", recommendation.notice or f"{name} {_GONE[recommendation.status]}.")
    if stated is None:
        inherited = subject.not_stated("host")
        return Judgement(inherited.verdict, and_then(inherited.why, recommendation.notice))
    if not _is_host(stated):
        return _mendable(subject, "wrong", f"“{stated}” is not a server name.")
    if subject.recommended is not None and same_host(stated, subject.recommended.host):
        return Judgement("same", says)
    if "host" in to_blame(subject):
        return _mendable(subject, "wrong", f"{name} encrypts port {subject.port} of {stated} in another way.")
    if subject.as_listed:
        return Judgement("alternative", and_then(f"{name} lists this server too.", says))
    if is_loopback(stated) and any(is_loopback(server.host) for server in subject.listed):
        return Judgement("alternative", f"This computer, where {name}'s own program listens.")
    if any(same_host(stated, server.host) for server in subject.listed):
        why = f"{name} lists {stated} only with another port or another way to encrypt."
        return _mendable(subject, "differs", why)
    return _judge_strange_host(subject, stated)


def _judge_strange_host(subject: Subject, stated: str) -> Judgement:
    """The verdict on a host that the provider does not list for this protocol."""
    recommendation = subject.recommendation
    name, moved = provider_name(recommendation), recommendation.status == "moved"
    for server in (*recommendation.incoming, *recommendation.outgoing):
        if same_host(stated, server.host):
            return _mendable(
                subject, "wrong", f"This is {name}'s {say_value('protocol', server.protocol)} server."
            )
    for old in recommendation.old_hosts:
        if same_host(stated, old.host):
            use = None if subject.recommended is not None else f"Use {old.use}."
            why = and_then(old.why, use, recommendation.notice if moved else None)
            return _mendable(subject, "wrong" if moved else "outdated", why)
    slip = host_slip(stated, recommendation)
    if slip is not None:
        return _mendable(subject, "wrong", _slip_words(stated, slip))
    if is_loopback(stated):
        why = "This computer itself; right only if a program here passes mail on, such as a tunnel."
    elif recommendation.status != "active":
        why = and_then(f"{name} has no such server for mail programs.", recommendation.notice)
        return _mendable(subject, "wrong", why)
    else:
        why = f"Not a server that {name} lists; right only if you know who runs it."
    return (
        nothing_to_compare("a server") if subject.recommended is None else _mendable(subject, "differs", why)
    )


def _mendable(subject: Subject, verdict: Literal["wrong", "outdated", "differs"], why: str) -> Judgement:
    return Judgement(verdict, and_then(why, subject.says("host")), fix=subject.recommended is not None)


def _slip_words(stated: str, slip: str) -> str:
    words = f"“{stated}” looks like a typing slip of {slip}."
    if canonical_host(stated).split(".")[-2:] == slip.split(".")[-2:]:
        return and_then(words, "No password is sent there unless you confirm it.")
    return and_then(
        words, "A stranger may own that name, so no password is sent there unless you confirm it."
    )


def _is_host(text: str) -> bool:
    if is_address(text):
        return True
    try:
        domain_to_ascii(text)
    except AddressError:
        return False
    return text == text.strip()
