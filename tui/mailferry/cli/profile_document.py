"""A profile that was read, as the JSON document that scripts get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mailferry.iphone.reading.report import OtherPayload, ProfileReport, ReadAccount, ReadServer, Signature
from mailferry.iphone.reading.warning import FATAL
from mailferry.profile_matching import Compared, Replaced


def profile_document(
    report: ProfileReport, compared: Sequence[Compared], replaced: Replaced | None
) -> dict[str, Any]:
    """All that is known of the profile. Passwords are not in it, only whether there are any."""
    signature = report.signature
    signer = signature.signer if signature is not None else None
    return {
        "identifier": report.identifier,
        "display_name": report.display_name,
        "signed": signature is not None,
        "signer": signer.name if signer is not None else None,
        "accounts": [_account(account) for account in report.accounts],
        "other_payloads": [_other(other) for other in report.other_payloads],
        "warnings": [
            {
                "code": warning.code,
                "text": warning.text,
                "payload": warning.payload,
                "fatal": warning.code in FATAL,
            }
            for warning in report.warnings
        ],
        "installs": report.installs,
        "uuid": report.uuid,
        "organization": report.organization,
        "description": report.description,
        "signature": _signature(signature) if signature is not None else None,
        "removal_date": report.removal_date,
        "removal_disallowed": report.removal_disallowed,
        "consent": report.consent,
        "compared": [_compared(each) for each in compared],
        "replaces": replaced,
    }


def _account(account: ReadAccount) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": account.type,
        "address": account.address,
        "incoming": _server(account.incoming),
        "outgoing": _server(account.outgoing),
        "password_inside": account.password_inside,
        "name": account.name,
        "label": account.label,
        "payload": account.payload,
    }
    if account.type == "exchange":
        document |= {"host": account.host, "username": account.username, "oauth": account.oauth}
    return document


def _server(server: ReadServer | None) -> dict[str, Any] | None:
    if server is None:
        return None
    return {
        "protocol": server.protocol,
        "host": server.host,
        "port": server.port,
        "security": server.security,
        "username": server.username,
        "auth": [server.auth] if server.auth is not None else None,
        "use_ssl": server.use_ssl,
    }


def _other(other: OtherPayload) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": other.type,
        "what": other.what,
        "name": other.name,
        "host": other.host,
        "username": other.username,
        "payload": other.payload,
    }
    if (certificate := other.certificate) is not None:
        document["certificate"] = {
            "name": certificate.name,
            "issuer": certificate.issuer,
            "not_before": certificate.not_before,
            "not_after": certificate.not_after,
            "fingerprint": certificate.fingerprint,
            "authority": certificate.authority,
        }
    return document


def _signature(signature: Signature) -> dict[str, Any]:
    return {"signer": signature.signer, "intact": signature.intact, "problem": signature.problem}


def _compared(compared: Compared) -> dict[str, Any]:
    comparison = compared.comparison
    return {
        "payload": compared.payload,
        "address": compared.address,
        "account": compared.account,
        "provider": comparison.provider if comparison is not None else None,
        "ok": comparison.ok if comparison is not None else None,
        "findings": comparison.findings if comparison is not None else [],
        "changes": compared.changes,
    }
