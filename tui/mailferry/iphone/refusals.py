"""What a profile cannot carry: an account with one of these remarks gets no profile."""

from __future__ import annotations

from collections.abc import Iterator

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.certificate_payload import CertificateError, certificate_name
from mailferry.iphone.payload_kind import payload_kind, signs_in_by_web
from mailferry.iphone.plain import is_exact, is_writable
from mailferry.iphone.provider_name import provider_name
from mailferry.iphone.remark import Remark
from mailferry.model.account import Protocol
from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.profile_name import identifier_fault, is_uuid
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import ROLES, ServerSettings

TLS_PORT: dict[Protocol, int] = {"imap": 993, "pop3": 995, "smtp": 465}
"""The one port per protocol on which iOS begins TLS at once; on every other it uses STARTTLS."""


def refusals(account: PhoneAccount) -> Iterator[Remark]:
    """Why a profile cannot carry the account, nothing if it can; whatever the day and whoever signs."""
    settings, recommendation = account.settings, account.recommendation
    status = recommendation.status
    kind = payload_kind(account)
    if status != "active" and status != "moved":
        yield Remark(code=status, facts=_provider(recommendation))
        return
    if kind == "google" and not account.supervised:
        # Some at Google take an app-specific password as well, and then a mail payload will do.
        also = {"password": "" if recommendation.sign_in.oauth2 == "required" else "yes"}
        yield Remark(code="google-unsupervised", facts=_provider(recommendation) | also)
        return
    if kind == "mail" and signs_in_by_web(account):
        yield from _web_sign_in(account)
        return
    if kind == "mail" and recommendation.iphone.payload == "none":
        yield Remark(code="no-payload", facts=_provider(recommendation))
    for role in ROLES if kind == "mail" else ():
        server = settings.server(role)
        yield from _missing(server)
        yield from _unfit(server)
        yield from _port_contradicts_security(server, recommendation)
        password = account.passwords.get(role)
        if password is not None and not is_writable(password.reveal()):
            yield Remark(code="bad-password", role=role)
    if kind == "exchange":
        yield from _unfit(settings.incoming)
    yield from _certificates(account)
    yield from _pinned(account)


def _provider(recommendation: Recommendation) -> dict[str, str]:
    """The facts for every sentence that points to the provider; "" where there is no name or no button."""
    button = recommendation.iphone.add_account
    return {
        "provider": provider_name(recommendation) or "",
        "button": "" if button == "Other" else button,
    }


def _web_sign_in(account: PhoneAccount) -> Iterator[Remark]:
    recommendation = account.recommendation
    if recommendation.sign_in.oauth2 != "no" or recommendation.iphone.add_account != "Other":
        yield Remark(code="web-sign-in", facts=_provider(recommendation))
        return
    # Nobody but the account itself speaks of OAuth 2, so there is no page to be sent to either.
    for role in ROLES:
        if account.settings.server(role).auth == "oauth2":
            yield Remark(code="mechanism", role=role, facts={"auth": "oauth2"})


def _missing(server: ServerSettings) -> Iterator[Remark]:
    needed = ["host", "port", "security", "auth"]
    if server.role == "incoming" or server.auth != "none":
        needed.append("username")
    for field in needed:
        if not getattr(server, field):
            yield Remark(code="missing", role=server.role, facts={"field": field})


def _unfit(server: ServerSettings) -> Iterator[Remark]:
    if server.host:
        try:
            domain_to_ascii(server.host)
        except AddressError as error:
            yield Remark(
                code="bad-host", role=server.role, facts={"host": server.host, "problem": str(error)}
            )
    if server.username and not is_exact(server.username):
        yield Remark(code="bad-username", role=server.role)


def _port_contradicts_security(server: ServerSettings, recommendation: Recommendation) -> Iterator[Remark]:
    if server.security is None or server.port is None:
        return
    tls_port = TLS_PORT[server.protocol]
    facts = {
        "protocol": "POP" if server.protocol == "pop3" else server.protocol.upper(),
        "port": str(server.port),
        "tls_port": str(tls_port),
        "security": server.security,
        "listed": _listed_on(tls_port, server, recommendation),
    }
    if server.security == "tls" and server.port != tls_port:
        yield Remark(code="tls-port", role=server.role, facts=facts)
    if server.security != "tls" and server.port == tls_port:
        yield Remark(code="starttls-port", role=server.role, facts=facts)


def _listed_on(port: int, server: ServerSettings, recommendation: Recommendation) -> str:
    """The provider's server for TLS from the start on that port; "" where it lists none."""
    for listed in recommendation.servers(server.role):
        if (listed.protocol, listed.port, listed.security) == (server.protocol, port, "tls"):
            return listed.host
    return ""


def _certificates(account: PhoneAccount) -> Iterator[Remark]:
    for certificate in account.certificates:
        try:
            certificate_name(certificate)
        except CertificateError as error:
            files = [server.ca_file for role in ROLES if (server := account.settings.server(role)).ca_file]
            yield Remark(code="bad-certificate", facts={"file": ", ".join(files), "problem": str(error)})
            return


def _pinned(account: PhoneAccount) -> Iterator[Remark]:
    identifier, uuid = account.pinned.identifier, account.pinned.uuid
    if identifier is not None and identifier_fault(identifier) is not None:
        yield Remark(code="bad-identity", facts={"field": "identifier"})
    if uuid is not None and not is_uuid(uuid):
        yield Remark(code="bad-identity", facts={"field": "uuid"})
