"""The one word for how an account is doing, and whose server a host is."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mailferry.model.check import AccountCheck
from mailferry.store.home import locate_home
from mailferry.store.results import StoredCheck
from mailferry.workspace import State, Workspace

WHEN = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
OWN_PORT = "[incoming]\nport = 1993\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(locate_home(tmp_path / "home"))


def state(workspace: Workspace, text: str, *, tested: bool | None = None) -> State:
    path = workspace.home.accounts / "joe.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'address = "joe@me.com"\n{text}')
    entry = workspace.find("joe")
    if tested is not None:
        assert entry.value is not None
        check = AccountCheck(account="joe", address="joe@me.com", ok=tested, seconds=1.0, servers=())
        workspace.results.keep(
            StoredCheck(when=WHEN, settings=workspace.digest("joe", entry.value), check=check)
        )
    return workspace.state(entry)


@pytest.mark.parametrize(
    ("text", "tested", "word"),
    [
        ("", None, "untested"),
        ("", True, "ok"),
        ("", False, "fails"),
        (OWN_PORT, None, "differs"),  # what is written outranks that nobody has tested it
        (OWN_PORT, True, "differs"),
        (OWN_PORT, False, "fails"),
        ('[incoming]\nhost = "imap.gmail.com"\n', None, "wrong"),
        ('[incoming]\nport = 1993\n[accepted."incoming.port"]\nreason = "a tunnel"\n', None, "untested"),
        ("nonsense", None, "unreadable"),
    ],
)
def test_state(workspace: Workspace, text: str, tested: bool | None, word: State) -> None:
    assert state(workspace, text, tested=tested) == word


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("imap.gmail.com", "Gmail"),  # also Google Workspace's, which is not at home in gmail.com
        ("IMAP.mail.me.com.", "iCloud"),
        ("smtp.office365.com", "Microsoft 365"),
        ("mail.gmail.com", None),  # in Gmail's domain, and no server that anybody lists
        ("imap.nowhere.example", None),
        ("localhost", None),
    ],
)
def test_whose_server_a_host_is(workspace: Workspace, host: str, name: str | None) -> None:
    assert workspace.owner_of(host) == name


def test_another_providers_server_is_told_by_name(workspace: Workspace) -> None:
    state(workspace, '[incoming]\nhost = "imap.gmail.com"\n')
    entry = workspace.find("joe")
    assert entry.value is not None
    host = next(each for each in workspace.compare("joe", entry.value).findings if each.path.endswith("host"))
    assert host.why.startswith("This is a server of Gmail, not of iCloud.")
