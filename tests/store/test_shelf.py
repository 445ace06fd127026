from __future__ import annotations

import os
from pathlib import Path

import pytest

from mailferry.model.account import Account
from mailferry.model.problem import MailferryError
from mailferry.store import shelf_cache
from mailferry.store.decode import decode_account
from mailferry.store.shelf import Shelf
from tests.store.support import run_bound


class Decoder:
    """`decode_account`, and what it was asked to decode."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, text: str, file: str) -> Account:
        self.read.append(Path(file).stem)
        return decode_account(text, file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "accounts"
    folder.mkdir()
    return folder


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as lying still at once."""
    monkeypatch.setattr(shelf_cache, "_SETTLED", 0)


def write(folder: Path, name: str, address: str) -> None:
    (folder / f"{name}.toml").write_text(f'address = "{address}"\n')


def test_entries_are_sorted_and_broken_ones_are_among_them(folder: Path) -> None:
    write(folder, "b", "b@x.example")
    write(folder, "a", "a@x.example")
    write(folder, "a-b", "ab@x.example")
    write(folder, ".hidden", "h@x.example")
    (folder / "notes.txt").write_text("")
    (folder / "broken.toml").write_text("port =\n")
    (folder / "empty.toml").write_text("")
    (folder / "folder.toml").mkdir()
    (folder / "latin.toml").write_bytes(b'name = "J\xfcrgen"\n')
    (folder / "link.toml").symlink_to(folder / "nowhere")
    (folder / "esc\x1b.toml").write_text("")
    entries = {entry.id: entry for entry in Shelf(folder, decode_account).entries()}
    assert list(entries) == sorted(entries)
    assert {name for name, entry in entries.items() if entry.value} == {"a", "a-b", "b"}
    said = {name: str(entry.problems[0]) for name, entry in entries.items() if not entry.value}
    assert said.keys() == {"broken", "empty", "folder", "latin", "link", "esc\\x1b"}
    assert "broken.toml:1: this value is not TOML" in said["broken"]
    assert "is empty" in said["empty"]
    assert "is a folder" in said["folder"]
    assert "latin.toml:1: is not UTF-8" in said["latin"]
    assert "leads to a file that is not there" in said["link"]
    assert "has a name that cannot be shown; rename it" in said["esc\\x1b"]


def test_a_missing_folder_is_empty(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "none", decode_account)
    assert shelf.entries() == ()
    assert not shelf.changed()


def test_only_what_changed_is_read_again(folder: Path) -> None:
    decode = Decoder()
    shelf = Shelf(folder, decode)
    for name in "abc":
        write(folder, name, f"{name}@x.example")
    assert shelf.changed()
    first = shelf.entries()
    assert not shelf.changed()
    assert shelf.entries() is first
    decode.read.clear()
    write(folder, "b", "other@x.example")
    (folder / "c.toml").unlink()
    assert shelf.changed()
    second = shelf.entries()
    assert decode.read == ["b"]
    assert second[0] is first[0]
    assert [entry.value.address for entry in second if entry.value] == ["a@x.example", "other@x.example"]


def test_one_file_by_its_name(folder: Path) -> None:
    shelf = Shelf(folder, decode_account)
    assert shelf.get("mum") is None
    write(folder, "mum", "mum@x.example")
    entry = shelf.get("mum")
    assert entry is not None
    assert entry.value == Account(address="mum@x.example")
    assert entry.path == shelf.path("mum") == folder / "mum.toml"


@pytest.mark.parametrize("name", ["", ".hidden", "../up", "a/b", "nul\0"])
def test_names_that_cannot_be(folder: Path, name: str) -> None:
    with pytest.raises(MailferryError, match="cannot be the name of a file"):
        Shelf(folder, decode_account).path(name)
    assert Shelf(folder, decode_account).get(name) is None


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        ("Mum", "mum-2"),
        ("mum@centurylink.net", "mum-centurylink-net"),
        ("  Jürgen Weiß ", "jurgen-weiss"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("мама", "account"),
        ("", "account"),
        ("CON", "con-2"),
        ("lpt1", "lpt1-2"),
        ("x" * 100, "x" * 60),
        ("y" * 60, "y" * 58 + "-3"),
    ],
)
def test_a_name_that_is_free(folder: Path, wish: str, name: str) -> None:
    for taken in ("MUM", "y" * 60, "y" * 58 + "-2"):
        write(folder, taken, "a@x.example")
    assert Shelf(folder, decode_account).free_id(wish) == name


