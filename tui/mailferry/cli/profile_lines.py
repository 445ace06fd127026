"""A profile that was read, in words for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mailferry.cli.output import SECURITY, paragraph
from mailferry.iphone.reading.quoting import quoted, shown
from mailferry.iphone.reading.report import OtherPayload, ProfileReport, ReadAccount, ReadServer
from mailferry.iphone.reading.told import told
from mailferry.iphone.reading.warning import ReadWarning
from mailferry.model.finding import Verdict
from mailferry.profile_matching import Compared, Difference, Replaced

_KINDS = {"mail": "", "exchange": "  by Exchange", "google": "  by Google"}
_AUTH = {"cram-md5": "password by CRAM-MD5", "ntlm": "password by NTLM"}
_QUIET: frozenset[Verdict] = frozenset({"same", "inherited", "unknown"})


def profile_lines(
    report: ProfileReport, compared: Sequence[Compared], replaced: Replaced | None
) -> Iterator[str]:
    """What the profile is, what it sets up, what to know of it, and how it compares."""
    yield from _head(report)
    yield from _warnings(report, "Beware: it reaches beyond mail", report.dangers)
    for account in report.accounts:
        yield ""
        yield from _account(account)
    if report.other_payloads:
        yield ""
        yield "It also has"
        for words, times in Counter(map(_other, report.other_payloads)).items():
            yield paragraph(words if times == 1 else f"{words} ({times} times)", 2, hang=2)
    yield from _warnings(report, "An iPhone refuses it because", report.faults)
    yield from _warnings(report, "To know", report.remarks)
    yield from _comparisons(compared, replaced)


def _head(report: ProfileReport) -> Iterator[str]:
    if (doubt := report.signature_doubt) is not None:
        yield paragraph(f"The signature does not hold. {doubt.text} [{doubt.code}]")
    name = quoted(report.display_name) if report.display_name else "A profile without a name"
    by = f", made by {quoted(report.organization)}" if report.organization else ""
    yield paragraph(f"{name}{by}")
    if report.identifier:
        yield paragraph(f"  Identifier: {shown(report.identifier)}", hang=4)
    yield paragraph(f"  {_signature(report)}", hang=2)
    if report.removal_date is not None:
        yield f"  It vanishes from the iPhone on {report.removal_date:%-d %B %Y}, with its accounts."
    if report.consent:
        yield "  It shows a text that one must agree to before it is installed."
    if not report.installs:
        yield "  An iPhone refuses it; the reasons stand below."


def _signature(report: ProfileReport) -> str:
    signature = report.signature
    if signature is None:
        return "Not signed: the iPhone says “Not Signed” and warns before it installs it."
    if signature.signer is None:
        return "Signed, by whom cannot be told."
    signer = signature.signer
    who = f"{quoted(signer.name)} (by {quoted(signer.issuer)}, until {signer.not_after:%-d %B %Y})"
    if not signature.intact:
        return f"It bears the signature of {who}, which is not of this content."
    verified = " An iPhone will probably show “Verified”." if signature.problem is None else ""
    return f"Signed by {who}.{verified}"


def _account(account: ReadAccount) -> Iterator[str]:
    called = f"  called {quoted(account.label)}" if account.label else ""
    sender = f"  sender {quoted(account.name)}" if account.name else ""
    address = shown(account.address) if account.address else "An account whose address the iPhone asks for"
    yield f"{address}{_KINDS[account.type]}{called}{sender}"
    for server in (account.incoming, account.outgoing):
        if server is not None:
            yield _server(server)
    if account.type == "exchange":
        yield f"  Server {shown(account.host) if account.host else '(found by the iPhone)'}"
        yield f"  User {shown(account.username) if account.username else '(asked)'}"
    yield f"  {_password(account)}"


def _server(server: ReadServer) -> str:
    port = f"port {server.port}" if server.port is not None else "no port"
    security = SECURITY[server.security] if server.security is not None else "TLS, depending on the port"
    user = f"user {shown(server.username)}" if server.username else "user asked"
    if server.auth == "none":
        user = "no sign-in"
    elif server.auth is not None and server.auth != "password":
        user += f"  {_AUTH.get(server.auth, server.auth)}"
    host = shown(server.host) if server.host else "(no host)"
    return paragraph(f"  {server.protocol.upper():<5} {host}  {port}  {security}  {user}", hang=8)


def _password(account: ReadAccount) -> str:
    if account.password_inside:
        return "The password stands in the file (it is not shown here)."
    if account.oauth:
        return "The iPhone asks for a sign-in on a web page."
    auths = [server.auth for server in (account.incoming, account.outgoing) if server is not None]
    if auths and all(auth == "none" for auth in auths):
        return "No password is needed."
    return "The iPhone asks for the password."


def _other(other: OtherPayload) -> str:
    words = other.what
    if other.name:
        words += f" {quoted(other.name)}"
    if other.host:
        words += f" at {shown(other.host)}"
    if other.certificate is not None:
        words += f", holds until {other.certificate.not_after:%-d %B %Y}, {other.certificate.fingerprint}"
    return words


def _warnings(report: ProfileReport, title: str, warnings: Sequence[ReadWarning]) -> Iterator[str]:
    if warnings:
        yield ""
        yield title
    for code, words in told(report, warnings):
        yield paragraph(f"{words} [{code}]", 2, hang=2)


def _comparisons(compared: Sequence[Compared], replaced: Replaced | None) -> Iterator[str]:
    if replaced is not None:
        whose = f"account “{replaced.account}”" if replaced.account else f"profile for {replaced.person}"
        yield ""
        yield paragraph(f"It and the profile of your {whose} replace each other on an iPhone.")
    for each in compared:
        yield ""
        if each.account is not None:
            yield paragraph(f"{shown(each.address)} is your account “{each.account}”.")
            yield from _changes(each.changes)
        else:
            yield paragraph(f"{shown(each.address)} is no account of yours yet.")
        yield from _judged(each)


def _changes(changes: Sequence[Difference]) -> Iterator[str]:
    if not changes:
        yield "  Your own profile would change none of its servers’ settings."
        return
    yield "  Your own profile would change"
    for each in changes:
        yield paragraph(f"{each.path}  {_said(each.profile)} → {_said(each.yours)}", 4, hang=4)


def _judged(compared: Compared) -> Iterator[str]:
    if compared.comparison is None:
        return
    against = compared.comparison.provider
    if against is None:
        yield "  Nobody listed recommends settings for it."
    findings = [each for each in compared.comparison.findings if each.verdict not in _QUIET]
    if findings:
        yield f"  Compared with what {against} recommends:" if against else "  To its settings:"
    elif against is not None:
        yield f"  All its settings are as recommended ({against})."
    for finding in findings:
        yield paragraph(f"{finding.verdict}  {finding.path} = {_said(finding.yours)}", 4, hang=4)
        yield paragraph(finding.why, 6)


def _said(value: str | int | None) -> str:
    return "(asked)" if value is None else shown(str(value))
