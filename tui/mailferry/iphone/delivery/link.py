"""The link: where the page and the profile are, and that nobody can guess it."""

from __future__ import annotations

import hmac
import secrets
import unicodedata

import msgspec

_TOKEN_BYTES = 16
"""128 bits: as long to guess as an AES key."""
_LONGEST_NAME = 40


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """`origin` is `http://host:port`; `file_name` that of the profile, None where there is none."""

    origin: str
    token: str
    file_name: str | None

    def __repr__(self) -> str:
        return f"Link({self.origin!r})"  # who has the token has the profile

    @property
    def page_path(self) -> str:
        """Where the page is."""
        return f"/{self.token}/"

    @property
    def profile_path(self) -> str | None:
        """Where the profile is."""
        return f"/{self.token}/{self.file_name}" if self.file_name else None

    @property
    def url(self) -> str:
        """The address of the page, for the QR code."""
        return f"{self.origin}{self.page_path}"

    @property
    def profile_url(self) -> str | None:
        """The address of the profile."""
        return f"{self.origin}{self.profile_path}" if self.profile_path else None

    def leads_to_page(self, target: bytes) -> bool:
        """Whether a request's target is the page's, told in a time that says nothing about the token."""
        return hmac.compare_digest(target, self.page_path.encode())

    def leads_to_profile(self, target: bytes) -> bool:
        """The same of the profile."""
        return self.profile_path is not None and hmac.compare_digest(target, self.profile_path.encode())


def new_link(host: str, port: int, *, https: bool, file_name: str | None) -> Link:
    """A link with a new random token. `host` is a name in ASCII or an IP address."""
    scheme, usual = ("https", 443) if https else ("http", 80)
    shown = f"[{host}]" if ":" in host else host
    return Link(
        origin=f"{scheme}://{shown}" if port == usual else f"{scheme}://{shown}:{port}",
        token=secrets.token_urlsafe(_TOKEN_BYTES),
        file_name=web_name(file_name) if file_name else None,
    )


def web_name(file_name: str) -> str:
    """A profile's file name that needs no quoting in an address or a header; it keeps its ending."""
    stem = unicodedata.normalize("NFKD", file_name.removesuffix(".mobileconfig"))
    safe = "".join(each if each.isascii() and (each.isalnum() or each in "-_") else "-" for each in stem)
    joined = "-".join(part for part in safe.split("-") if part)[:_LONGEST_NAME].strip("-")
    return f"{joined or 'profile'}.mobileconfig"
