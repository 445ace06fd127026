"""Postfix on free loopback ports, its queue in a folder that goes with it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from tests.real import servers
from tests.real.servers import HOST, Ports

_QUEUES = "active bounce corrupt defer deferred flush hold incoming maildrop private public saved trace"


@contextmanager
def postfix(authority: trustme.CA, auth_socket: Path, *, main: str = "", master: str = "") -> Iterator[Ports]:
    """Postfix that signs users in with Dovecot's help and delivers nothing.

    `main` and `master` are added to its two files of configuration; {path} in these is the folder of the
    server.
    """
    binary = servers.program("postfix")
    servers.as_root("Postfix")
    with servers.folder() as path:
        servers.write_certificate(authority.issue_cert(HOST), path)
        ports = servers.two_ports()
        config = path / "etc"
        config.mkdir()
        _make_folders(path)
        (config / "main.cf").write_text((_MAIN_CF + main).replace("{path}", str(path)))
        (config / "master.cf").write_text((_MASTER_CF + master).replace("{path}", str(path)))
        _set(config / "main.cf", auth=str(auth_socket), host=HOST)
        _set(config / "master.cf", plain=str(ports.plain), tls=str(ports.tls))
        with _running(binary, config, path, ports.tls):
            yield ports


def _set(file: Path, **values: str) -> None:
    text = file.read_text()
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    file.write_text(text)
    os.utime(file, (0, 0))  # Postfix waits until nobody can be writing it any more


def _make_folders(path: Path) -> None:
    """What Postfix would make in its first two seconds, which it is told to save (`postfix quick-stop`)."""
    for name in ("data", *(f"queue/{queue}" for queue in _QUEUES.split())):
        (path / name).mkdir(mode=0o700, parents=True)
        shutil.chown(path / name, "postfix")
    (path / "queue" / "public").chmod(0o755)
    (path / "queue" / "pid").mkdir()
    (path / "queue" / "quick-start").touch()


@contextmanager
def _running(binary: str, config: Path, path: Path, port: int) -> Iterator[None]:
    process = subprocess.Popen([binary, "-c", str(config), "start-fg"], stderr=subprocess.DEVNULL)
    try:
        servers.wait_for(port, path / "log")
        yield
    finally:
        pid = path / "queue" / "pid" / "master.pid"
        if pid.exists():  # the child is a shell, which waits for this one
            os.kill(int(pid.read_text()), signal.SIGTERM)
        else:
            process.terminate()
        process.wait(20)


_MAIN_CF = """
compatibility_level = 3.6
queue_directory = {path}/queue
data_directory = {path}/data
maillog_file = {path}/log
maillog_file_prefixes = {path}
myhostname = {host}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtputf8_enable = no
smtpd_tls_cert_file = {path}/cert.pem
smtpd_tls_key_file = {path}/key.pem
smtpd_tls_security_level = may
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
default_transport = discard
alias_maps =
"""

_MASTER_CF = """
127.0.0.1:{plain} inet n - n - - smtpd
127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
error unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
"""
