"""What comparing found, written out as lines."""

from __future__ import annotations

from rich.cells import cell_len

from mailferry.model.finding import DEVIATIONS, NOT_WELL, Finding, Verdict
from mailferry.model.recommendation import Recommendation
from mailferry.ui.glyphs import VERDICTS
from mailferry.ui.lines import Page
from mailferry.ui.panes.form_rows import setting_words, words_for
from mailferry.ui.spans import EMPTY, Line, Span, Tone, marked, said, spread, width_of, wrapped
from mailferry.ui.subject import Known

_WELL: frozenset[Verdict] = frozenset({"same", "inherited"})
_WORST_FIRST = list(VERDICTS)


def notable(known: Known) -> list[Finding]:
    """The findings that are worth a line of their own, the worst first.

    What a provider says about sign-in although nothing is stated counts too: an inherited setting with a
    reason beside it that is not well.
    """
    chosen = [each for each in known.comparison.findings if each.verdict not in _WELL]
    return sorted(chosen, key=lambda each: _WORST_FIRST.index(each.verdict))


def comparison_page(known: Known, cursor: int, width: int) -> Page:
    """A page with a stop for every notable finding, and under them the reason of the highlighted one."""
    recommendation = known.recommendation
    findings = notable(known)
    heading = f"Against {known.source}" if recommendation.how != "none" else "Nothing to compare with"
    lines: list[Line] = wrapped(heading, width, "accent")
    stops: list[range] = []
    for finding in findings:
        start = len(lines)
        lines += _finding_lines(finding, width)
        stops.append(range(start, len(lines)))
    well = sum(each.verdict in _WELL for each in known.comparison.findings)
    if well:
        lines.append(
            (Span(f"✓ {well} settings as recommended" if well > 1 else "✓ 1 setting as recommended", "good"),)
        )
    if findings:
        chosen = findings[min(cursor, len(findings) - 1)]
        lines.append(EMPTY)
        lines += wrapped(chosen.why, width)
        lines += _key_lines(chosen, findings, width)
    if recommendation.how == "none":
        lines += [EMPTY, (Span("L", "bold"), Span(" look it up online"))]
    lines += _about(recommendation, width)
    return Page(lines, stops)


def about_page(recommendation: Recommendation, width: int) -> list[Line]:
    """Everything that is known about the provider, with where it is known from."""
    from mailferry.ui.panes.evidence_lines import about_sources

    lines: list[Line] = [(said(recommendation.name or "No provider found", "accent"),)]
    for title, texts in (
        ("Notice", (recommendation.notice,) if recommendation.notice else ()),
        ("Before signing in", recommendation.sign_in.before),
        ("Sign-in", (recommendation.sign_in.note,) if recommendation.sign_in.note else ()),
        ("Doubts", recommendation.doubts),
        ("Warnings", recommendation.warnings),
        ("On the iPhone", (recommendation.iphone.note,) if recommendation.iphone.note else ()),
    ):
        if texts:
            lines += [EMPTY, (Span(title, "bold"),)]
            lines += [line for text in texts for line in marked(text, width)]
    if recommendation.evidence:
        lines += [EMPTY, (Span("Sources", "bold"),)]
        for each in recommendation.evidence:
            read = f", read {each.read:%-d %B %Y}" if each.read else ""
            lines += marked(f"{each.source}{read}", width)
            lines += wrapped(each.url, width, "dim", indent=2) if each.url else []
    return [*lines, *about_sources(recommendation, width)]


def _key_lines(chosen: Finding, findings: list[Finding], width: int) -> list[Line]:
    """What can be done about the highlighted finding, and about all; as many lines as it takes."""
    hints = [("a", "accept")] if chosen.fix else []
    hints += [("A", "accept all")] if any(each.fix for each in findings) else []
    if chosen.verdict in DEVIATIONS:
        hints.append(("K", "stand by it"))
    elif chosen.verdict == "accepted":
        hints.append(("K", "stand by it no longer"))
    lines: list[Line] = []
    for key, label in hints:
        hint = (Span(key, "bold"), Span(f" {label}"))
        if lines and width_of((*lines[-1], *hint)) + 3 <= width:
            lines[-1] = (*lines[-1], Span("   "), *hint)
        else:
            lines.append(hint)
    return lines


def _finding_lines(finding: Finding, width: int) -> list[Line]:
    glyph, colour = VERDICTS[finding.verdict]
    head = spread(
        (Span(f"{glyph} ", colour), Span(setting_words(finding.path))),
        (Span(finding.verdict, colour),),
        width,
    )
    yours = words_for(finding.path, finding.yours) or "–"
    wanted = words_for(finding.path, finding.recommended)
    if not finding.fix and finding.verdict in NOT_WELL:
        return [head, *wrapped(f"{yours} · no value mends this", width, "dim", indent=2)]
    if not wanted or wanted == yours:
        return [head, *wrapped(yours, width, "dim", indent=2)]
    tone: Tone = "bold" if finding.fix else "dim"  # dim: it cannot be taken
    if cell_len(yours) + cell_len(wanted) + 5 <= width:
        return [head, (Span("  "), said(yours, "dim"), Span(" → "), said(wanted, tone))]
    return [head, *wrapped(yours, width, "dim", indent=2), *wrapped(f"→ {wanted}", width, tone, indent=2)]


def _about(recommendation: Recommendation, width: int) -> list[Line]:
    lines: list[Line] = []
    for text in (recommendation.notice, *recommendation.warnings, recommendation.sign_in.note):
        if text:
            lines += [EMPTY, *wrapped(text, width, "warn")]
    if recommendation.sign_in.before:
        lines += [EMPTY, (Span("Before signing in", "bold"),)]
        lines += [line for step in recommendation.sign_in.before for line in marked(step, width)]
    for doubt in recommendation.doubts:
        lines += [EMPTY, *wrapped(f"In doubt: {doubt}", width, "dim")]
    if recommendation.evidence:
        first = recommendation.evidence[0]
        read = f", read {first.read:%-d %b %Y}" if first.read else ""
        lines += [EMPTY, *wrapped(f"Source: {first.source}{read}  (i: all)", width, "dim")]
    return lines
