"""The catalogue: all provider files there are, the shipped ones and those of the user over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Literal

from mailferry.model.address import AddressError, domain_to_ascii
from mailferry.model.problem import InvalidFileError, MailferryError, Problem
from mailferry.model.provider import Provider
from mailferry.store.decode import decode_provider, parse
from mailferry.store.files import read_text

Origin = Literal["shipped", "own", "merged"]

_TELLING = 5  # letters from which on the same name with another ending is hardly somebody else's


class Catalogue:
    """Provider files of two folders; a file's stem is its provider's id.

    A file in the own folder wins over the shipped one of the same name, field by field, and a new name adds
    a provider. What has been read is kept: make a new catalogue when files have changed.
    """

    def __init__(self, shipped: Path, own: Path | None) -> None:
        """`shipped` and `own` are folders of `*.toml`; a folder that does not exist holds no files."""
        self._folder = shipped
        self._shipped = _provider_files(shipped)
        self._own = _provider_files(own) if own is not None else {}
        self._providers: dict[str, Provider | None] = {}
        self._problems: dict[Path, tuple[Problem, ...]] = {}

    def ids(self) -> tuple[str, ...]:
        """The ids of all providers, sorted, those of broken own files included."""
        return tuple(sorted(self._shipped.keys() | self._own.keys()))

    def get(self, provider_id: str) -> Provider | None:
        """The provider of that id; None if there is none, or only a broken own file (see `problems`).

        A broken own file never hides the shipped one. Raises InvalidFileError for a broken shipped file.
        """
        if provider_id not in self._providers:
            self._providers[provider_id] = self._read(provider_id)
        return self._providers[provider_id]

    def need(self, provider_id: str) -> Provider:
        """The provider of that id. Raises MailferryError, with the nearest id, if there is none.

        Of a broken own file, InvalidFileError says what is wrong with it.
        """
        provider = self.get(provider_id)
        if provider is None and provider_id in self._own:
            raise InvalidFileError(self._problems[self._own[provider_id]])
        if provider is None:
            near = get_close_matches(provider_id, self.ids(), n=1)
            hint = f"did you mean {near[0]}?" if near else "mailferry providers lists them"
            raise MailferryError(f"there is no provider “{provider_id}”; {hint}")
        return provider

    def origin(self, provider_id: str) -> Origin:
        """Where the provider's values come from. Raises KeyError for an id that is not in `ids`."""
        if provider_id not in self._shipped:
            self._own[provider_id]
            return "own"
        self.get(provider_id)  # finds out whether the own file can be read
        own = self._own.get(provider_id)
        return "shipped" if own is None or own in self._problems else "merged"

    @cached_property
    def shipped_alone(self) -> Catalogue:
        """The same shipped files without any file of the user's own."""
        return Catalogue(self._folder, None) if self._own else self

    def shipped_raw(self, provider_id: str) -> Mapping[str, object] | None:
        """What the shipped file states, for an own file to be laid over; None if no such file is shipped.

        Raises InvalidFileError for a broken shipped file.
        """
        path = self._shipped.get(provider_id)
        return parse(read_text(path), str(path)) if path else None

    def own_keys(self, provider_id: str) -> tuple[str, ...]:
        """Top-level keys that the user's own file states; none where there is no such file."""
        path = self._own.get(provider_id)
        return tuple(parse(read_text(path), str(path))) if path else ()

    def text(self, provider_id: str) -> str:
        """The provider's file as it is written, an own one that changes a shipped one below it.

        Raises KeyError for an id that is not in `ids`.
        """
        if self.origin(provider_id) == "shipped":
            return read_text(self._shipped[provider_id])
        own = self._own[provider_id]
        if provider_id not in self._shipped:
            return read_text(own)
        return f"{read_text(self._shipped[provider_id])}\n# Over it lies {own}:\n\n{read_text(own)}"

    def find_domain(self, domain: str) -> str | None:
        """The id of the provider that lists exactly this domain, own files first.

        `domain` is in lower-case A-labels, as `Address.domain` is. Never a part of a domain: neither
        notgmail.com nor gmail.com.evil.example is Gmail's.
        """
        return self._find((domain,), lambda provider: provider.domains)

    def find_suffix(self, domain: str) -> str | None:
        """The id of the provider that lists a suffix of this domain, the longest first, own files first.

        `domain` is in lower-case A-labels. A suffix matches at a dot; by itself it is no such domain.
        """
        return self._find(_parents(domain), lambda provider: provider.suffixes)

    def find_mx(self, host: str) -> str | None:
        """The id of the provider whose mail exchanger this is, the longest suffix first, own files first.

        `host` is as DNS gives it: capitals and a final dot do not matter. A suffix matches at a dot.
        """
        name = host.lower().removesuffix(".")
        return self._find((name, *_parents(name)), lambda provider: provider.mx)

    def mentioning(self, word: str) -> tuple[str, ...]:
        """The ids of providers whose files hold a lower-case word in quotes, such as the name of a server."""
        return (*self._own_words.get(word, ()), *self._shipped_words.get(word, ()))

    def domain_like(self, domain: str) -> str | None:
        """The listed domain that this one is probably a slip of; None when none is nearly so spelt.

        The same name with another ending comes before other names, the ending most like this one's first.
        """
        words = {word for index in (self._own_words, self._shipped_words) for word in index if "." in word}
        name, _, ending = domain.partition(".")
        near = set(get_close_matches(domain, words, n=20, cutoff=0.85))
        if len(name) >= _TELLING:
            near |= {word for word in words if word.startswith(f"{name}.")}

        def distance(word: str) -> tuple[bool, bool, bool, bool, float, str]:
            other, _, theirs = word.partition(".")
            if other != name:
                return True, False, False, False, -_likeness(domain, word), word
            alike = _likeness(ending, theirs)
            # “con” is as near to “cn” and “co.in”, but meant is nearly always “com”
            return False, ending.count(".") != theirs.count("."), alike < 0.6, theirs != "com", -alike, word

        return next((word for word in sorted(near, key=distance) if self.find_domain(word) is not None), None)

    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the own files; reads them all."""
        for provider_id in self._own:
            self.get(provider_id)
        return tuple(problem for path in sorted(self._problems) for problem in self._problems[path])

    def _read(self, provider_id: str) -> Provider | None:
        shipped = self._shipped.get(provider_id)
        own = self._own.get(provider_id)
        if own is not None:
            base = self.shipped_raw(provider_id)
            try:
                return decode_provider(read_text(own), str(own), over=base)
            except MailferryError as error:
                self._problems[own] = _problems_of(error, own)
        return decode_provider(read_text(shipped), str(shipped)) if shipped else None

    def _find(self, names: Iterable[str], listed: Callable[[Provider], Iterable[str]]) -> str | None:
        """The provider that lists the first of the names that any provider lists, own files first."""
        for name in names:
            for index in (self._own_words, self._shipped_words):
                for provider_id in index.get(name, ()):
                    provider = self.get(provider_id)
                    if provider is not None and name in map(_ascii_domain, listed(provider)):
                        return provider_id
        return None

    # A look-up would need every file parsed to know whose a domain is, and parsing is slow. So the files are
    # only searched for quoted words, and those few that hold the domain as a word are parsed and asked.

    @cached_property
    def _own_words(self) -> Mapping[str, Sequence[str]]:
        return self._index(self._own)

    @cached_property
    def _shipped_words(self) -> Mapping[str, Sequence[str]]:
        return self._index(self._shipped)

    def _index(self, files: Mapping[str, Path]) -> Mapping[str, Sequence[str]]:
        index: dict[str, list[str]] = {}
        for provider_id, path in files.items():
            try:
                text = read_text(path)
            except MailferryError as error:
                self._problems[path] = _problems_of(error, path)
                continue
            for name in _quoted_names(text):
                index.setdefault(name, []).append(provider_id)
        return index


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _quoted_names(text: str) -> set[str]:
    """What stands between two quotes without a blank: domains in lower-case A-labels, hosts, and other words.

    Every stretch between quotes counts, so that an apostrophe in a sentence hides nothing.
    """
    words = set(text.lower().replace("'", '"').split('"'))  # all at once: a look-up waits for this
    return {
        word if word.isascii() else _ascii_domain(word)
        for word in words
        if " " not in word and "\n" not in word
    }


def _parents(name: str) -> Iterator[str]:
    """The domains above a name, the nearest first."""
    while "." in name:
        name = name.partition(".")[2]
        yield name


def _provider_files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted(folder.glob("*.toml")) if not path.name.startswith(".")}


def _problems_of(error: MailferryError, path: Path) -> tuple[Problem, ...]:
    return error.problems or (Problem(message=str(error), file=str(path)),)


def _ascii_domain(text: str) -> str:
    if text.isascii():
        return text.lower()
    try:
        return domain_to_ascii(text)
    except AddressError:
        return text  # some other quoted word
