"""What is to be said of an account before it goes to an iPhone, as codes.

The words are in languages/*/preflight.toml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from mailferry.model.account import Role

RefusalCode = Literal[
    "retired",  # facts of this and the next five: provider, button; each may be empty
    "bridge-only",
    "no-mail-programs",
    "web-sign-in",  # only on a web page (OAuth 2), and no payload that can be installed does it
    "google-unsupervised",  # Google's payload is for supervised iPhones only; facts: also password
    "no-payload",  # the provider cannot be set up by a profile
    "missing",  # facts: field, a name of ServerSettings
    "bad-host",  # facts: host, problem
    "bad-username",
    # TLS from the start on a port where an iPhone uses STARTTLS; facts: protocol, port, security, tls_port,
    # listed (the host on that port that the provider names, or nothing)
    "tls-port",
    "starttls-port",  # STARTTLS or no TLS on the port of TLS from the start; facts: as before
    "mechanism",  # a sign-in that no payload can express; facts: auth
    "bad-certificate",  # the file of the private authority holds none; facts: file, problem
    "bad-password",  # to stand in the profile, with a character that no profile can hold
    "bad-identity",  # what the account file pins cannot stand in a profile; facts: field
    "removal-passed",  # the day on which the profile vanishes is not ahead; facts: day
]
"""Why a profile cannot carry an account."""

WarningCode = Literal[
    "built-in-simpler",  # facts: button
    "no-name",
    "app-password",  # facts: url
    "app-password-with-2fa",  # facts: url
    "without-tls",
    "private-authority",  # its certificate goes along and must be switched on by hand; facts: authority
    "pinned-certificate",  # a fingerprint, which a profile cannot carry
    "this-computer",  # facts: host
    "own-network",  # a private address or name: reached from home only; facts: host
    "password-inside",
    "web-sign-in-afterwards",  # Exchange, Google: a sign-in on a web page; facts: provider
    "pop-deletes",  # what happens to mail on the server with POP cannot be said in a profile
    "removed-on",  # facts: day
]
"""What is worth knowing before a profile is handed out."""

ShownCode = Literal[
    "not-signed",
    "verified",  # facts: signer
    "not-verified",  # facts: signer
    "signature-expired",  # facts: signer, day
    "asks-passcode",
    "consent",
    "root-certificate",  # that of a private authority, of which it warns; facts: authority
    "asks-name",
    "asks-password-once",
    "asks-password-for-each-server",
    "asks-no-password",
    "asks-web-sign-in",  # facts: provider
    "certificate-trust",  # afterwards: the switch in the certificate trust settings; facts: authority
]
"""What the iPhone will show or ask while the profile is installed, in its order."""


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to say: its code, the server it is about, and the facts that its words hold."""

    code: RefusalCode | WarningCode | ShownCode
    role: Role | None = None
    facts: Mapping[str, str] = msgspec.field(default_factory=dict)
