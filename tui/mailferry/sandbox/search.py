"""What the sandbox's IMAP server can search for: as much as finding one message again takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from twisted.mail import imap4

from mailferry.sandbox.inbox import StoredMessage

Criterion = Callable[[StoredMessage], bool]


def criterion(query: Sequence[bytes], last_uid: int) -> Criterion:
    """A search's words (RFC 3501 section 6.4.4) as one criterion; all of its keys must fit.

    Raises imap4.IllegalQueryError (twisted's own search cannot look at headers at all).
    """
    words = iter(word.decode(errors="replace") for word in query)
    try:
        keys = [_key(word.upper(), words, last_uid) for word in words]
    except (StopIteration, imap4.IllegalIdentifierError):
        raise imap4.IllegalQueryError("the search makes no sense") from None
    return lambda message: all(fits(message) for fits in keys)


def _key(word: str, words: Iterator[str], last_uid: int) -> Criterion:
    match word:
        case "ALL":
            return lambda _message: True
        case "DELETED":
            return lambda message: "\\Deleted" in message.flags
        case "UID":
            chosen = imap4.parseIdList(next(words).encode(), last_uid)
            return lambda message: message.uid in chosen
        case "OR":
            one = _key(next(words).upper(), words, last_uid)
            other = _key(next(words).upper(), words, last_uid)
            return lambda message: one(message) or other(message)
        case "HEADER":
            return _in_header(next(words), next(words))
        case "FROM" | "TO" | "SUBJECT":
            return _in_header(word, next(words))
    raise imap4.IllegalQueryError(f"the sandbox cannot search for {word!a}")


def _in_header(name: str, text: str) -> Criterion:
    return lambda message: text.lower() in message.header(name).lower()
