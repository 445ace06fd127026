"""Dovecot and Postfix on free loopback ports, each in a folder of its own that goes with it."""

from __future__ import annotations

import base64
import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

HOST = "mail.example.test"
ELSEWHERE = "127.0.0.2"
PASSWORDS = {
    "joe": "correct horse",
    "quotes": "a\"b'c\\d",
    "blanks": "  two ahead, one behind ",
    "umlaut": "grün straße",
    "euro": "10€ or £9",
    "emoji": "🐎🔋",
    "percent": "100%s %u {3}",
    "brackets": "(x) [y] {z} *",
}


@dataclass(frozen=True)
class Ports:
    """Where a server listens: in clear (with STARTTLS), and with TLS from the start."""

    plain: int
    tls: int


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot: ports for IMAP and POP3, and the socket on which it checks passwords for Postfix.

    It also listens on ELSEWHERE, where its clients are strangers: there it takes no password without TLS.
    """

    ports: Ports
    pop3: Ports
    auth_socket: Path
    mail: Path


def program(name: str) -> str:
    """A program's path, or the test is skipped."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(
            f"{name} is not installed; get it with: apt-get install dovecot-imapd dovecot-pop3d postfix"
        )
    return found


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that the servers' own users may enter, unlike pytest's; short, for the sake of sockets."""
    path = Path(tempfile.mkdtemp(prefix="mf-", dir="/tmp"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def free_ports() -> Ports:
    """Two ports that nobody listens on."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return Ports(one.getsockname()[1], other.getsockname()[1])


def write_certificate(authority: trustme.CA, path: Path) -> None:
    """Certificate and key for HOST as cert.pem and key.pem."""
    issued = authority.issue_cert(HOST)
    issued.cert_chain_pems[0].write_to_path(path / "cert.pem")
    issued.private_key_pem.write_to_path(path / "key.pem")
    (path / "key.pem").chmod(0o600)


def wait_for(port: int, log: Path) -> None:
    """Wait until something listens."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)  # no event to wait for: it is another program
    pytest.fail(f"nothing listens on {port}; the log says:\n{log.read_text() if log.exists() else '(none)'}")


@contextmanager
def dovecot(authority: trustme.CA) -> Iterator[Dovecot]:
    """Dovecot 2.3 with the users of PASSWORDS."""
    binary = program("dovecot")
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3."):
        pytest.skip(f"Dovecot {version.split()[0]} is installed; these tests write the configuration of 2.3")
    with folder() as path:
        write_certificate(authority, path)
        users = path / "users"
        users.write_text(
            "".join(
                f"{name}:{{PLAIN.b64}}{base64.b64encode(password.encode()).decode()}\n"
                for name, password in PASSWORDS.items()
            )
        )
        users.chmod(0o644)
        ports, pop3 = free_ports(), free_ports()
        owner = pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)
        (path / "mail").mkdir()
        os.chown(path / "mail", owner.pw_uid, owner.pw_gid)
        config = path / "dovecot.conf"
        config.write_text(_dovecot_config(path, ports, pop3, owner))
        # In the foreground it is our child, and ends with us.
        process = subprocess.Popen([binary, "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
        try:
            wait_for(ports.tls, path / "log")
            yield Dovecot(ports, pop3, path / "run" / "auth-postfix", path / "mail")
        finally:
            process.terminate()
            process.wait(20)


def _dovecot_config(path: Path, ports: Ports, pop3: Ports, owner: pwd.struct_passwd) -> str:
    unprivileged = (
        ""
        if os.geteuid() == 0
        else f"""
default_internal_user = {owner.pw_name}
default_internal_group = {grp.getgrgid(owner.pw_gid).gr_name}
default_login_user = {owner.pw_name}
service anvil {{
  chroot =
}}
"""
    )
    return f"""
protocols = imap pop3
listen = 127.0.0.1, {ELSEWHERE}
base_dir = {path}/run
log_path = {path}/log
ssl = yes
ssl_cert = <{path}/cert.pem
ssl_key = <{path}/key.pem
# Except for who has the same address as the server.
disable_plaintext_auth = yes
protocol pop3 {{
  pop3_lock_session = yes
}}
auth_mechanisms = plain login cram-md5
auth_failure_delay = 0
mail_location = maildir:{path}/mail/%u
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {path}/users
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={path}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {ports.plain}
  }}
  inet_listener imaps {{
    port = {ports.tls}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {pop3.plain}
  }}
  inet_listener pop3s {{
    port = {pop3.tls}
    ssl = yes
  }}
}}
service anvil {{
  # Without this, each wrong password makes every later sign-in from the same address wait.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener auth-postfix {{
    mode = 0666
  }}
}}
{unprivileged}"""


@contextmanager
def postfix(authority: trustme.CA, auth_socket: Path, *, main: str = "", master: str = "") -> Iterator[Ports]:
    """Postfix that signs users in with Dovecot's help and delivers nothing.

    `main` and `master` are added to its two files of configuration.
    """
    binary = program("postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix starts as root only; run the tests as root, for instance in a container")
    with folder() as path:
        write_certificate(authority, path)
        ports = free_ports()
        config = path / "etc"
        for name in ("etc", "queue", "data"):
            (path / name).mkdir()
        shutil.chown(path / "data", "postfix")
        (config / "main.cf").write_text(_MAIN_CF.format(path=path, auth=auth_socket, host=HOST) + main)
        (config / "master.cf").write_text(_MASTER_CF.format(plain=ports.plain, tls=ports.tls) + master)
        log = path / "log"
        started = subprocess.run([binary, "-c", str(config), "start"], capture_output=True, text=True)
        try:
            if started.returncode:
                pytest.fail(
                    f"Postfix does not start: {started.stderr}\n{log.read_text() if log.exists() else ''}"
                )
            wait_for(ports.tls, log)
            yield ports
        finally:
            subprocess.run([binary, "-c", str(config), "stop"], capture_output=True)


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
