"""Where the lines of a page may break inside a word, and where they may not."""

from __future__ import annotations

import re

_LONG = re.compile(r"[a-zäöüß]{20,}", re.IGNORECASE)
_JOINT = re.compile(r"(?<=[a-zäöüß]{3}[tngkh]s)(?!t)(?=[a-zäöüß]{5})")
"""Behind the s with which German joins words: Zertifikats|vertrauens|einstellungen."""
_SOFT_HYPHEN = "\u00ad"

_APART = re.compile(r"(<code>.*?</code>|<a .*?</a>|<[^>]*>)")
"""What is not ours to change: what is typed, addresses, markup."""
_MAIL = re.compile(r"(?<![\w@./-])((?:\w[’'])?e-mail)(?![\w@.]*[@.]\w)", re.IGNORECASE)


def with_soft_hyphens(label: str) -> str:
    """A label of the iPhone, whose longest words may be broken where they are joined."""
    return _LONG.sub(lambda word: _JOINT.sub(_SOFT_HYPHEN, word[0]), label)


def with_mail_whole(text: str) -> str:
    """HTML in which “e-mail”, and “l’e-mail”, are never broken."""
    parts = _APART.split(text)
    parts[::2] = [_MAIL.sub(r'<span class="whole">\1</span>', words) for words in parts[::2]]
    return "".join(parts)
