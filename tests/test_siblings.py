"""What compared accounts say about each other, all of a provider's or some of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mailferry.siblings import Siblings, siblings
from mailferry.store.home import locate_home
from mailferry.workspace import Workspace

ACCOUNTS = {
    "joe": 'address = "joe@gmx.net"\n',
    "joe3": 'address = "joe@gmx.net"\n[incoming]\nhost = "imap.gmail.com"\n',
    "ann": 'address = "ann@gmx.net"\n[incoming]\nhost = "imap.gmail.com"\n',
    "broken": "nonsense",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace(locate_home(tmp_path / "home"))
    workspace.home.accounts.mkdir(parents=True)
    for name, text in ACCOUNTS.items():
        (workspace.home.accounts / f"{name}.toml").write_text(text)
    return workspace


def together(workspace: Workspace, *names: str) -> Siblings:
    accounts = [(entry.id, entry.value) for entry in workspace.accounts() if entry.value is not None]
    compared = [workspace.compare(name, account) for name, account in accounts if name in names]
    return siblings(workspace, compared)


def test_all_of_a_provider(workspace: Workspace) -> None:
    found = together(workspace, "joe", "joe3", "ann")
    assert [(each.path, each.accounts, each.of) for each in found.shared] == [
        ("incoming.host", ("ann", "joe3"), 3)
    ]
    assert [twins.accounts for twins in found.twins] == [("joe", "joe3")]


def test_some_of_a_provider_share_nothing_countable_and_meet_all_the_same(workspace: Workspace) -> None:
    found = together(workspace, "joe", "joe3")
    assert (found.shared, found.odd) == ((), ())
    (twins,) = found.twins
    assert twins.why == (
        "joe and joe3 are for the same address, joe@gmx.net, with different servers (imap.gmx.net and"
        " imap.gmail.com)."
    )


def test_one_alone_meets_nobody(workspace: Workspace) -> None:
    assert together(workspace, "joe") == Siblings(shared=(), odd=(), twins=())
