"""Judging the name of a server."""

from __future__ import annotations

from typing import Literal

from mailferry.advice.acceptance import is_without_mail, unconfirmed_slip
from mailferry.advice.certainty import doubt_about
from mailferry.advice.host_words import not_a_host, slip_words, strange_words, web_page
from mailferry.advice.names import same_host
from mailferry.advice.ports import to_blame
from mailferry.advice.slips import host_slip
from mailferry.advice.subject import Judgement, Subject, nothing_to_compare
from mailferry.advice.words import and_then, provider_name, say_value
from mailferry.model.host_name import canonical_host, is_loopback, registered_domain

_GONE = {"retired": "no longer runs mail", "no-mail-programs": "cannot be used with a mail program"}


def judge_host(subject: Subject) -> Judgement:
    """The verdict on the server's name."""
    recommendation, stated = subject.recommendation, subject.own.host
    name, says = provider_name(recommendation), subject.says("host")
    if is_without_mail(recommendation, subject.role):
        return Judgement("wrong", _gone_words(subject))
    if stated is None:
        return _judge_no_host(subject)
    if malformed := not_a_host(stated):
        return _mendable(subject, "wrong", malformed)
    if subject.recommended is not None and same_host(stated, subject.recommended.host):
        return Judgement("same", says)
    if "host" in to_blame(subject):
        return _mendable(subject, "wrong", f"{name} encrypts port {subject.port} of {stated} in another way.")
    if subject.as_listed:
        return Judgement("alternative", and_then(f"{name} lists this server too.", says))
    if is_loopback(stated) and any(is_loopback(server.host) for server in subject.listed):
        return Judgement("alternative", f"This computer, where the program of {name} listens.")
    if any(same_host(stated, server.host) for server in subject.listed):
        why = f"{name} lists {stated} only with another port or another way to encrypt."
        return _mendable(subject, "differs", why)
    return _judge_strange_host(subject, stated)


def _judge_no_host(subject: Subject) -> Judgement:
    """The verdict on a host that is left out; where nobody recommends a server it speaks for all the rest."""
    recommendation = subject.recommendation
    if subject.recommended is None:
        if recommendation.notice and subject.role == "incoming":
            return Judgement("unknown", recommendation.notice)
        use = "sending" if subject.role == "outgoing" else "reading"
        why = f"Nobody recommends a server for {use} mail; write its host, port and security yourself."
        return Judgement("unknown", why)
    inherited = subject.not_stated("host")
    return Judgement(inherited.verdict, and_then(inherited.why, recommendation.notice))


def _gone_words(subject: Subject) -> str:
    """Why there is no server at all: in full where mail is read, and not once more where it is sent."""
    recommendation, name = subject.recommendation, provider_name(subject.recommendation)
    if subject.role == "outgoing":
        return f"{name} has no server for sending either."
    return recommendation.notice or f"{name} {_GONE[recommendation.status]}."


def _judge_strange_host(subject: Subject, stated: str) -> Judgement:
    """The verdict on a host that the provider does not list for this protocol."""
    recommendation = subject.recommendation
    name, moved = provider_name(recommendation), recommendation.status == "moved"
    for server in (*recommendation.incoming, *recommendation.outgoing):
        if same_host(stated, server.host):
            return _mendable(
                subject, "wrong", f"This is the {say_value('protocol', server.protocol)} server of {name}."
            )
    for old in recommendation.old_hosts:
        if same_host(stated, old.host):
            use = None if subject.recommended is not None else f"Use {old.use}."
            why = and_then(old.why, use, recommendation.notice if moved else None)
            return _mendable(subject, "wrong" if moved else "outdated", why)
    slip = host_slip(stated, recommendation)
    if slip is not None:
        confirmed = unconfirmed_slip(subject.account, recommendation, subject.role, subject.today) is None
        return _mendable(subject, "wrong", slip_words(stated, slip, confirmed=confirmed))
    if is_loopback(stated):
        why = "This computer itself; right only if a program here passes mail on, such as a tunnel."
    elif recommendation.status == "active" and (doubt := doubt_about(stated, recommendation)):
        # Somebody names it: no fix, for nobody can tell from here who is right.
        return Judgement("differs", and_then(doubt, subject.says("host")))
    elif recommendation.status != "active":
        return _mendable(
            subject, "wrong", recommendation.notice or f"{name} has no such server for mail programs."
        )
    elif page := web_page(stated, recommendation):
        return _mendable(subject, "wrong", page)
    elif owner := subject.owner_of(canonical_host(stated)):
        return _judge_foreign_host(subject, stated, owner)
    else:
        why = strange_words(stated, recommendation)
    return (
        nothing_to_compare("a server") if subject.recommended is None else _mendable(subject, "differs", why)
    )


def _judge_foreign_host(subject: Subject, stated: str, owner: str) -> Judgement:
    """The verdict on a host that is another listed provider's server.

    Where that one shares a domain with the account's own provider the two belong together, and their
    servers may well know each other's mailboxes. So may a hoster's those of a domain whose mail arrives
    elsewhere.
    """
    if subject.recommended is None:
        return Judgement("unknown", f"This is a server of {owner}. Nobody recommends one here.")
    recommendation, name = subject.recommendation, provider_name(subject.recommendation)
    why = f"This is a server of {owner}, not of {name}."
    theirs = {registered_domain(each.host) for each in (*recommendation.incoming, *recommendation.outgoing)}
    kin = registered_domain(stated) in theirs
    if kin or not subject.listed_in_full or recommendation.how == "mx":
        return _mendable(subject, "differs", f"{why} Right only if it serves this mailbox.")
    return _mendable(subject, "wrong", why)


def _mendable(subject: Subject, verdict: Literal["wrong", "outdated", "differs"], why: str) -> Judgement:
    return Judgement(verdict, and_then(why, subject.says("host")), fix=subject.recommended is not None)
