"""Starting and stopping: what is told, what is cleaned up, and that nothing outlives its parent."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from mailferry.model.problem import MailferryError
from mailferry.sandbox import server
from mailferry.sandbox.cast import SandboxServer, Scene
from mailferry.sandbox.server import Sandbox, SandboxError
from tests.sandbox.clients import TIMEOUT, connect

NOTHING = Scene(servers=())


def test_every_server_of_the_scene_has_a_place_on_this_machine(demo: Sandbox) -> None:
    assert demo.connect_to["mail.centurylink.net:993"].startswith("127.0.0.1:")
    assert len(set(demo.connect_to.values())) == len(demo.connect_to)
    assert {place.rpartition(":")[0] for place in demo.connect_to} == demo.known_hosts


def test_a_server_that_does_not_listen_refuses_connections(small: Sandbox) -> None:
    with pytest.raises(ConnectionRefusedError):
        connect(small, "mail.example", 995)


def test_closing_stops_the_servers_and_removes_the_certificate() -> None:
    with Sandbox(
        Scene(servers=(SandboxServer(host="a.example", port=143, protocol="imap", security="none"),))
    ) as sandbox:
        assert sandbox.ca_file.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert not sandbox.ca_file.parent.exists()
    with pytest.raises(ConnectionRefusedError):
        connect(sandbox, "a.example", 143)
    sandbox.close()


def test_without_twisted_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "twisted", None)
    with pytest.raises(MailferryError) as refused:
        Sandbox(NOTHING)
    assert str(refused.value) == "the demo needs an extra: pip install 'mailferry[demo]'"


def starting(monkeypatch: pytest.MonkeyPatch, program: str) -> list[subprocess.Popen[bytes]]:
    """Let the sandbox start another Python program than its own; the processes, once they were started."""
    started = []

    def start(words: IO[bytes]) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words
        )
        started.append(process)
        return process

    monkeypatch.setattr(server, "_start", start)
    return started


def test_a_process_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    starting(monkeypatch, "import sys; sys.exit('Traceback\\nOSError: no room on this machine')")
    with pytest.raises(SandboxError, match=r"did not start: OSError: no room on this machine$"):
        Sandbox(NOTHING)


def test_a_process_that_fails_in_silence_is_told_of_too(monkeypatch: pytest.MonkeyPatch) -> None:
    starting(monkeypatch, "")
    with pytest.raises(SandboxError, match=r"did not start: no reason given$"):
        Sandbox(NOTHING)


def test_a_process_that_says_something_else_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    starting(monkeypatch, "import sys; print('Hello!', flush=True); sys.stdin.read(); sys.exit('I am shy')")
    with pytest.raises(SandboxError, match=r"did not start: I am shy$"):
        Sandbox(NOTHING)


def test_a_process_that_cannot_be_started_is_a_failure_with_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(SandboxError, match=r"did not start: .*/nowhere/python"):
        Sandbox(NOTHING)


def test_a_process_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    starting(monkeypatch, "import sys; sys.stdin.read()")
    monkeypatch.setattr(server, "_START", 0.0)
    with pytest.raises(SandboxError, match="did not start within"):
        Sandbox(NOTHING)


def test_a_process_that_will_not_go_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = '{"connect_to": {}, "ca_pem": ""}'
    started = starting(
        monkeypatch, f"import signal\nprint({answer!r}, flush=True)\nwhile True: signal.pause()"
    )
    monkeypatch.setattr(server, "_STOP", 0.0)
    Sandbox(NOTHING).close()
    assert [process.returncode for process in started] == [-signal.SIGKILL]


def test_what_lies_in_the_working_directory_is_not_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "twisted.py").write_text("raise SystemExit('the wrong twisted')")
    monkeypatch.chdir(tmp_path)
    with Sandbox(NOTHING) as sandbox:
        assert sandbox.connect_to == {}


@pytest.mark.parametrize("given", ["", "nonsense\n", '{"servers": [{"host": "a.example"}]}\n'])
def test_what_is_no_scene_is_refused_in_one_line(given: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mailferry.sandbox"],
        input=given,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mailferry.sandbox reads a scene from standard input: ")
    assert done.stderr.count("\n") == 1


PARENT = """
import sys
from mailferry.sandbox import server

class Told(server.subprocess.Popen):
    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        print(self.pid, flush=True)

server.subprocess.Popen = Told
sandbox = server.Sandbox()
print("listening", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux lets one wait for a process of others")
def test_the_servers_die_with_a_killed_parent(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}  # a killed parent cannot clean up behind itself
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as parent:
        assert parent.stdout is not None
        servers = os.pidfd_open(int(parent.stdout.readline()))
        assert parent.stdout.readline() == b"listening\n"
        assert select.select([servers], [], [], 0)[0] == []
        parent.kill()
        assert select.select([servers], [], [], TIMEOUT)[0] == [servers]
        os.close(servers)
