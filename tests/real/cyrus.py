"""Cyrus 3.6 on free loopback ports, its mail and its users in a folder that goes with it."""

from __future__ import annotations

import imaplib
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.real import servers
from tests.real.servers import HOST, PASSWORDS, Ports

_ADMIN = "cyrus"


@dataclass(frozen=True)
class Cyrus:
    """A running Cyrus: ports for IMAP and POP3 by the name of a configuration, "" being the usual one."""

    imap: Mapping[str, Ports]
    pop3: Mapping[str, Ports]


@contextmanager
def cyrus(authority: trustme.CA, others: Mapping[str, Mapping[str, str]]) -> Iterator[Cyrus]:
    """Cyrus with joe, “barred” who has no right to open his inbox, and “new” who has none.

    `others` are configurations besides the usual one, each with the options that it has otherwise.
    """
    programs = {name: servers.program(name) for name in ("imapd", "pop3d")}
    servers.as_root("Cyrus")
    with servers.folder() as path:
        servers.write_certificate(authority.issue_cert(HOST), path)
        _write_users(path)
        names = ("", *others)
        ports = [servers.free_ports(4) for _ in names]
        imap = {name: Ports(*each[:2]) for name, each in zip(names, ports, strict=True)}
        pop3 = {name: Ports(*each[2:]) for name, each in zip(names, ports, strict=True)}
        lines = []
        for number, name in enumerate(names):
            file = path / f"imapd{number}.conf"
            file.write_text(_imapd_conf(path, others.get(name, {})))
            lines += _services(number, file, programs["imapd"], "imap", imap[name])
            lines += _services(number, file, programs["pop3d"], "pop3", pop3[name])
        (path / "cyrus.conf").write_text("SERVICES {\n" + "".join(lines) + "}\n")
        for owned in (path, *path.rglob("*")):
            shutil.chown(owned, "cyrus", "mail")
        master = [servers.program("master"), "-D"]
        files = ["-C", str(path / "imapd0.conf"), "-M", str(path / "cyrus.conf"), "-p", str(path / "pid")]
        with servers.running([*master, *files], imap[""].tls, path / "log"):
            _make_inboxes(imap[""].plain)
            yield Cyrus(imap, pop3)


def _services(number: int, file: Path, program: str, protocol: str, ports: Ports) -> list[str]:
    return [
        f'{protocol}{number} cmd="{program} -C {file}" listen="127.0.0.1:{ports.plain}" prefork=0\n',
        f'{protocol}s{number} cmd="{program} -s -C {file}" listen="127.0.0.1:{ports.tls}" prefork=0\n',
    ]


def _write_users(path: Path) -> None:
    for user in (_ADMIN, "joe", "barred", "new"):
        subprocess.run(
            [servers.program("saslpasswd2"), "-p", "-c", "-f", str(path / "sasldb2"), "-u", HOST, user],
            input=PASSWORDS["joe"].encode(),
            check=True,
        )


def _make_inboxes(port: int) -> None:
    with imaplib.IMAP4("127.0.0.1", port) as connection:
        connection.login_cram_md5(_ADMIN, PASSWORDS["joe"])
        for user in ("joe", "barred"):
            connection.create(f"user/{user}")
        connection.setacl("user/barred", "barred", '""')


def _imapd_conf(path: Path, others: Mapping[str, str]) -> str:
    """The log goes to the system's."""
    options = {
        "configdirectory": f"{path}/conf",
        "partition-default": f"{path}/spool",
        "admins": _ADMIN,
        "servername": HOST,
        "unixhierarchysep": "yes",
        "allowplaintext": "no",
        "failedloginpause": "0",
        "sasl_pwcheck_method": "auxprop",
        "sasl_auxprop_plugin": "sasldb",
        "sasl_sasldb_path": f"{path}/sasldb2",
        "sasl_mech_list": "PLAIN LOGIN CRAM-MD5",
        "tls_server_cert": f"{path}/cert.pem",
        "tls_server_key": f"{path}/key.pem",
    }
    return "".join(f"{name}: {value}\n" for name, value in {**options, **others}.items())
