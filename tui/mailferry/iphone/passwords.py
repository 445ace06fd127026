"""Which password stands in a profile, and which the iPhone asks for.

Of each server iOS asks what is missing; with OutgoingPasswordSameAsIncomingPassword it asks once for both.
"""

from __future__ import annotations

from mailferry.iphone.account import PhoneAccount
from mailferry.model.account import Role
from mailferry.model.app_password import without_blanks
from mailferry.model.settings import ROLES


def password_inside(account: PhoneAccount, role: Role) -> str | None:
    """The password that the profile holds for a server, an app password without its blanks; mostly None."""
    secret = account.passwords.get(role)
    if secret is None or account.settings.server(role).auth == "none":
        return None
    text = secret.reveal()
    # An empty string counts as absent on the iPhone, so it is left out.
    return without_blanks(text) or text or None


def one_password(account: PhoneAccount) -> bool:
    """Whether the password for reading is also the one for sending."""
    settings = account.settings
    if "none" in (settings.incoming.auth, settings.outgoing.auth):
        return False
    incoming, outgoing = (password_inside(account, role) for role in ROLES)
    if incoming and outgoing:
        return incoming == outgoing
    return settings.incoming_password == settings.outgoing_password


def passwords_asked(account: PhoneAccount) -> tuple[Role, ...]:
    """The servers whose password the iPhone asks for; the outgoing one not if it is the same."""
    asked: list[Role] = []
    for role in ROLES:
        if account.settings.server(role).auth == "none" or password_inside(account, role) is not None:
            continue
        if role == "outgoing" and one_password(account):
            continue
        asked.append(role)
    return tuple(asked)
