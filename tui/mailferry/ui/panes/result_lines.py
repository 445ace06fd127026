"""The result of a test as lines: the ladders, what failed and what to do, then the particulars."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

import msgspec

from mailferry.advice.earlier import not_again_words, passed_before, say_time
from mailferry.model.account import Role
from mailferry.model.check import AccountCheck, Change, Repair, ServerCheck
from mailferry.model.spared import is_spared
from mailferry.ui.panes.ladder_lines import SOON, ladder_lines
from mailferry.ui.spans import EMPTY, Line, Span, Tone, marked, wrapped

_FAMILIES = {"ipv4": "IPv4", "ipv6": "IPv6"}
_SECURITY = {"tls": "TLS", "starttls": "STARTTLS", "none": "unencrypted"}
_MARK = "✗ "
_LENDS = "If the command wanted to ask for something: t tests again and can hand it the terminal"
_CHANGED = {
    "certificate": "certificate",
    "address": "address",
    "greeting": "greeting",
    "capabilities": "abilities",
}


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """A result and what is known around it.

    `when` and `well` (the day when all was last well) are for people; `refused` are sentences about passwords
    that a server has refused lately, by its role. `may_ask`: a password command may have wanted the terminal.
    """

    check: AccountCheck
    when: str
    well: str | None = None
    refused: Mapping[Role, str] = msgspec.field(default_factory=dict)
    may_ask: bool = False


def result_lines(result: Result, width: int) -> list[Line]:
    """Both ladders, then what failed and what to do, then what is otherwise known, and when it was."""
    servers = result.check.servers
    lines = [line for server in servers for line in ladder_lines(server, width)]
    failed = [server for server in servers if not server.ok and not is_spared(server)]
    for group in _alike(failed):
        lines += _failure(group, result.refused, width)
    for server in filter(is_spared, servers):
        lines += _left_out(server, result.refused, width)
    if result.may_ask:
        lines += marked(_LENDS, width, "good", mark="→ ")
    for server in servers:
        lines += _changes(server, result.well, width)
    lines.append(EMPTY)
    for server in servers:
        lines += _particulars(server, width)
    ending = "passed" if result.check.ok else "failed"
    lines += wrapped(f"{ending} in {result.check.seconds:.1f} s, {result.when}", width, "dim")
    return lines


def changes_words(changes: Mapping[str, str | int]) -> str:
    """Settings to be written, in words: “port 993, TLS from the start”."""
    from mailferry.ui.panes.form_rows import setting_words, words_for

    words = []
    for path, value in changes.items():
        field = path.rpartition(".")[2]
        text = words_for(path, value)
        words.append(text if field in ("security", "host", "protocol") else f"{setting_words(path)} {text}")
    return ", ".join(words)


def _alike(failed: list[ServerCheck]) -> Iterable[list[ServerCheck]]:
    """Failed servers in groups that get the same advice."""
    groups: dict[tuple[object, ...], list[ServerCheck]] = {}
    for server in failed:
        told = (server.failed_stage, server.cause, server.advice)
        groups.setdefault((server.role,) if server.repairs else told, []).append(server)
    return groups.values()


def _failure(group: list[ServerCheck], refused: Mapping[Role, str], width: int) -> list[Line]:
    """What failed in plain words and what would work, then the server's own words, made harmless."""
    from mailferry.advice.charset import in_words
    from mailferry.advice.fixes import repair_to_take
    from mailferry.advice.pinning import why_pinned

    names = " and ".join(each.protocol.upper() for each in group)
    (first,), *rest = marked(f"{names}: {advice_of(group[0])}", width, mark=_MARK)
    lines = [(Span(_MARK, "bad"), Span(first.text.removeprefix(_MARK))), *rest]
    taken = repair_to_take(group[0])
    for repair in group[0].repairs:
        tone: Tone = "good" if repair is taken else "dim"
        lines += marked(_repair(repair, taken=repair is taken), width, tone, mark="→ ")
    if any(why_pinned(each) for each in group):
        lines += marked("I shows the certificate; p there pins it, if it is yours", width, "good", mark="→ ")
    for server in group:
        who = "The server" if len(group) == 1 else server.protocol.upper()
        lines += wrapped(f"{who} said: {server.server_said}", width, "dim") if server.server_said else []
        read = in_words(server.server_said or "")
        lines += wrapped(f"({read})", width, "dim") if read else []
    told = [f"Cause: {group[0].cause}. ", *map(_sent, group)]
    told += dict.fromkeys(refused[each.role] for each in group if each.role in refused)
    return [*lines, *wrapped(" ".join(told), width, "dim")]


