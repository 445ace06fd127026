"""chasquid on free loopback ports, its queue and its users in a folder that goes with it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.real import servers
from tests.real.servers import HOST, PASSWORDS, Ports

DOMAIN = "example.test"


@dataclass(frozen=True)
class Chasquid:
    """A running chasquid: its ports for sending, and the one on which it takes mail from other servers."""

    ports: Ports
    relay: int


@contextmanager
def chasquid(authority: trustme.CA, *, maildir: Path) -> Iterator[Chasquid]:
    """chasquid with the user joe@DOMAIN, whose mail it puts into a Maildir that another server may read."""
    binary, tool = servers.program("chasquid"), servers.program("chasquid-util")
    with servers.folder() as path:
        certificates = path / "certs" / HOST
        for each in (certificates, path / "domains" / DOMAIN, path / "data"):
            each.mkdir(parents=True)
        servers.write_certificate(authority.issue_cert(HOST), certificates)
        (certificates / "cert.pem").rename(certificates / "fullchain.pem")
        (certificates / "key.pem").rename(certificates / "privkey.pem")
        user = [f"joe@{DOMAIN}", f"--password={PASSWORDS['joe']}"]
        subprocess.run([tool, f"-C={path}", "user-add", *user], check=True, capture_output=True)
        (path / "deliver").write_text(_DELIVER.format(maildir=maildir))
        (path / "deliver").chmod(0o755)
        running = Chasquid(servers.two_ports(), servers.free_ports(1)[0])
        (path / "chasquid.conf").write_text(
            _CONFIG.format(
                host=HOST, plain=running.ports.plain, tls=running.ports.tls, relay=running.relay, path=path
            )
        )
        with servers.running([binary, "-config_dir", str(path)], running.ports.tls, path / "log"):
            yield running


_CONFIG = """
hostname: "{host}"
max_data_size_mb: 1
smtp_address: "127.0.0.1:{relay}"
submission_address: "127.0.0.1:{plain}"
submission_over_tls_address: "127.0.0.1:{tls}"
data_dir: "{path}/data"
mail_log_path: "<stderr>"
mail_delivery_agent_bin: "{path}/deliver"
"""

# As Maildir wants it: written aside, then moved.
_DELIVER = """#!/bin/sh
mkdir -p "{maildir}/tmp" "{maildir}/new" "{maildir}/cur"
cat > "{maildir}/tmp/$$" && mv "{maildir}/tmp/$$" "{maildir}/new/$$.chasquid"
"""
