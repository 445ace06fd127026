"""Where things stand in an iPhone's settings, by version of iOS."""

from __future__ import annotations

import msgspec

from mailferry.iphone.language import LANGUAGES
from mailferry.model.problem import MailferryError

SUPPORTED_IOS = (15, 16, 17, 18, 26)

_LOCKDOWN_SINCE = 16
"""Lockdown Mode came with iOS 16."""
_PROTECTION_SINCE = 17
"""Stolen Device Protection came with iOS 17.3 (Apple Support 102400)."""


class UnknownPhoneError(MailferryError):
    """A version of iOS or a language without instructions; the message names those that have some."""


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """The paths through the settings of one version of iOS, as the labels that are tapped one after another.

    The labels are the English ones. `confirmed` is False where a screen behind the path was not seen in any
    source for that version.
    """

    ios: int
    mail_accounts: tuple[str, ...]
    profiles: tuple[str, ...]
    certificates: tuple[str, ...]
    stolen_device_protection: bool
    lockdown_mode: bool
    confirmed: bool


def way_through(ios: int, lang: str) -> Way:
    """The paths for a version. Raises UnknownPhoneError for a version or a language without instructions.

    Sources: OVHcloud's guides for iOS 14 to 17, articles on 18, the public list of settings URLs for 26;
    Apple Support 102400 for profiles and 102390 for certificates.
    """
    if ios not in SUPPORTED_IOS:
        allowed = ", ".join(str(version) for version in SUPPORTED_IOS)
        raise UnknownPhoneError(f"there are no instructions for iOS {ios}; use one of {allowed}")
    if lang not in LANGUAGES:
        raise UnknownPhoneError(f"there are no instructions in “{lang}”; use one of {', '.join(LANGUAGES)}")
    mail = ("Settings", "Mail", "Accounts") if ios < 18 else ("Settings", "Apps", "Mail", "Mail Accounts")
    return Way(
        ios=ios,
        mail_accounts=mail,
        profiles=("Settings", "General", "VPN & Device Management"),
        certificates=("Settings", "General", "About", "Certificate Trust Settings"),
        stolen_device_protection=ios >= _PROTECTION_SINCE,
        lockdown_mode=ios >= _LOCKDOWN_SINCE,
        confirmed=ios < 26,
    )
