"""The bench's mail servers, and home folders whose accounts live there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench.figures import UnmeasurableError
from bench.programs import PYTHON
from bench.slow_server import HOST

PASSWORD = "open sesame"


class MailServers:
    """Runs `slow_server.py` while its context lasts."""

    def __init__(self, folder: Path, *, round_trip: float = 0.0) -> None:
        self.ca_file = folder / f"ca-{round_trip}.pem"
        self._process = subprocess.Popen(
            [PYTHON, str(Path(__file__).with_name("slow_server.py")), str(round_trip), str(self.ca_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ports = self._read()

    def __enter__(self) -> MailServers:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()

    def turns(self) -> int:
        """How often clients have spoken and waited, all servers together."""
        assert self._process.stdin is not None
        self._process.stdin.write("turns\n")
        self._process.stdin.flush()
        return sum(self._read().values())

    def make_home(
        self, folder: Path, accounts: int, *, refusals: int | None = None, pop3: bool = False
    ) -> Path:
        """A home folder with accounts at these servers."""
        reading = 'protocol = "pop3"\nport = 995' if pop3 else "port = 993"
        shelf = folder / "accounts"
        shelf.mkdir(parents=True, mode=0o700)
        for number in range(accounts):
            (shelf / f"account-{number:03}.toml").write_text(
                f'address = "user{number:03}@bench.example"\n'
                f'[incoming]\nhost = "{HOST}"\n{reading}\nsecurity = "tls"\nusername = "user{number:03}"\n'
                f'[outgoing]\nhost = "{HOST}"\nport = 465\nsecurity = "tls"\nusername = "user{number:03}"\n'
                f'[password]\nfrom = "command"\ncommand = ["echo", "{PASSWORD}"]\n',
                encoding="utf-8",
            )
        (folder / "config.toml").write_text(
            "[checks]\n"
            + (f"refusals = {refusals}\n" if refusals is not None else "")
            + f'connect_to = {{ "{HOST}:993" = "127.0.0.1:{self.ports["imap"]}",'
            f' "{HOST}:995" = "127.0.0.1:{self.ports["pop3"]}",'
            f' "{HOST}:465" = "127.0.0.1:{self.ports["smtp"]}" }}\n',
            encoding="utf-8",
        )
        return folder

    def _read(self) -> dict[str, int]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise UnmeasurableError("the mail servers have ended; run bench/slow_server.py to see why")
        answer: dict[str, int] = json.loads(line)
        return answer
