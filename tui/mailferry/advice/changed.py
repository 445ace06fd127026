"""What a server shows otherwise than when all was last well: the first thing to know when it fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailferry.advice.banner import same_banner, say_banner
from mailferry.advice.moved import moved
from mailferry.advice.words import say_date
from mailferry.model.check import Certificate, Change, ServerCheck
from mailferry.model.visible import visible

_LONGEST = 200


def changes(before: ServerCheck, now: ServerCheck) -> tuple[Change, ...]:
    """How a server differs from an earlier test of it that was well; nothing where it is another server.

    What differs each time anyway is no change: the order of capabilities, dates, counters and the names of
    single machines in greetings, and the addresses of hosts that have many.
    """
    if _place(before) != _place(now):
        return ()
    found = (
        _certificate(before, now),
        moved(before, now),
        _greeting(before, now),
        _capabilities(before, now),
    )
    return tuple(change for change in found if change is not None)


def _place(check: ServerCheck) -> tuple[object, ...]:
    return check.role, check.protocol, (check.host or "").casefold(), check.port, check.security


def _certificate(before: ServerCheck, now: ServerCheck) -> Change | None:
    old, new = before.certificate, now.certificate
    if old is None or new is None or old.fingerprint == new.fingerprint:
        return None
    verified = any(stage.stage == "tls" and stage.ok for stage in now.stages)
    if verified and _issuing(old) == _issuing(new):
        renewed = (
            "renewed by the same issuer" if new.not_after > old.not_after else "another of the same issuer"
        )
        words = f"{renewed}, until {say_date(new.not_after)}"
    elif _issuing(old) == _issuing(new):
        # Whoever signs a certificate writes the issuer's name: unverified, it proves nothing.
        words = f"another, not verified, until {say_date(new.not_after)}"
    else:
        words = f"from another issuer, {_say_issuer(new)}, until {say_date(new.not_after)}"
    return Change(
        what="certificate", before=f"from {_say_issuer(old)}, until {say_date(old.not_after)}", now=words
    )


def _issuing(certificate: Certificate) -> str:
    """The organisation: it signs with now one, now another of its intermediate certificates."""
    common_name, _, organisation = certificate.issuer.partition(", ")
    return organisation or common_name


def _say_issuer(certificate: Certificate) -> str:
    return _harmless(certificate.issuer) or "an issuer without a name"


def _greeting(before: ServerCheck, now: ServerCheck) -> Change | None:
    if not before.greeting or not now.greeting or same_banner(before.greeting, now.greeting):
        return None
    return Change(
        what="greeting",
        before=_harmless(say_banner(before.greeting)),
        now=_harmless(say_banner(now.greeting)),
    )


def _capabilities(before: ServerCheck, now: ServerCheck) -> Change | None:
    """What is no longer or newly offered, as far as the test came: some is told only after TLS or sign-in."""
    passed = {stage.stage for stage in now.stages if stage.ok}
    if (
        (now.security == "starttls" and "tls" not in passed)
        or not before.capabilities
        or not now.capabilities
    ):
        return None
    old, new = set(_single(before)), set(_single(now))
    gone = [
        word
        for word in dict.fromkeys(_single(before))
        if word not in new and ("auth" in passed or now.protocol != "imap" or _is_about_signing_in(word))
    ]
    come = [word for word in dict.fromkeys(_single(now)) if word not in old]
    if not gone and not come:
        return None
    return Change(
        what="capabilities",
        before=f"offered {_harmless(', '.join(gone))}" if gone else "not offered",
        now=" and ".join(
            (["no longer offered"] if gone else [])
            + ([f"offers {_harmless(', '.join(come))}"] if come else [])
        ),
    )


def _is_about_signing_in(capability: str) -> bool:
    return capability.startswith("AUTH ") or capability in ("STARTTLS", "SASL-IR")


def _single(check: ServerCheck) -> Iterator[str]:
    """Capabilities one by one: mechanisms stand in one line with SMTP and POP3, and in any order."""
    for capability in check.capabilities:
        head, *rest = re.split(r"[\s=]+", capability.strip().upper())
        if head in ("AUTH", "SASL"):
            yield from (f"AUTH {mechanism}" for mechanism in rest if mechanism)
        elif head:
            yield capability.strip().upper()


def _harmless(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