def _left_out(server: ServerCheck, refused: Mapping[Role, str], width: int) -> list[Line]:
    """That the password was not sent, and until when it is not."""
    why = refused.get(server.role, "Passwords were refused there; that is over now, and t tests again.")
    return marked(f"{server.protocol.upper()}: no password was sent. {why}", width, "warn", mark="– ")


def advice_of(server: ServerCheck) -> str:
    """The advice, without the command that takes what answers: the line below names the key for it."""
    from mailferry.advice.circumstances import instead

    advice = server.advice or ""
    return advice.removesuffix(instead(server) or "").rstrip() or server.cause or "failed"


def _repair(repair: Repair, *, taken: bool) -> str:
    from mailferry.advice.ladder_text import compared

    seen = repair.seen.strip().removesuffix(".")
    words = " · ".join(filter(None, (seen, compared(repair))))
    return f"{words}  f takes it" if taken else words


def _sent(server: ServerCheck) -> str:
    times = {0: "No password was sent", 1: "The password was sent once"}
    words = times.get(server.attempts, f"The password was sent {server.attempts} times")
    return f"{words} to the {server.protocol.upper()} server."


def _changes(server: ServerCheck, well: str | None, width: int) -> list[Line]:
    """What is different since all was last well."""
    if not server.changed:
        return []
    since = f"since {well}, when all was well" if well else "since all was last well"
    tone: Tone = "dim" if server.ok else "warn"
    lines = wrapped(f"{server.protocol.upper()}: changed {since}:", width, tone)
    for change in server.changed:
        lines += marked(_change(change), width, tone, mark="  • ")
    return lines


def _change(change: Change) -> str:
    return f"{_CHANGED[change.what]}: {change.before} → {change.now}"


def _particulars(server: ServerCheck, width: int) -> list[Line]:
    """Where it was, how it signed in, both kinds of address, the certificate, in a line or two."""
    facts = [_place(server), *_taken_over(server)]
    if server.mechanism is not None:
        facts.append(f"sign-in by {server.mechanism}")
    if server.certificate is not None:
        certificate = server.certificate
        left = certificate.days_left
        facts.append(certificate.tls_version or "TLS")
        facts.append(f"certificate {left} days left" if left >= 0 else "certificate expired")
    if server.addresses:
        facts.append("  ".join(_address(each.family, each.ok, each.seconds) for each in server.addresses))
    facts += [
        stage.detail
        for stage in server.stages
        if stage.ok and stage.detail and stage.stage in ("mailbox", "send", "deliver")
    ]
    dead = any(not each.ok for each in server.addresses)
    ending = server.certificate is not None and server.certificate.days_left < SOON
    tone: Tone = "warn" if server.ok and (dead or ending) else "dim"
    return wrapped(f"{server.protocol.upper()}  {' · '.join(facts)}", width, tone)


def _taken_over(server: ServerCheck) -> list[str]:
    """What was not tested again, and when it had been."""
    if (passed := passed_before(server)) is not None:
        return [not_again_words(passed)]
    kept = {stage.stage: say_time(stage.earlier) for stage in server.stages if stage.earlier is not None}
    if not kept:
        return []
    stages = " to ".join(dict.fromkeys((next(iter(kept)), [*kept][-1])))
    return [f"{stages} as tested at {' and '.join(dict.fromkeys(kept.values()))}"]


def _address(family: str, ok: bool, seconds: float) -> str:
    return f"{_FAMILIES[family]} {seconds * 1000:.0f} ms" if ok else f"{_FAMILIES[family]} no answer"


def _place(server: ServerCheck) -> str:
    if server.host is None:
        return "no server named"
    port = f":{server.port}" if server.port is not None else ""
    return f"{server.host}{port} {_SECURITY.get(server.security or '', '')}".rstrip()


def day_words(when: datetime.datetime) -> str:
    """The day of a moment, on the user's own calendar; of today the time."""
    here = when.astimezone()
    today = here.date() == datetime.datetime.now().astimezone().date()
    return f"{here:%H:%M} today" if today else f"{here:%-d %b %Y}"
