"""A look-up while it runs and what it has found, written out as lines."""

from __future__ import annotations

from collections.abc import Iterable

from mailferry.model.recommendation import Recommendation, RecommendedServer
from mailferry.ui.looking import LookUp
from mailferry.ui.panes.evidence_lines import about_sources, answer_lines, waiting_line
from mailferry.ui.panes.form_rows import words_for
from mailferry.ui.spans import EMPTY, Line, Span, Tone, hanging, marked, said, width_of, wrapped

_PROTOCOL = 7  # cells

_GUESS = (
    "g asks further: whether mail servers answer at the usual names, imap., pop., smtp. and mail.{0} and {0}"
    " itself. What does is a guess: nobody says that it is meant for you."
)
_GUESSED_NOTHING = (
    "Guessing found nothing either: no usual name answers as a mail server that can be trusted."
)


def progress_lines(look_up: LookUp, width: int) -> list[Line]:
    """Each source with its answer as soon as it has one, and which hosts were asked until now."""
    left = [each for each in look_up.sources if each not in look_up.answers]
    stopping = look_up.stop.is_set()
    count = f"{len(look_up.answers)} of {len(look_up.sources)} sources have answered"
    words = f"Stopping; {count}." if stopping else f"{count}; each has a few seconds."
    lines: list[Line] = [*wrapped(words, width, "accent"), EMPTY]
    for source in look_up.sources:
        answer = look_up.answers.get(source)
        if answer is not None:
            lines += answer_lines(answer, width)
        elif source in left:
            lines.append(waiting_line(source))
    return [*lines, *_asked_lines(look_up, width)]


def outcome_lines(look_up: LookUp, found: Recommendation, width: int) -> list[Line]:
    """What is recommended now, why, who contradicts, and what to beware of."""
    lines = [*_heading(look_up, found, width), *_server_lines(found, width)]
    if look_up.may_guess:
        lines += [EMPTY, *wrapped(_GUESS.format(look_up.address.rpartition("@")[2]), width)]
    lines += _beware(found, width)
    return [*lines, *about_sources(found, width), *_asked_lines(look_up, width)]


def _heading(look_up: LookUp, found: Recommendation, width: int) -> list[Line]:
    if found.how == "none":
        return wrapped(_GUESSED_NOTHING if look_up.guess else "Nothing was found.", width, "warn")
    name = found.name or found.address
    if found.how == "guess":
        return wrapped(f"A guess, and no more: {name}", width, "warn")
    return wrapped(f"Found: {name}", width, "accent")


def _server_lines(found: Recommendation, width: int) -> Iterable[Line]:
    for server in (*found.incoming, *found.outgoing):
        label = Span(server.protocol.upper(), "bold")
        yield from hanging(label, _server_words(server, width - _PROTOCOL), width, indent=_PROTOCOL)


def _server_words(server: RecommendedServer, width: int) -> Span:
    """Where and who, on one line or two."""
    user = f"user {server.username}" if server.username is not None else "user name to be asked for"
    auth = " or ".join(words_for("auth", each) for each in server.auth)
    where = said(f"{server.host} port {server.port} · {words_for('security', server.security)}").text
    who = said(" · ".join(filter(None, (user, auth)))).text
    line = Span(f"{where} · {who}")
    return line if width_of((line,)) <= width else Span(f"{where}\n{who}")


def _beware(found: Recommendation, width: int) -> list[Line]:
    said_already = found.choice or ""
    texts: list[tuple[str, Tone]] = [(found.notice, "warn")] if found.notice else []
    texts += [(text, "warn") for text in found.warnings if text != found.notice]
    texts += [(f"In doubt: {text}", "dim") for text in found.doubts if text not in said_already]
    if found.sign_in.note:
        texts.append((found.sign_in.note, "plain"))
    lines = [line for text, tone in texts for line in (EMPTY, *wrapped(text, width, tone))]
    if found.sign_in.before:
        lines += [EMPTY, (Span("Before signing in", "bold"),)]
        lines += [line for step in found.sign_in.before for line in marked(step, width)]
    return lines


def _asked_lines(look_up: LookUp, width: int) -> list[Line]:
    if not look_up.asked:
        return []
    lines: list[Line] = [EMPTY, (Span("Asked", "bold"),)]
    for host, about in look_up.asked.items():
        lines += wrapped(f"{host}, told {about}", width, "dim")
    return lines
