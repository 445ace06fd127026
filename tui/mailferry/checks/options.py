"""What the user decides about a run of checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """How servers are tested.

    `timeout`: deadline of each stage in seconds, whatever trickles in meanwhile.
    `ca_files`: PEM files trusted besides the system's (or SSL_CERT_FILE, SSL_CERT_DIR).
    `connect_to`: "host:port" to the "address:port" really dialled; the certificate stays the host's.
    `resolve_only`: hosts that `connect_to` does not name are not found, and no DNS server is asked.
    `delivery_timeout`: how long a test message may take to arrive, in seconds.
    `clear_text`: the user has confirmed that a password may go without TLS to another machine.
    """

    timeout: float = 15.0
    ca_files: tuple[Path, ...] = ()
    connect_to: Mapping[str, str] = field(default_factory=dict)
    resolve_only: bool = False
    clear_text: bool = False
    delivery_timeout: float = 60.0
