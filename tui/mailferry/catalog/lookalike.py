"""Domains written to be taken for another: mixed scripts, and letters that look like Latin ones."""

from __future__ import annotations

import unicodedata

from mailferry.catalog.catalogue import Catalogue
from mailferry.model.visible import visible

# Letters that look like a Latin one in the fonts of most screens (after Unicode's confusables.txt, UTS #39),
# those that domain names may hold and that are no plain Latin letter with a mark.
_LOOKS_LIKE = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "ь": "b", "с": "c", "ԁ": "d", "е": "e", "һ": "h", "і": "i", "ј": "j", "к": "k",
        "ӏ": "l", "м": "m", "п": "n", "о": "o", "р": "p", "ԛ": "q", "г": "r", "ѕ": "s", "т": "t", "ѵ": "v",
        "ԝ": "w", "ѡ": "w", "х": "x", "у": "y", "ү": "y",
        # Greek
        "α": "a", "β": "b", "ϲ": "c", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p",
        "σ": "o", "τ": "t", "υ": "u", "χ": "x", "γ": "y", "ω": "w",
        # Armenian
        "ց": "g", "հ": "h", "ո": "n", "օ": "o", "ս": "u", "զ": "q",
        # Latin letters of other alphabets
        "ı": "i", "ɩ": "i", "ɑ": "a", "ɡ": "g", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ƅ": "b",
        "ʋ": "v", "ɯ": "w", "ʏ": "y", "ᴠ": "v", "ᴡ": "w", "ꜱ": "s", "ᴢ": "z", "ᴄ": "c", "ᴏ": "o",
    }
)  # fmt: skip

# Scripts that one honest name holds together: Japanese and Korean writing, and Latin beside each.
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
)


def look_alike(domain: str, catalogue: Catalogue) -> str | None:
    """A warning about a domain that reads as another one; None for an honest domain.

    `domain` is in lower-case A-labels, so a plain one costs nothing. Warned of are labels that mix scripts no
    language mixes, and names that read as a domain the catalogue lists, whatever their script.
    """
    if "xn--" not in domain:
        return None
    labels = [_unicode(label) for label in domain.split(".")]
    written = ".".join(labels)
    listed = _skeleton(written)
    imitated = catalogue.find_domain(listed)
    mixed = next((label for label in labels if _is_mixed(label)), None)
    if catalogue.find_domain(domain) is not None or (imitated is None and mixed is None):
        return None
    shown = f"“{visible(written)}” (in ASCII {domain})"
    if imitated is None:
        scripts = " and ".join(sorted(name.capitalize() for name in _scripts(mixed or "")))
        return f"{shown} mixes {scripts} letters, as names do that are to be taken for another. Look closely."
    return (
        f"{shown} only looks like {listed}{_foreign(written)}. It is another domain: make sure whose it is."
    )


def _unicode(label: str) -> str:
    """A label as people read it; one that is no valid Punycode stays as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _skeleton(text: str) -> str:
    """How a name reads to someone who takes every letter for a Latin one."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(each for each in plain if not unicodedata.combining(each)).translate(_LOOKS_LIKE)


def _foreign(written: str) -> str:
    """Which letters are not what they look like; empty where all are Latin."""
    letters = dict.fromkeys(each for each in written if not each.isascii() and _script(each) != "LATIN")
    if not letters:
        return ""
    names = ", ".join(f"“{visible(each)}” is {(_script(each) or 'foreign').capitalize()}" for each in letters)
    return f": {names}"


def _is_mixed(label: str) -> bool:
    scripts = _scripts(label)
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def _scripts(label: str) -> frozenset[str]:
    return frozenset(script for each in label if (script := _script(each)) is not None)


def _script(character: str) -> str | None:
    """The script that a letter's Unicode name begins with; None for digits, hyphens and marks."""
    if not unicodedata.category(character).startswith("L"):
        return None
    first = unicodedata.name(character, "").partition(" ")[0]
    # 々 and ー belong to several scripts and make no name foreign.
    return None if first in ("IDEOGRAPHIC", "KATAKANA-HIRAGANA", "MODIFIER", "") else first
