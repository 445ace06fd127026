"""What a test of one server found, line by line, for people. Nothing here is wrapped or made harmless."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mailferry.advice.capabilities import capability_report
from mailferry.advice.charset import in_words
from mailferry.advice.earlier import not_again_words, passed_before, say_time
from mailferry.advice.fixes import repair_to_take
from mailferry.advice.words import say_date
from mailferry.model.check import Certificate, Repair, ServerCheck
from mailferry.model.finding import Verdict
from mailferry.model.spared import is_spared, mark

_SECURITY = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "not encrypted"}

_COMPARED: dict[Verdict | None, str] = {
    "same": "as recommended",
    "inherited": "as recommended",
    "alternative": "the provider lists it too",
    "accepted": "you stand by it",
    "differs": "not what is recommended",
    "unknown": "",  # nothing to compare it with
    None: "",
}
"""What comparing says of what was seen to work; all other verdicts speak for themselves."""


class Line(NamedTuple):
    """A line, how far it stands in, and by how much more where it must be wrapped."""

    text: str
    indent: int = 0
    hang: int = 2


_CHANGED = {
    "certificate": "Another certificate",
    "address": "Another address",
    "greeting": "Another greeting",
    "capabilities": "Other capabilities",
}


def ladder_lines(
    server: ServerCheck, *, above: Sequence[ServerCheck] = (), details: bool = False, mended_by: str = ""
) -> Iterator[Line]:
    """The ladder of a server, why it fails and what to do, what has changed, and with `details` all the rest.

    What was explained for a server `above` in the same words is not said again. `mended_by` is a command
    that takes what was seen to work.
    """
    passed = passed_before(server)
    if passed is not None:
        yield Line(not_again_words(passed))
    for stage in server.stages:
        stage_words = f"{mark(stage)} {stage.stage:<10} {stage.seconds * 1000:6.0f} ms  {stage.detail}"
        if stage.earlier is not None and passed is None:
            stage_words = f"{stage_words.rstrip()}, as tested {say_time(stage.earlier)}"
        yield Line(stage_words.rstrip(), hang=24)
    if not server.ok and not is_spared(server):  # beside that stage stands the reason
        alike = next((each for each in above if _explanation(each) == _explanation(server)), None)
        why = f"the same as for {alike.protocol.upper()}." if alike is not None else server.advice or ""
        yield Line(f"{server.cause}: {why}", hang=0)
        for line in (server.server_said or "").splitlines():
            yield Line(f"The server said: {line}")
            if read := in_words(line):
                yield Line(f"({read})", 2)
    taken = repair_to_take(server)
    for repair in server.repairs:
        takes = mended_by if repair is taken else ""
        told = (takes, f"compared: {words}" if (words := compared(repair)) else "")
        aside = "; ".join(filter(None, told))
        seen = repair.seen.strip().removesuffix(".")
        yield Line(f"Seen: {seen} ({aside})." if aside else f"Seen: {seen}.")
    for change in server.changed:
        yield Line(f"{_CHANGED[change.what]} than when all was well: {change.before} → {change.now}")
    if details:
        yield from _detail_lines(server)


def _explanation(server: ServerCheck) -> tuple[object, ...] | None:
    return None if server.ok else (server.failed_stage, server.cause, server.advice)


def server_name(server: ServerCheck) -> str:
    """Protocol, place and kind of encryption of a server."""
    place = f"{server.host}:{server.port}" if server.host else "no host"
    return f"{server.protocol.upper()}  {place}  {_SECURITY.get(server.security or '', '')}".rstrip()


def compared(repair: Repair) -> str:
    """What comparing says of what was seen to work, in a word or a few; nothing where it says nothing."""
    return repair.compared or _COMPARED.get(repair.verdict, str(repair.verdict))


def _detail_lines(server: ServerCheck) -> Iterator[Line]:
    for address in server.addresses:
        family = "IPv4" if address.family == "ipv4" else "IPv6"
        outcome = address.detail or ("answers" if address.ok else "does not answer")
        yield Line(f"{family} {address.address}: {address.seconds * 1000:.0f} ms, {outcome}")
    if server.greeting:
        yield Line(f"Greeting: {' '.join(server.greeting.split())}")
    if server.certificate is not None:
        yield from _certificate_lines(server.certificate)
    if server.mechanism or server.attempts:
        passwords = "1 password" if server.attempts == 1 else f"{server.attempts} passwords"
        yield Line(f"Sign-in: {server.mechanism or 'not accepted'}; {passwords} sent")
    for sentence in capability_report(server):
        yield Line(sentence)


def _certificate_lines(certificate: Certificate) -> Iterator[Line]:
    names = ", ".join(certificate.names) or "no name"
    dates = f"{say_date(certificate.not_before)} to {say_date(certificate.not_after)}"
    yield Line(f"Certificate: {certificate.subject}, for {names}")
    yield Line(f"from {certificate.issuer}, {dates} ({certificate.days_left} days left)", 2)
    yield Line(f"{certificate.tls_version or 'TLS version unknown'}, {certificate.fingerprint}", 2)
    for link in certificate.chain:
        yield Line(f"signed by {link.subject}, until {say_date(link.not_after)}", 2)
