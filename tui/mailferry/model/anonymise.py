"""Leaving out whose account it is: from reports and transcripts that are to be shown to others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import msgspec

from mailferry.model.disguise import views
from mailferry.model.transcript import ServerTranscript

ADDRESS = "joe@example.org"
DOMAIN = "example.org"
USER = "user"
NAME = "Joe Example"
HIDDEN = "•••"
"""Stands for what was written in base64 or another form in which nobody would look for it."""

_LEAST = 3
"""Shorter names are left: they would be found everywhere, and tell nobody who it is."""
_COMMON = frozenset(
    (
        "admin",
        "auth",
        "hello",
        "imap",
        "info",
        "login",
        "mail",
        "office",
        "pop3",
        "post",
        "smtp",
        "test",
        "user",
    )
)
"""Names that belong to nobody and would be missed where a protocol says them."""
_WORD = rb"[\w\x80-\xff]"
_QUOTE = rb"\xe2\x80[\x80-\xbf]"
"""Typographic quotes and dashes in UTF-8: they end a word, as other characters beyond ASCII do not."""
_BEGIN = rb"(?:(?<!%b)|(?<=%b))" % (_WORD, _QUOTE)
_END = rb"(?:(?!%b)|(?=%b))" % (_WORD, _QUOTE)
_OWN_PLACE = re.compile(
    rb"(?:[\w.-]+\.[A-Za-z]{2,} )?"
    rb"(?:\[(?:IPv6:)?[0-9A-Fa-f:.]*[:.][0-9A-Fa-f:.]*\]|\((?:\d{1,3}\.){3}\d{1,3}\))",
    re.IGNORECASE,
)
"""Where a greeting or EHLO names us: an address in brackets, and the name that a server looked up for it."""


_NTLM = b"NTLMSSP\0"
"""How every message of an NTLM sign-in begins; it names domains and machines of whoever runs the server."""


@dataclass(frozen=True)
class _Replacement:
    """What to look for, as text and in UTF-16, and what to put there."""

    pattern: re.Pattern[bytes]
    wide: re.Pattern[bytes]
    words: bytes

    @classmethod
    def of(cls, form: str, words: str) -> _Replacement:
        wide = (re.escape(form.encode(encoding, "replace")) for encoding in ("utf-16-le", "utf-16-be"))
        return cls(
            re.compile(_BEGIN + re.escape(form.encode()) + _END, re.IGNORECASE),
            re.compile(b"|".join(wide), re.IGNORECASE),
            words.encode(),
        )


class Anonymiser:
    """Puts examples in the place of an account's address, user names, names of people and own IP addresses.

    The domain of the address stays where it is one of `public`, the domains of a provider that many share.
    Other addresses stay, those of servers among them. Words that are `telling` in another way, such as the
    fingerprint of a certificate, are replaced by dots.
    """

    def __init__(
        self,
        address: str,
        usernames: Iterable[str] = (),
        names: Iterable[str] = (),
        *,
        public: Collection[str] = (),
        telling: Iterable[str] = (),
    ) -> None:
        local, _, domain = address.rpartition("@")
        words: dict[str, str] = {}
        for name in names:
            words |= dict.fromkeys((name, *name.split()), NAME)
        for user in (local, local.partition("+")[0], *usernames):
            words[user] = ADDRESS if "@" in user else USER
        if domain.lower() not in {each.lower() for each in public}:
            words |= dict.fromkeys(_forms(domain), DOMAIN)
        words |= {f"{local}@{form}": ADDRESS for form in _forms(domain)}
        words |= dict.fromkeys(telling, HIDDEN)
        self._replacements = tuple(
            _Replacement.of(form, new)
            for word, new in words.items()
            if len(word) >= _LEAST and word.lower() not in _COMMON
            for form in ((word,) if word.isascii() else {word, word.lower(), word.upper(), word.title()})
        )

    def text(self, text: str) -> str:
        """A text without whose account it is."""
        lines = text.encode("utf-8", "surrogatepass").split(b"\n")
        return b"\n".join(map(self.data, lines)).decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        """The same for bytes, such as a line that a server said."""
        parts: list[bytes] = []
        done = 0
        for start, end, words in sorted(self._found(data), key=lambda found: (found[0], -found[1])):
            if start >= done:
                parts += data[done:start], words
            done = max(done, end)  # of two that overlap, nothing is left
        return b"".join((*parts, data[done:]))

    def transcript(self, transcript: ServerTranscript) -> ServerTranscript:
        """The same for everything in a transcript."""
        return msgspec.structs.replace(
            transcript,
            host=self.text(transcript.host),
            lines=tuple(
                msgspec.structs.replace(line, data=self.data(line.data)) for line in transcript.lines
            ),
        )

    def _found(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        for place in _OWN_PLACE.finditer(data):
            yield *place.span(), b"[192.0.2.1]"
        for view in views(data):
            if not view.exact and (begin := view.data.find(_NTLM)) >= 0:
                yield *view.locate(begin, len(view.data)), HIDDEN.encode()
            for replacement in self._replacements:
                if not view.exact and b"\0" in view.data:
                    for match in replacement.wide.finditer(view.data):
                        yield *view.locate(*match.span()), HIDDEN.encode()
                for match in replacement.pattern.finditer(view.data):
                    yield *view.locate(*match.span()), replacement.words if view.exact else HIDDEN.encode()


def _forms(domain: str) -> set[str]:
    """A domain in A-labels and as its owner writes it."""
    import idna  # here, for it is slow to import

    forms = {domain}
    for convert in (lambda text: idna.encode(text).decode("ascii"), idna.decode):
        try:
            forms.add(convert(domain))
        except (idna.IDNAError, UnicodeError):
            continue
    return forms - {""}
