"""Pins in account files: every other byte stays, and no undo takes them away."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

import pytest

from mailferry.model.account import OwnIphone
from mailferry.store.decode import decode_account
from mailferry.store.files import FileError
from mailferry.store.history import Change, History
from mailferry.store.pinning import Pin, pinned, without_pin, write_pin

IPHONE = OwnIphone(
    identifier="app.mailferry.account.net.x.mum.imap", uuid="D4CBD686-F967-51FF-8CBF-77F1108F93CA"
)
TESTED = OwnIphone(
    identifier=IPHONE.identifier, uuid=IPHONE.uuid, tested=datetime.date(2026, 11, 20), tested_as="0123"
)
TABLE = f'[iphone]\nidentifier = "{IPHONE.identifier}"\nuuid = "{IPHONE.uuid}"\n'
TEXT = '# Mum\naddress = "mum@x.net"   # hers\n\n[incoming]\nport = 993\n'


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "state" / "history", tmp_path / "state" / "lock")


def saved(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def pin(path: Path, iphone: OwnIphone = IPHONE) -> Pin:
    account = decode_account(path.read_bytes().decode(), str(path))
    return Pin(path=path, account=account, iphone=iphone)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TEXT, f"{TEXT}\n{TABLE}"),
        (TEXT.rstrip("\n"), f"{TEXT}\n{TABLE}"),
        ('address = "a@x.net"', f'address = "a@x.net"\n\n{TABLE}'),
        ("address = 'a@x.net'\r\n", "address = 'a@x.net'\r\n\r\n" + TABLE.replace("\n", "\r\n")),
    ],
)
def test_a_pin_is_a_table_at_the_end(before: str, after: str) -> None:
    assert pinned(before, IPHONE) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            f"{TEXT}\n[iphone] # hers\nremove_on = 2027-01-31 # then\n",
            f"{TEXT}\n[iphone] # hers\nremove_on = 2027-01-31 # then\n{TABLE.partition(chr(10))[2]}",
        ),
        (
            f'{TABLE}tested = 2026-01-01\ntested_as = "old"\n\n[outgoing]\nport = 587\n',
            f"{TABLE}\n[outgoing]\nport = 587\n",
        ),
        (f"# my iphone\n{TEXT}", f"# my iphone\n{TEXT}\n{TABLE}"),
    ],
)
def test_what_else_is_said_of_the_iphone_stays(before: str, after: str) -> None:
    assert pinned(before, IPHONE) == after


def test_the_day_of_a_test_is_a_date(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", TEXT)
    write_pin(pin(path, TESTED), history)
    assert tomllib.loads(path.read_text())["iphone"] == {
        "identifier": IPHONE.identifier,
        "uuid": IPHONE.uuid,
        "tested": datetime.date(2026, 11, 20),
        "tested_as": "0123",
    }


def test_a_pin_that_is_there_already_touches_no_file(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", f"{TEXT}\n{TABLE}")
    before = path.stat()
    write_pin(pin(path), history)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert not (tmp_path / "state").exists()


def test_a_file_that_says_something_else_by_now_is_left(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", TEXT)
    made = pin(path)
    saved(path, TEXT.replace("993", "143"))
    with pytest.raises(FileError, match="has changed"):
        write_pin(made, history)
    assert path.read_text() == TEXT.replace("993", "143")


def test_a_comment_that_was_added_meanwhile_stays(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", TEXT)
    made = pin(path)
    saved(path, f"{TEXT}# new\n")
    write_pin(made, history)
    assert path.read_text() == f"{TEXT}# new\n\n{TABLE}"


def test_a_file_that_is_gone_is_not_made_again(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", TEXT)
    made = pin(path)
    path.unlink()
    with pytest.raises(FileError, match="no such file"):
        write_pin(made, history)
    assert not path.exists()


def test_undo_and_redo_keep_the_pin(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", TEXT)
    other = saved(tmp_path / "dad.toml", "1")
    edited = TEXT.replace("993", "143")
    history.commit("dad", [Change(other, "1", "2")])
    history.commit("edit", [Change(path, TEXT, edited)])
    write_pin(pin(path), history)
    assert path.read_text() == f"{edited}\n{TABLE}"
    assert history.undo() is not None
    assert path.read_text() == f"{TEXT}\n{TABLE}"
    assert history.undo() is not None
    assert other.read_text() == "1"
    assert history.redo() is not None
    assert history.redo() is not None
    assert path.read_text() == f"{edited}\n{TABLE}"


def test_a_step_that_can_be_redone_keeps_the_pin_too(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", TEXT)
    history.commit("edit", [Change(path, TEXT, TEXT.replace("993", "143"))])
    history.undo()
    write_pin(pin(path), history)
    assert history.redo() is not None
    assert path.read_text() == TEXT.replace("993", "143") + f"\n{TABLE}"


def test_an_account_that_was_added_and_pinned_can_still_be_taken_back(
    tmp_path: Path, history: History
) -> None:
    path = tmp_path / "mum.toml"
    history.commit("add", [Change(path, None, TEXT)])
    write_pin(pin(path), history)
    history.undo()
    assert not path.exists()
    history.redo()
    assert path.read_text() == f"{TEXT}\n{TABLE}"


def test_a_day_of_removal_that_was_edited_can_be_taken_back(tmp_path: Path, history: History) -> None:
    before = f"{TEXT}\n[iphone]\nremove_on = 2027-01-31\n"
    path = saved(tmp_path / "mum.toml", before)
    history.commit("edit", [Change(path, before, before.replace("01-31", "02-28"))])
    later = OwnIphone(identifier=IPHONE.identifier, uuid=IPHONE.uuid, remove_on=datetime.date(2027, 2, 28))
    write_pin(pin(path, later), history)
    history.undo()
    assert "remove_on = 2027-01-31" in path.read_text()
    assert f'uuid = "{IPHONE.uuid}"' in path.read_text()


def test_a_damaged_step_stops_no_pin(tmp_path: Path, history: History) -> None:
    path = saved(tmp_path / "mum.toml", TEXT)
    history.commit("edit", [Change(path, TEXT, TEXT + "# x\n")])
    (tmp_path / "state" / "history" / "00000001.json").write_text(f'{{"torn": "{path}')
    write_pin(pin(path), history)
    assert path.read_text().endswith(TABLE)


def test_a_copy_has_no_pin_but_what_its_owner_wrote() -> None:
    assert without_pin(pinned(TEXT, TESTED)).rstrip("\n") == TEXT.rstrip("\n")
    hers = f"{TEXT}\n[iphone]\nremove_on = 2027-01-31\n"
    assert without_pin(pinned(hers, TESTED)) == hers
    assert without_pin(TEXT) == TEXT