def test_an_unreadable_folder_is_explained(folder: Path) -> None:
    folder.chmod(0)
    said = run_bound(
        """
        import sys, pathlib
        from mailferry.model.problem import MailferryError
        from mailferry.store.shelf import Shelf
        try:
            Shelf(pathlib.Path(sys.argv[1]), lambda text, file: text).entries()
        except MailferryError as error:
            print(error)
        """,
        folder,
    )
    assert "accounts cannot be read: Permission denied" in said


# The cache


def cached(folder: Path, cache: Path) -> tuple[Shelf[Account], Decoder]:
    decode = Decoder()
    return Shelf(folder, decode, cache=cache, type=Account), decode


def test_five_thousand_accounts_from_the_cache_are_those_from_the_files(folder: Path, tmp_path: Path) -> None:
    for number in range(5000):
        (folder / f"a{number:04}.toml").write_text(
            f'address = "a{number}@x.example"\ntags = ["t"]\n[incoming]\nport = {number + 1}\n'
            '[accepted."incoming.port"]\nreason = "r"\nuntil = 2027-01-31\n'
        )
    plain = Shelf(folder, decode_account).entries()
    first, decoded = cached(folder, tmp_path / "cache")
    assert first.entries() == plain
    assert len(decoded.read) == 5000
    second, decoded = cached(folder, tmp_path / "cache")
    assert second.entries() == plain
    assert decoded.read == []


def test_the_cache_follows_the_files(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for name in "abc":
        write(folder, name, f"{name}@x.example")
    cached(folder, cache)[0].entries()
    write(folder, "a", "z@x.example")  # as long as before
    (folder / "b.toml").unlink()
    write(folder, "d", "d@x.example")
    (folder / "e.toml").write_text("broken")
    shelf, decode = cached(folder, cache)
    found = {entry.id: entry.value.address if entry.value else None for entry in shelf.entries()}
    assert found == {"a": "z@x.example", "c": "c@x.example", "d": "d@x.example", "e": None}
    assert sorted(decode.read) == ["a", "d", "e"]
    shelf, decode = cached(folder, cache)
    shelf.entries()
    assert decode.read == ["e"]


def test_a_file_written_this_very_moment_is_not_trusted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf_cache, "_SETTLED", 10**18)
    write(folder, "a", "a@x.example")
    cached(folder, tmp_path / "cache")[0].entries()
    shelf, decode = cached(folder, tmp_path / "cache")
    shelf.entries()
    assert decode.read == ["a"]


def test_the_cache_makes_its_folder(folder: Path, tmp_path: Path) -> None:
    write(folder, "a", "a@x.example")
    cached(folder, tmp_path / "state" / "cache")[0].entries()
    shelf, decode = cached(folder, tmp_path / "state" / "cache")
    assert [entry.id for entry in shelf.entries()] == ["a"]
    assert decode.read == []


def test_a_damaged_or_old_cache_is_written_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    write(folder, "a", "a@x.example")
    cached(folder, cache)[0].entries()
    whole = cache.read_bytes()
    damaged = [b"", b"\xff" * 20, whole[:-5], os.urandom(0) + whole.replace(b"address", b"addresx")]
    for content in damaged:
        cache.write_bytes(content)
        shelf, decode = cached(folder, cache)
        assert [entry.id for entry in shelf.entries()] == ["a"]
        assert decode.read == ["a"]
        assert cache.read_bytes() == whole
    monkeypatch.setattr(shelf_cache, "_FORM", "newer")
    shelf, decode = cached(folder, cache)
    shelf.entries()
    assert decode.read == ["a"]


def test_a_cache_that_cannot_be_written_keeps_nobody_from_reading(folder: Path, tmp_path: Path) -> None:
    write(folder, "a", "a@x.example")
    shelf, _ = cached(folder, tmp_path / "no such folder" / "cache")
    assert [entry.id for entry in shelf.entries()] == ["a"]
