"""Judging port and security, which only make sense together and with the host."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import structs

from mailferry.advice.names import same_host
from mailferry.advice.ports import contradiction, contradicts, to_blame
from mailferry.advice.subject import Judgement, Subject, nothing_to_compare
from mailferry.advice.words import and_then, provider_name, say_value
from mailferry.model.mail_port import port_owner


def judge_port(subject: Subject) -> Judgement:
    """The verdict on the port."""
    port, recommended = subject.own.port, subject.recommended
    if port is None:
        return subject.not_stated("port")
    name, says = provider_name(subject.recommendation), subject.says("port")
    if recommended is not None and port == recommended.port:
        return Judgement("same", says)
    mends = recommended is not None
    if "port" in to_blame(subject):
        return Judgement("wrong", and_then(contradiction(subject, port), says), mends)
    if subject.as_listed:
        return Judgement("alternative", and_then(f"{name} lists port {port} too.", says))
    if not any(server.port == port for server in subject.listed):
        return _judge_unlisted_port(subject, port)
    if subject.in_clear and any(
        server.port == port and server.security == "none" for server in subject.listed
    ):
        why = f"{name} lists port {port} only without encryption."
    else:
        why = f"{name} lists port {port} only together with another host or another way to encrypt."
    return Judgement("differs", and_then(why, says), mends)


def _judge_unlisted_port(subject: Subject, port: int) -> Judgement:
    name, says = provider_name(subject.recommendation), subject.says("port")
    mends, belongs_to = subject.recommended is not None, port_owner(port)
    if subject.on_this_computer:
        why = "Right only if the program on this computer shows this port."
    elif port == 25 and subject.role == "outgoing":
        why = "Port 25 is for servers among themselves, and many networks block it for mail programs."
        return Judgement("outdated", and_then(why, says), mends)
    elif belongs_to is not None and belongs_to != subject.protocol:
        theirs, ours = say_value("protocol", belongs_to), say_value("protocol", subject.protocol)
        return Judgement("wrong", and_then(f"Port {port} is for {theirs}, not for {ours}.", says), mends)
    elif mends and subject.in_clear and subject.listed_in_full:
        return Judgement("wrong", and_then(f"{name} offers nothing unencrypted on port {port}.", says), mends)
    else:
        why = f"Not a port that {name} lists; it may work all the same."
    return Judgement("differs", and_then(why, says), mends) if mends else nothing_to_compare("a port")


def judge_security(subject: Subject) -> Judgement:
    """The verdict on how the connection is encrypted."""
    security, recommended = subject.own.security, subject.recommended
    name, says = provider_name(subject.recommendation), subject.says("security")
    # No fix ever takes encryption away, not even where the provider offers none.
    mends = recommended is not None and recommended.security != "none"
    if "security" in to_blame(subject) and subject.port is not None:
        return Judgement("wrong", and_then(contradiction(subject, subject.port), says), mends)
    if subject.in_clear:
        return _judge_no_encryption(subject)
    if security is None:
        return subject.not_stated("security")
    if recommended is None:
        return nothing_to_compare("a way to encrypt")
    if security == recommended.security:
        return Judgement("same", says)
    if subject.as_listed:
        return Judgement(
            "alternative", and_then(f"{name} lists {say_value('security', security)} too.", says)
        )
    if subject.on_this_computer:
        why = "Right only if the program on this computer is set up for it."
    elif not mends:
        why = f"Safer than anything that {name} lists, if the server goes along."
    elif any(each.security == security and same_host(subject.host, each.host) for each in subject.listed):
        why = f"{name} lists {say_value('security', security)} on another port of this server."
    else:
        why = f"{name} does not list {say_value('security', security)} for this server."
    return Judgement("differs", and_then(why, says), mends)


def mend_together(subject: Subject, judgements: Mapping[str, Judgement]) -> dict[str, Judgement]:
    """The judgements on port and security, without a fix of one that would set it at odds with the other."""
    recommended, port, security = subject.recommended, judgements.get("port"), judgements.get("security")
    if port is None or security is None:
        return {}  # nobody recommends a server, so there is nothing to mend
    if recommended is not None and port.fix != security.fix:
        mended = structs.replace(subject, host=recommended.host) if judgements["host"].fix else subject
        if subject.tentative:  # then what the account states is judged by itself
            mended = structs.replace(subject, host=subject.own.host, listed=())
        if port.fix and contradicts(mended, recommended.port, subject.security):
            port = _left_alone(port, ("port", recommended.port), ("security", subject.security), security)
        elif security.fix and contradicts(mended, subject.port, recommended.security):
            security = _left_alone(security, ("security", recommended.security), ("port", subject.port), port)
    return {"port": port, "security": security}


def _left_alone(
    judgement: Judgement,
    recommended: tuple[str, str | int],
    partner: tuple[str, str | int | None],
    partners: Judgement,
) -> Judgement:
    """A judgement without its fix, as the recommended value would not go with its partner's, and why."""
    field, value = partner
    held = say_value(field, value) if value is not None else f"the {field}"
    stays = "which you stand by" if partners.verdict == "accepted" else "which stays"
    words = f"No fix is offered: {say_value(*recommended)} does not go with {held}, {stays}."
    return structs.replace(judgement, why=and_then(judgement.why, words), fix=False)


def _judge_no_encryption(subject: Subject) -> Judgement:
    """Nothing unencrypted is well, not even what a provider recommends."""
    readable = "Without encryption everybody on the way can read the password and the mail."
    if subject.recommended is None or subject.recommended.security != "none":
        mends = subject.recommended is not None
        return Judgement("insecure", and_then(readable, subject.says("security")), mends)
    name = provider_name(subject.recommendation)
    return Judgement(
        "insecure", f"{readable} {name} offers nothing better here: use a password of its own for it."
    )
