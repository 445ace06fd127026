"""Stages of a check and the causes of their failure. The slugs are a contract with scripts: never renamed."""

from __future__ import annotations

from typing import Literal

Stage = Literal[
    "dns", "connect", "tls", "greeting", "capability", "starttls", "auth", "mailbox", "send", "deliver"
]

Cause = Literal[
    # network
    "host-not-found",
    "dns-unavailable",
    "bad-host-name",
    "timeout",
    "connection-refused",
    "network-unreachable",
    "server-closed",
    "ip-blocked",
    # wrong port or protocol
    "port-speaks-tls",
    "port-speaks-plaintext",
    "wrong-protocol",
    "protocol-error",
    # TLS
    "starttls-not-offered",
    "starttls-refused",
    "starttls-injection",
    "preauth-before-tls",
    "cert-expired",
    "cert-not-yet-valid",
    "cert-hostname-mismatch",
    "cert-self-signed",
    "cert-unknown-issuer",
    "cert-wrong-purpose",
    "cert-weak-key",
    "cert-fingerprint-mismatch",
    "client-cert-required",
    "tls-too-old",
    "tls-no-shared-cipher",
    "tls-handshake-failed",
    # load
    "too-many-connections",
    "server-unavailable",
    "rate-limited",
    "temporary-failure",
    "server-error",
    # sign-in
    "tls-required",
    "login-disabled-without-tls",
    "auth-not-offered",
    "auth-mechanism-unsupported",
    "wrong-password",
    "app-password-required",
    "oauth2-required",
    "oauth2-token-rejected",
    "web-login-required",
    "protocol-disabled",
    "authorization-code-required",
    "password-expired",
    "account-disabled",
    "account-locked",
    "not-authorized",
    "no-password",
    "password-command-failed",
    # inbox
    "mailbox-not-found",
    "mailbox-permission-denied",
    "mailbox-in-use",
    "client-id-required",
    "account-not-connected",
    # sending
    "sender-not-allowed",
    "relay-denied",
    "recipient-refused",
    "message-too-large",
    "message-rejected",
    "quota-exceeded",
    "greylisted",
    "not-delivered",
    "delivered-to-junk",
    # else
    "no-host",
    "not-tried",
    "cancelled",
    "transcript-ended",  # in a replay only
    "unknown",
]
