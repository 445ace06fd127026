"""What is known of a failure beyond its cause, by which the failure book chooses among its texts."""

from __future__ import annotations

from mailferry.advice.names import same_host
from mailferry.advice.words import own_domain
from mailferry.model.account import Account, AuthMethod, Protocol
from mailferry.model.cause import Cause
from mailferry.model.check import ServerCheck
from mailferry.model.failure import CauseAdvice, Situation
from mailferry.model.host_name import is_ip_address, registered_domain
from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.model.secret import UNSENDABLE

_SERVING: dict[AuthMethod, tuple[str, ...]] = {
    "password": ("PLAIN", "LOGIN"),
    "oauth2": ("XOAUTH2", "OAUTHBEARER"),
    "cram-md5": ("CRAM-MD5",),
    "ntlm": ("NTLM",),
}
"""The mechanisms of each way to sign in, as the account's file calls it; the one to advise first."""


def situations(
    check: ServerCheck, cause: Cause, recommendation: Recommendation, account: Account | None
) -> frozenset[Situation]:
    """All that hold. Without an account nothing is said of what only its file tells."""
    held: set[Situation] = set()
    if not has_provider(recommendation):
        held.add("own-server")
    if cause == "wrong-protocol" and (protocol := answering_protocol(check)) is not None:
        held.add("other-protocol" if "smtp" not in (protocol, check.protocol) else "swapped")
    if cause == "not-tried" and any(stage.detail.startswith(UNSENDABLE) for stage in check.stages):
        held.add("unsendable")
    if account is None:
        return frozenset(held)
    username = username_of(check, recommendation, account)
    if username is None:
        held.add("no-username")
    elif username.casefold() == account.address.casefold():
        held.add("own-sender")
    if account.password_source(check.role).source == "ask":
        held.add("password-asked")
    if other_auth(check, recommendation, account) is not None:
        held.add("other-auth")
    return frozenset(held)


def fitting(advice: CauseAdvice, check: ServerCheck, held: frozenset[Situation]) -> CauseAdvice:
    """The texts of a cause for this case: those of the first variant that fits, over the cause's own."""
    for variant in advice.instead:
        if variant.stages and check.failed_stage not in variant.stages:
            continue
        if variant.when is not None and variant.when not in held:
            continue
        return CauseAdvice(
            what=variant.what or advice.what,
            why=advice.why if variant.why is None else variant.why,
            do=variant.do or advice.do,
            as_recommended=(
                advice.as_recommended if variant.as_recommended is None else variant.as_recommended
            ),
            who=variant.who or advice.who,
            url=advice.url if variant.url is None else variant.url,
        )
    return advice


def has_provider(recommendation: Recommendation) -> bool:
    """Whether somebody is known who runs the servers; a file made of what a domain publishes names nobody."""
    if recommendation.provider is None:
        return False
    return recommendation.how != "own" or recommendation.name not in (None, own_domain(recommendation))


def is_providers(check: ServerCheck, recommendation: Recommendation) -> bool:
    """Whether the server is the known provider's, by its name."""
    return has_provider(recommendation) and not is_strangers(check, recommendation)


def is_strangers(check: ServerCheck, recommendation: Recommendation) -> bool:
    """Whether the server's name is akin to none that is recommended: it is somebody else's."""
    servers = (*recommendation.incoming, *recommendation.outgoing)
    if check.host is None or not servers:
        return False
    return not any(_akin(check.host, server.host) for server in servers)


def recommended_of(check: ServerCheck, recommendation: Recommendation) -> RecommendedServer | None:
    """The recommended server of the protocol that was tested."""
    return next(
        (each for each in recommendation.servers(check.role) if each.protocol == check.protocol), None
    )


def username_of(check: ServerCheck, recommendation: Recommendation, account: Account | None) -> str | None:
    """The name that the account signs in with; without an account, the recommended one."""
    stated = account.server(check.role).username if account is not None else None
    server = recommended_of(check, recommendation)
    return stated or (server.username if server is not None else None)


def answering_protocol(check: ServerCheck) -> Protocol | None:
    """The mail protocol in which a server greeted; None for other words."""
    said = (check.server_said or check.greeting or "").lstrip()
    if said.startswith(("+OK", "-ERR")):
        return "pop3"
    if said.startswith("* "):
        return "imap"
    return "smtp" if said[:3].isdigit() and said[:1] in "245" and "FTP" not in said.upper() else None


def offered_mechanisms(check: ServerCheck) -> tuple[str, ...]:
    """The ways to sign in that a server offers: `AUTH=PLAIN` (IMAP) or `AUTH PLAIN LOGIN` (SMTP)."""
    offered: list[str] = []
    for capability in check.capabilities:
        head, _, rest = capability.upper().replace("=", " ", 1).partition(" ")
        if head in ("AUTH", "SASL"):
            offered += rest.split()
    return tuple(dict.fromkeys(offered))


def other_auth(
    check: ServerCheck, recommendation: Recommendation, account: Account | None
) -> AuthMethod | None:
    """A value for `auth` that the server's offer serves, where it does not serve the account's own."""
    if account is None:
        return None
    server = recommended_of(check, recommendation)
    wanted = account.server(check.role).auth or (server.auth[0] if server and server.auth else "password")
    offered = offered_mechanisms(check)
    served = [method for method, names in _SERVING.items() if not set(names).isdisjoint(offered)]
    return None if wanted in served or not served else served[0]


def _akin(one: str, other: str) -> bool:
    if same_host(one, other):
        return True
    return not is_ip_address(one.strip("[]")) and registered_domain(one) == registered_domain(other)
