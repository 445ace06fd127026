"""Dovecot 2.3 on free loopback ports, its mail and its users in a folder that goes with it."""

from __future__ import annotations

import base64
import grp
import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from tests.real import servers
from tests.real.servers import ELSEWHERE, HOST, PASSWORDS, Ports

OUT_OF_ORDER = """
passdb {
  driver = lua
  args = file={path}/passdb.lua
  username_filter = renew sick
}
"""
"""Settings by which the user “renew” has a password that has run out, and “sick” a database that is down."""

_PASSDB = """
function auth_passdb_lookup(request)
  if request.user == "renew" then
    return dovecot.auth.PASSDB_RESULT_PASS_EXPIRED, ""
  end
  return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, ""
end
"""


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot: its ports, and the socket on which it checks passwords for Postfix and chasquid.

    It also listens on ELSEWHERE, where its clients are strangers: there it takes no password without TLS.
    """

    ports: Ports
    pop3: Ports
    submission: Ports
    auth_socket: Path
    userdb_socket: Path
    mail: Path


@contextmanager
def dovecot(
    authority: trustme.CA,
    *,
    users: Mapping[str, str] | None = None,
    addresses: tuple[str, ...] = (),
    settings: str = "",
) -> Iterator[Dovecot]:
    """Dovecot with the users of PASSWORDS.

    `users` are more of them, all with joe's password, and the extra fields they have in its passwd-file;
    `addresses` are others to listen on, and `settings` are added to its configuration; {path} in these is
    the folder of the server.
    """
    binary = servers.program("dovecot")
    version = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("2.3."):
        pytest.skip(f"Dovecot {version.split()[0]} is installed; these tests write the configuration of 2.3")
    with servers.folder() as path:
        servers.write_certificate(authority.issue_cert(HOST), path)
        fields = dict.fromkeys(PASSWORDS, "") | dict(users or {})
        (path / "users").write_text("".join(_user(name, more, path) for name, more in fields.items()))
        (path / "passdb.lua").write_text(_PASSDB)
        running = Dovecot(
            ports=servers.two_ports(),
            pop3=servers.two_ports(),
            submission=servers.two_ports(),
            auth_socket=path / "run" / "auth-postfix",
            userdb_socket=path / "run" / "auth-userdb",
            mail=path / "mail",
        )
        owner = pwd.getpwuid(os.geteuid() or pwd.getpwnam("nobody").pw_uid)
        running.mail.mkdir()
        os.chown(running.mail, owner.pw_uid, owner.pw_gid)
        config = path / "dovecot.conf"
        listen = ", ".join(("127.0.0.1", ELSEWHERE, *addresses))
        config.write_text(_config(path, running, owner, listen) + settings.replace("{path}", str(path)))
        with servers.running([binary, "-F", "-c", str(config)], running.ports.tls, path / "log"):
            yield running


def _user(name: str, fields: str, path: Path) -> str:
    password = base64.b64encode(PASSWORDS.get(name, PASSWORDS["joe"]).encode()).decode()
    return f"{name}:{{PLAIN.b64}}{password}::::::{fields.replace('{path}', str(path))}\n"


def _config(path: Path, running: Dovecot, owner: pwd.struct_passwd, listen: str) -> str:
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
listen = {listen}
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
  driver = passwd-file
  args = {path}/users
  default_fields = uid={owner.pw_uid} gid={owner.pw_gid} home={path}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {running.ports.plain}
  }}
  inet_listener imaps {{
    port = {running.ports.tls}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {running.pop3.plain}
  }}
  inet_listener pop3s {{
    port = {running.pop3.tls}
    ssl = yes
  }}
}}
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {running.submission.plain}
  }}
  inet_listener submissions {{
    port = {running.submission.tls}
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
  unix_listener auth-userdb {{
    mode = 0666
  }}
}}
{unprivileged}"""
