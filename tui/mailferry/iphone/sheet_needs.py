"""What must be at hand before an account is set up."""

from __future__ import annotations

import msgspec

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.scene import Scene


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What one account needs: the name of a message, and its facts."""

    message: str
    title: str
    address: str
    provider: str


def needed(account: PhoneAccount, scene: Scene, *, built_in: bool) -> Need:
    """`built_in` tells that a way is taken on which the provider's own sign-in does everything."""
    if built_in:
        message = "sheet.before.own-icloud" if scene.button == "iCloud" else "sheet.before.web-password"
    elif account.passwords:
        message = "sheet.before.no-password"
    elif needs_app_password(account):
        message = "sheet.before.app-password"
    else:
        with_2fa = account.recommendation.sign_in.app_password == "with-2fa"  # noqa: S105  a word of the format
        message = "sheet.before.perhaps-app-password" if with_2fa else "sheet.before.password"
    return Need(message=message, title=scene.title, address=scene.address, provider=scene.provider)


def needs_app_password(account: PhoneAccount) -> bool:
    """Whether the account's own password does not work in mail programs."""
    return account.recommendation.sign_in.app_password == "required"  # noqa: S105  a word of the format


def has_private_certificate(account: PhoneAccount) -> bool:
    """Whether a server's certificate comes from nobody whom an iPhone trusts."""
    servers = (account.settings.incoming, account.settings.outgoing)
    return bool(account.certificates) or any(server.ca_file or server.fingerprint for server in servers)
