"""A whole look-up online against the slowest of its sources, which all are asked at once."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import trustme
from tests.catalog.autoconfig_files import SMTP, config, server
from tests.catalog.https_server import Answer, HttpsServer
from tests.catalog.nameserver import own_server, records

from bench.figures import Figure, UnmeasurableError, ratio
from mailferry.discovering import discover
from mailferry.model.recommendation import SourceAnswer
from mailferry.store.home import locate_home
from mailferry.workspace import Workspace

_DOMAIN, _ISPDB = "firm.example", "ispdb.example"
_HOSTS = (f"autoconfig.{_DOMAIN}", _DOMAIN, _ISPDB)
_RECORDS = {
    f"{_DOMAIN} MX": ["10 mx.elsewhere.example."],
    f"_imaps._tcp.{_DOMAIN} SRV": [f"0 1 993 imap.{_DOMAIN}."],
    f"_submissions._tcp.{_DOMAIN} SRV": [f"0 1 465 smtp.{_DOMAIN}."],
}
_DNS_TAKES, _WEB_TAKES = 0.05, 0.3  # seconds; a slow name server and a slow web server
_ROUNDS = 9


def measure_lookup(folder: Path) -> Iterator[Figure]:
    """An unlisted domain that answers by SRV, its own autoconfig and the ISPDB, with conflicts."""
    authority = trustme.CA()
    trust = folder / "ca.pem"
    authority.cert_pem.write_to_path(trust)
    os.environ["SSL_CERT_FILE"] = str(trust)
    try:
        with HttpsServer(authority, *_HOSTS) as web:
            own = config(server(host=f"imap.{_DOMAIN}"), SMTP, domains=(_DOMAIN,)).encode()
            other = config(server(host=f"mail.{_DOMAIN}"), SMTP, domains=(_DOMAIN,)).encode()
            web.pages = _Slow(
                {
                    f"autoconfig.{_DOMAIN}/mail/config-v1.1.xml": Answer(own),
                    f"{_DOMAIN}/.well-known/autoconfig/mail/config-v1.1.xml": Answer(own),
                    f"{_ISPDB}/{_DOMAIN}": Answer(other),
                }
            )
            pairs = [asyncio.run(_look_up(folder / str(turn), web)) for turn in range(_ROUNDS + 1)][1:]
    finally:
        del os.environ["SSL_CERT_FILE"]
    wholes, slowest = zip(*pairs, strict=True)
    note = f"{sorted(wholes)[_ROUNDS // 2] * 1000:.0f} ms"
    yield Figure("look-up online, against its slowest source", ratio(wholes, slowest), 1.2, note=note)


class _Slow(dict[str, Answer]):
    """Pages of a server that takes its time."""

    def get(self, key: str, default: Answer | None = None) -> Answer | None:  # type: ignore[override]  # as it is used
        time.sleep(_WEB_TAKES)
        return super().get(key, default)


async def _look_up(folder: Path, web: HttpsServer) -> tuple[float, float]:
    """Seconds of the whole look-up, and of its slowest source."""
    async with own_server(records(_RECORDS)) as names:
        names.delay = _DNS_TAKES
        folder.mkdir()
        dialled = "".join(f'"{where}" = "{there}"\n' for where, there in web.connect_to(*_HOSTS).items())
        (folder / "config.toml").write_text(
            f'[lookup]\nresolver = "{names.address}"\nispdb = "https://{_ISPDB}/"\n[checks.connect_to]\n{dialled}'
        )
        workspace = Workspace(locate_home(folder))
        answers: list[SourceAnswer] = []
        began = time.perf_counter()
        found = await discover(
            workspace, f"joe@{_DOMAIN}", announce=lambda _asking: None, answered=answers.append
        )
        whole = time.perf_counter() - began
    if found.how != "srv" or not {"srv", "autoconfig", "ispdb"} <= {
        each.source for each in answers if each.ok
    }:
        raise UnmeasurableError(f"the look-up found {found.how}: {[each.error for each in answers]}")
    return whole, max(each.seconds for each in answers)
