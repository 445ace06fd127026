"""The screens of an iPhone that a sheet draws, in the order in which they may be met."""

from __future__ import annotations

from typing import Literal

ScreenName = Literal[
    # with a profile
    "profile-download",  # Safari asks whether to allow the download
    "profile-tapped",  # what a file of a profile says when it is tapped, in Mail or in Files
    "profile-downloaded",  # the row below the name in Settings
    "profiles",  # VPN & Device Management, for when the row is not there
    "install-profile",  # name, description, who signed; Install at the top right
    "passcode",
    "consent",
    "not-signed",  # the warning of a profile that is unsigned or not trusted
    "profile-password",  # the iPhone asks for the password
    "profile-name",  # the iPhone asks for the sender's name
    "profile-installed",
    "certificate-trust",  # the switch for a private authority
    # by hand and by the built-in buttons
    "mail-accounts",
    "add-account",  # the buttons: iCloud, Microsoft Exchange, Google, …
    "add-other",  # Add Mail Account
    "new-account",
    "incoming-server",
    "outgoing-server",
    "save-account",  # the switches Mail and Notes
    "smtp-server",  # SSL, authentication and port, afterwards
    "advanced",  # the same of the incoming server
    "icloud-mail",
    "exchange-address",
    "web-sign-in",
    # afterwards
    "test-message",
    "remove-profile",
    "delete-account",
]
