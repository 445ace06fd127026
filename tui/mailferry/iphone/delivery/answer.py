"""What the server may answer, with the headers that belong to it."""

from __future__ import annotations

from html import escape

import msgspec

from mailferry.iphone.language import language

PROFILE_TYPE = "application/x-apple-aspen-config"

_ALWAYS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Connection": "close",
}

_PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
"""The page brings its own style and pictures with it and needs nothing else, no script above all."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A response before it is sent; `headers` has no length yet."""

    status: int
    headers: dict[str, str]
    body: bytes


def page_answer(document: bytes) -> Answer:
    """The page with the instructions."""
    return _html(200, document)


def profile_answer(profile: bytes, file_name: str) -> Answer:
    """The profile, for Safari to hand to the settings. `file_name` needs no quoting (link.web_name)."""
    headers = {
        "Content-Type": PROFILE_TYPE,
        "Content-Disposition": f'attachment; filename="{file_name}"',
        "Accept-Ranges": "none",
        "Content-Security-Policy": "default-src 'none'",
    }
    return Answer(status=200, headers=_ALWAYS | headers, body=profile)


def used_answer(lang: str) -> Answer:
    """That the link has done its work (RFC 9110 section 15.5.11)."""
    words = language(lang).messages
    title, why = (escape(words[f"delivery.used.{part}"]) for part in ("title", "why"))
    return _html(
        410,
        (
            f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"<title>{title}</title>"
            "<style>:root{color-scheme:light dark}"
            "body{font:120%/1.5 -apple-system,system-ui,sans-serif;max-width:34em;margin:2em auto}"
            f"</style><h1>{title}</h1><p>{why}</p></html>"
        ).encode(),
    )


def plain_answer(status: int) -> Answer:
    """One that says nothing of what is here: not found, too many, bad request."""
    words = _PLAIN.get(status, "bad request")
    headers = {"Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": "default-src 'none'"}
    if status == 405:
        headers["Allow"] = "GET, HEAD"
    if status == 429:
        headers["Retry-After"] = "60"
    return Answer(status=status, headers=_ALWAYS | headers, body=f"{words}\n".encode())


_PLAIN = {404: "not found", 405: "method not allowed", 429: "too many requests"}


def _html(status: int, document: bytes) -> Answer:
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _PAGE_POLICY}
    return Answer(status=status, headers=_ALWAYS | headers, body=document)
