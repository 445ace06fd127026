"""An account on its way to an iPhone: all that profile, sheet and preflight need to know of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import msgspec

from mailferry.model.account import OwnIphone, Role
from mailferry.model.recommendation import Recommendation
from mailferry.model.secret import Secret
from mailferry.model.settings import Settings


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """That the settings, as they are, passed a test: on which day, against which servers."""

    day: datetime.date
    hosts: tuple[str, ...]


class PhoneAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account's effective values, and what goes with them.

    `pinned` is what the account file says of the iPhone. `proof` is None for settings that have not passed a
    test. `certificates` are a private authority's, as DER. `passwords` is empty unless they are to stand in
    the profile. `supervised` tells whether an organisation supervises the iPhone.
    """

    settings: Settings
    recommendation: Recommendation
    pinned: OwnIphone = OwnIphone()
    proof: Proof | None = None
    certificates: tuple[bytes, ...] = ()
    passwords: Mapping[Role, Secret] = msgspec.field(default_factory=dict)
    supervised: bool = False
