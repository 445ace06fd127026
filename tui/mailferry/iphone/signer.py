"""Who signed a profile, or would sign it."""

from __future__ import annotations

import datetime

import msgspec


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate as far as an iPhone looks at it (Apple: a signer it trusts is shown as verified).

    `fingerprint` is `sha256:…` of the certificate. `trusted` tells whether its chain ends at a root that this
    computer trusts; that an iPhone trusts the same root is likely and no more. Times are in UTC.
    """

    name: str
    issuer: str
    not_before: datetime.datetime
    not_after: datetime.datetime
    fingerprint: str
    trusted: bool

    def in_date(self, when: datetime.datetime) -> bool:
        """Whether the certificate holds at that time."""
        return self.not_before <= when <= self.not_after
