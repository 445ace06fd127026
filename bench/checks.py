"""Testing accounts: one against curl, which does the same sign-in, and a hundred against one."""

from __future__ import annotations

import shutil
import statistics
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.figures import Figure, UnmeasurableError, alternate, milliseconds, ratio
from bench.programs import MAILFERRY, environment, seconds_of
from bench.servers import PASSWORD, MailServers
from bench.slow_server import HOST

if TYPE_CHECKING:
    from mailferry.workspace import Workspace

_FAR = 0.2  # seconds a round trip takes to a server at the other end of the world
_ACCOUNTS = 100
_NEEDED = 12  # for each server: connect, two for TLS 1.3, EXAMINE or EHLO, sign-in, farewell
_NEEDED_POP3 = 9 + 6  # connect, two for TLS 1.3, CAPA, USER, PASS, STAT, UIDL, farewell; and SMTP's


def measure_check(folder: Path) -> Iterator[Figure]:
    """IMAP of one account over TLS: sign in and look into the inbox."""
    curl = shutil.which("curl")
    if curl is None:
        yield Figure("one account's check against curl", None, note="curl is not here: apt-get install curl")
        return
    for name, round_trip, rounds in (("near by", 0.0, 15), (f"{_FAR * 1000:.0f} ms away", _FAR, 5)):
        with MailServers(folder, round_trip=round_trip) as servers:
            home = servers.make_home(folder / name, 1)
            _leave_only_imap(home)
            env = environment(folder, SSL_CERT_FILE=str(servers.ca_file))
            runs = alternate(
                {
                    "curl": partial(seconds_of, _curl(curl, servers), env),
                    # Exit status 1: an account without a server to send through is not well.
                    "program": partial(seconds_of, [MAILFERRY, "--home", str(home), "check"], env, status=1),
                    "inside": partial(_seconds_inside, home, servers.ca_file),
                },
                rounds,
            )
        note = f"{milliseconds(runs['inside'])}, curl {milliseconds(runs['curl'])}"
        yield Figure(f"one check, {name}, against curl", ratio(runs["inside"], runs["curl"]), 1.3, note=note)
        yield Figure(
            "  with the program's start",
            ratio(runs["program"], runs["curl"]),
            note=milliseconds(runs["program"]),
        )


def measure_many(folder: Path) -> Iterator[Figure]:
    """IMAP and SMTP of a hundred accounts at one far host, with and without a limit of refusals."""
    with MailServers(folder, round_trip=_FAR) as servers:
        for name, refusals in (("", None), (", refusals = 0", 0)):
            home = servers.make_home(folder / f"home{refusals}", _ACCOUNTS, refusals=refusals)
            workspace = _workspace(home, servers.ca_file)
            before = servers.turns()
            one = [_seconds_of_checks(workspace, 1) for _ in range(3)]
            turns = (servers.turns() - before) / len(one)
            many = _seconds_of_checks(workspace, _ACCOUNTS)
            yield Figure(
                f"{_ACCOUNTS} checks at once, {_FAR * 1000:.0f} ms away{name}",
                many / statistics.median(one),
                3,
                note=f"{many:.2f} s, one {statistics.median(one):.2f} s",
            )
        yield Figure("round trips of one account (IMAP, SMTP)", turns, _NEEDED, "")
    with MailServers(folder) as servers:
        workspace = _workspace(servers.make_home(folder / "pop3", 1, pop3=True), servers.ca_file)
        _seconds_of_checks(workspace, 1)
        yield Figure("round trips of one account (POP3, SMTP)", servers.turns(), _NEEDED_POP3, "")


def _leave_only_imap(home: Path) -> None:
    for file in (home / "accounts").iterdir():
        text = file.read_text(encoding="utf-8")
        start, end = text.index("[outgoing]"), text.index("[password]")
        file.write_text(text[:start] + text[end:], encoding="utf-8")


def _curl(curl: str, servers: MailServers) -> list[str]:
    place = f"{HOST}:993:127.0.0.1:{servers.ports['imap']}"
    return [
        *(curl, "--silent", "--show-error", "--cacert", str(servers.ca_file), "--connect-to", place),
        *("--user", f"user000:{PASSWORD}", "--request", "EXAMINE INBOX", f"imaps://{HOST}:993/"),
    ]


def _seconds_inside(home: Path, ca_file: Path) -> float:
    return _seconds_of_checks(_workspace(home, ca_file), 1)


def _seconds_of_checks(workspace: Workspace, accounts: int) -> float:
    """Check the first so many accounts. Raises UnmeasurableError when one fails."""
    from mailferry.checking import run_checks

    chosen = [(entry.id, entry.value) for entry in workspace.accounts()[:accounts] if entry.value is not None]
    began = time.perf_counter()
    results = list(run_checks(workspace, chosen, jobs=accounts, cancel=threading.Event()))
    seconds = time.perf_counter() - began
    for server in (server for result in results for server in result.servers):
        if server.host is not None and not server.ok:
            raise UnmeasurableError(f"a check that should pass failed: {server}")
    return seconds


def _workspace(home: Path, ca_file: Path) -> Workspace:
    """The home folder opened, its passwords at hand and the bench's issuer trusted."""
    from mailferry.checks.options import CheckOptions
    from mailferry.model.secret import Secret
    from mailferry.secrets.wallet import Wallet
    from mailferry.store.home import locate_home
    from mailferry.workspace import Workspace

    wallet = Wallet()
    located = locate_home(home)
    connect_to = Workspace(located).check_options.connect_to
    options = CheckOptions(connect_to=connect_to, ca_files=(ca_file,))
    workspace = Workspace(located, wallet=wallet, check_options=options)
    for entry in workspace.accounts():
        if entry.value is not None:
            wallet.remember(entry.value.address, "incoming", Secret(PASSWORD))
    return workspace
