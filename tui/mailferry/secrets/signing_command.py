"""The command of `[signing]`: a program that prints the identity which signs profiles."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from mailferry.secrets.command import CommandKind, run_command

_SIGNING_COMMAND = CommandKind(
    "signing command",
    "an identity is a certificate, its key and a few more certificates",
    '["pass", "show", "signing/identity"]',
)


def run_signing_command(
    argv: Sequence[str],
    *,
    timeout: float = 60.0,
    with_terminal: bool = False,
    cancel: threading.Event | None = None,
) -> bytes:
    """All that a program prints, PEM or PKCS#12, unaltered; it is run as a password command is.

    Raises PasswordCommandError, PasswordCommandStoppedError.
    """
    return run_command(
        argv, _SIGNING_COMMAND, _whole, timeout=timeout, with_terminal=with_terminal, cancel=cancel
    )


def _whole(output: bytes) -> bytes | str:
    return output or "printed nothing, and should print a certificate and its key"
