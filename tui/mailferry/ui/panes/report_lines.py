"""A configuration profile that was read, written out as lines."""

from __future__ import annotations

from collections.abc import Sequence

from mailferry.iphone.reading.quoting import quoted, shown
from mailferry.iphone.reading.report import OtherPayload, ProfileReport, ReadAccount, ReadServer
from mailferry.iphone.reading.told import told
from mailferry.iphone.reading.warning import ReadWarning
from mailferry.model.finding import Finding
from mailferry.profile_matching import Compared, Replaced
from mailferry.ui.glyphs import VERDICTS
from mailferry.ui.panes.form_rows import setting_words, words_for
from mailferry.ui.spans import EMPTY, Line, Span, hanging, marked, said, wrapped

_KINDS = {"mail": "", "exchange": ", by Exchange", "google": ", by Google"}
_QUIET = frozenset({"same", "inherited", "unknown"})
_INDENT = 12


def report_lines(
    report: ProfileReport, compared: Sequence[Compared], replaced: Replaced | None, width: int
) -> list[Line]:
    """All of it, in the order in which a reader asks."""
    lines = _head(report, replaced, width)
    lines += _warnings(report, "Beware: it reaches beyond mail", report.dangers, width, grave=True)
    beside = {each.payload: each for each in compared}
    for account in report.accounts:
        lines += [EMPTY, *_account(account, width)]
        if account.payload in beside:
            lines += _compared(beside[account.payload], width)
    if report.other_payloads:
        lines += [EMPTY, (Span("It also has", "bold"),)]
        for other in report.other_payloads:
            lines += marked(_other(other), width)
    lines += _warnings(report, "An iPhone refuses it because", report.faults, width, grave=True)
    return lines + _warnings(report, "To know", report.remarks, width)


def _head(report: ProfileReport, replaced: Replaced | None, width: int) -> list[Line]:
    lines = wrapped(quoted(report.display_name) if report.display_name else "Without a name", width, "accent")
    if (doubt := report.signature_doubt) is not None:
        lines = marked(f"The signature does not hold. {doubt.text}", width, "bad", mark="✗ ") + lines
    facts = [
        ("Made by", shown(report.organization) if report.organization else "nobody named"),
        ("Signed by", _signature(report)),
        ("Identifier", shown(report.identifier) if report.identifier else "none"),
    ]
    if report.removal_date is not None:
        facts.append(("Vanishes on", f"{report.removal_date:%-d %B %Y}, with its accounts"))
    if report.consent:
        facts.append(("Consent", "it shows a text to agree to before it is installed"))
    for label, text in facts:
        lines += _fact(label, text, width)
    if replaced is not None:
        whose = f"account “{replaced.account}”" if replaced.account else f"profile for {replaced.person}"
        text = f"It and the profile of your {whose} replace each other on an iPhone."
        lines += wrapped(text, width, "warn")
    if not report.installs:
        lines += marked("An iPhone refuses it; the reasons stand below.", width, "bad", mark="✗ ")
    return lines


def _signature(report: ProfileReport) -> str:
    signature = report.signature
    if signature is None:
        return "nobody; the iPhone shows “Not Signed”"
    if signature.signer is None:
        return "somebody who cannot be told"
    signer = signature.signer
    who = f"{quoted(signer.name)}, by {quoted(signer.issuer)}, until {signer.not_after:%-d %B %Y}"
    if not signature.intact:
        return f"it bears the signature of {who}; not of this content"
    return who if signature.problem is not None else f"{who}; the iPhone probably shows “Verified”"


def _account(account: ReadAccount, width: int) -> list[Line]:
    name = shown(account.address) if account.address else "An account whose address the iPhone asks for"
    lines: list[Line] = [(said(name, "bold"), Span(_KINDS[account.type]))]
    for label, text in (("Called", account.label), ("Sender", account.name)):
        if text:
            lines += _fact(label, shown(text), width)
    for server in (account.incoming, account.outgoing):
        if server is not None:
            lines += _fact(server.protocol.upper(), _server(server), width)
    if account.type == "exchange":
        lines += _fact("Server", shown(account.host) if account.host else "found by the iPhone", width)
        lines += _fact("User", shown(account.username) if account.username else "asked", width)
    inside = "stands in the file; it is not shown here"
    asked = "signs in on a web page" if account.oauth else "the iPhone asks for it"
    return lines + _fact("Password", inside if account.password_inside else asked, width)


def _server(server: ReadServer) -> str:
    security = words_for("incoming.security", server.security) if server.security else "TLS, by the port"
    parts = [
        shown(server.host) if server.host else "no host",
        f"port {server.port}" if server.port is not None else "no port",
        security,
    ]
    if server.auth == "none":
        parts.append("no sign-in")
    else:
        parts.append(f"user {shown(server.username)}" if server.username else "user asked")
        if server.auth not in (None, "password"):
            parts.append(words_for("incoming.auth", server.auth))
    return " · ".join(parts)


def _compared(compared: Compared, width: int) -> list[Line]:
    lines: list[Line] = []
    if compared.account is None:
        lines += _fact("Here", "no account of yours yet; i imports it", width)
    elif not compared.changes:
        lines += _fact("Here", f"your account “{compared.account}”, with the same settings", width)
    else:
        lines += _fact("Here", f"your account “{compared.account}”; its profile would change", width)
        for each in compared.changes:
            before, after = (
                "(asked)" if value is None else shown(words_for(each.path, value))
                for value in (each.profile, each.yours)
            )
            lines += _fact("", f"{setting_words(each.path)}  {before} → {after}", width)
    if compared.comparison is None:
        return lines
    findings = [each for each in compared.comparison.findings if each.verdict not in _QUIET]
    if findings and compared.comparison.provider is not None:
        lines += _fact("Beside", f"what {compared.comparison.provider} recommends", width)
    return lines + [line for each in findings for line in _finding(each, width)]


def _finding(finding: Finding, width: int) -> list[Line]:
    glyph, tone = VERDICTS[finding.verdict]
    value = shown(words_for(finding.path, finding.yours))
    text = f"{setting_words(finding.path)} {value}: {finding.verdict}. {finding.why}"
    return marked(text, width, tone, mark=f"  {glyph} ")


def _other(other: OtherPayload) -> str:
    words = other.what
    if other.name:
        words += f" {quoted(other.name)}"
    if other.host:
        words += f" at {shown(other.host)}"
    if other.certificate is not None:
        until = f"{other.certificate.not_after:%-d %B %Y}"
        words += f", holds until {until}, {other.certificate.fingerprint}"
    return words


def _warnings(
    report: ProfileReport, title: str, warnings: Sequence[ReadWarning], width: int, *, grave: bool = False
) -> list[Line]:
    if not warnings:
        return []
    lines: list[Line] = [EMPTY, (Span(title, "bold"),)]
    for _, text in told(report, warnings):
        lines += marked(text, width, "bad" if grave else "warn", mark="✗ " if grave else "! ")
    return lines


def _fact(label: str, text: str, width: int) -> list[Line]:
    return hanging(Span(f"  {label}", "dim"), said(text), width, indent=_INDENT + 2)
