"""Texts out of files from strangers, made fit for a line on a terminal."""

from __future__ import annotations

from urllib.parse import urlsplit

from mailferry.model.visible import visible


def plain(text: str | None, most: int = 120) -> str:
    """The text on one line, harmless, and at most `most` characters long."""
    words = " ".join((text or "").split())
    return visible(words if len(words) <= most else words[: most - 1] + "…")


def web_address(text: str | None) -> str | None:
    """The text if it is the address of a web page, and nothing that could be taken for another thing."""
    address = (text or "").strip()
    if (
        not address.isprintable()
        or any(character in address for character in " \"'<>()")
        or len(address) > 500
    ):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("https", "http") and parts.hostname and not parts.username else None
