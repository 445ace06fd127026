"""What this one check shows beyond its cause: why it is so here, and what was seen to work instead."""

from __future__ import annotations

from mailferry.advice.filling import harmless
from mailferry.advice.fixes import repair_to_take
from mailferry.advice.situation import has_provider, is_strangers
from mailferry.advice.words import provider_name
from mailferry.model.cause import Cause
from mailferry.model.check import Repair, ServerCheck
from mailferry.model.recommendation import Recommendation

OF_PASSWORDS: frozenset[Cause] = frozenset({"wrong-password", "app-password-required"})
"""Causes that say something of the password itself."""

_SECURITY = {"tls": "TLS from the start", "starttls": "STARTTLS"}


def because(check: ServerCheck, cause: Cause, recommendation: Recommendation) -> str | None:
    """Why it failed, where this check or this provider shows more than the cause alone."""
    if check.repairs and _only_port_25_is_shut(check, check.repairs[0]):
        return "The server is alive: this network blocks port 25, as most do for mail programs."
    if cause == "password-command-failed" and "invalid_grant" in _detail(check):
        return (
            "The answer invalid_grant means that the consent was withdrawn or has run out; for an app that"
            " Google lists as being tested it does so after seven days."
        )
    if cause not in OF_PASSWORDS:
        return None
    if has_provider(recommendation) and is_strangers(check, recommendation):
        return f"This is no server of {provider_name(recommendation)}, where the mailbox is."
    return _reminder(recommendation) if cause == "wrong-password" else None


def instead(check: ServerCheck) -> str | None:
    """What to do where something else was seen to work; None where nothing was, or it needs thought first."""
    repair = repair_to_take(check)
    if repair is None or f"{check.role}.protocol" in repair.changes:
        return None
    if method := repair.changes.get(f"{check.role}.auth"):
        return f'Write auth = "{method}" under [{check.role}], which goes with what is offered.'
    return f"What answers is {_changed(repair)}."


def _changed(repair: Repair) -> str:
    values = {path.partition(".")[2]: value for path, value in repair.changes.items()}
    security = _SECURITY.get(str(values.get("security")))
    words = (
        harmless(str(values["host"])) if "host" in values else None,
        f"port {values['port']}" if "port" in values else None,
        f"with {security}" if security and ("host" in values or "port" in values) else security,
    )
    return " ".join(filter(None, words))


def _only_port_25_is_shut(check: ServerCheck, repair: Repair) -> bool:
    elsewhere = any(path.endswith(".host") for path in repair.changes)
    return check.port == 25 and check.failed_stage == "connect" and not elsewhere


def _detail(check: ServerCheck) -> str:
    return check.stages[-1].detail if check.stages else ""


def _reminder(recommendation: Recommendation) -> str | None:
    """Why a refused password is refused at this provider, where that is known."""
    sign_in = recommendation.sign_in
    if sign_in.oauth2 == "required":
        return sign_in.note or "{provider} no longer lets mail programs sign in with a password."
    made = " ({app_password_url})" if sign_in.app_password_url else ""
    if sign_in.app_password == "required":  # noqa: S105  a word of the file format, not a password
        return f"{{provider}} accepts only an app-specific password here{made}."
    if sign_in.app_password == "with-2fa":  # noqa: S105  a word of the file format, not a password
        return f"With two-factor sign-in on, {{provider}} accepts only an app-specific password here{made}."
    return None
