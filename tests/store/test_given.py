"""What iPhones were given, kept by several programs in one file."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import msgspec
import pytest

from mailferry.store.files import FileError
from mailferry.store.given import GivenAccount, GivenBook, GivenProfile, GivenSigner

WHEN = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
PROFILE = GivenProfile(
    identifier="app.mailferry.account.net.centurylink.mum.imap",
    name="Mail for mum@centurylink.net",
    content="abc",
    accounts=(
        GivenAccount(
            id="mum",
            address="mum@centurylink.net",
            identifier="app.mailferry.account.net.centurylink.mum.imap",
            settings={"incoming.port": 993, "incoming.host": "mail.centurylink.net"},
            digest="0123",
        ),
    ),
    owner="Mum",
    signer=GivenSigner(name="Example", fingerprint="sha256:00", lapses=WHEN + 90 * DAY),
    remove_on=datetime.date(2027, 1, 31),
)
OTHER = msgspec.structs.replace(PROFILE, content="def")


@pytest.fixture
def book(tmp_path: Path) -> GivenBook:
    return opened(tmp_path)


def opened(folder: Path) -> GivenBook:
    return GivenBook(folder / "state" / "given.jsonl", folder / "state" / "lock")


def test_nothing_is_known_of_a_folder_that_is_not_there(book: GivenBook) -> None:
    assert (book.all(), book.last(PROFILE.identifier)) == ({}, None)


def test_what_was_given_is_read_again_as_it_was(book: GivenBook, tmp_path: Path) -> None:
    given = book.record(PROFILE, "link", "iPhone, iOS 18.5", WHEN)
    assert given.version == 1
    assert opened(tmp_path).last(PROFILE.identifier) == given == book.last(PROFILE.identifier)
    assert stat.S_IMODE((tmp_path / "state" / "given.jsonl").stat().st_mode) == 0o600


def test_the_version_counts_contents_and_not_exports(book: GivenBook) -> None:
    versions = [
        book.record(profile, "link", None, WHEN).version
        for profile in (PROFILE, PROFILE, OTHER, OTHER, PROFILE)
    ]
    assert versions == [1, 1, 2, 2, 3]
    assert len(book.all()[PROFILE.identifier]) == 5


def test_another_signature_is_another_version(book: GivenBook) -> None:
    signer = GivenSigner(name="Example", fingerprint="sha256:01", lapses=WHEN)
    resigned, unsigned = (msgspec.structs.replace(PROFILE, signer=each) for each in (signer, None))
    renewed = msgspec.structs.replace(signer, lapses=WHEN + DAY)
    versions = [
        book.record(profile, "file", None, WHEN).version
        for profile in (
            PROFILE,
            resigned,
            msgspec.structs.replace(PROFILE, signer=renewed),
            unsigned,
            PROFILE,
        )
    ]
    assert versions == [1, 2, 2, 3, 4]


def test_each_identifier_has_its_own_versions(book: GivenBook) -> None:
    book.record(PROFILE, "file", None, WHEN)
    elses = msgspec.structs.replace(OTHER, identifier="app.mailferry.person.Mum")
    assert book.record(elses, "file", None, WHEN).version == 1


def test_the_same_file_written_again_is_noted_once_a_day(book: GivenBook) -> None:
    for when in (WHEN, WHEN + datetime.timedelta(hours=1), WHEN + DAY):
        book.record(PROFILE, "file", "/home/x/mum.mobileconfig", when)
    book.record(PROFILE, "file", "/elsewhere.mobileconfig", WHEN + DAY)
    assert [(each.when, each.to) for each in book.all()[PROFILE.identifier]] == [
        (WHEN, "/home/x/mum.mobileconfig"),
        (WHEN + DAY, "/home/x/mum.mobileconfig"),
        (WHEN + DAY, "/elsewhere.mobileconfig"),
    ]


def test_what_another_program_adds_is_seen(book: GivenBook, tmp_path: Path) -> None:
    other = opened(tmp_path)
    book.record(PROFILE, "link", None, WHEN)
    assert other.record(OTHER, "link", None, WHEN).version == 2
    assert book.record(PROFILE, "link", None, WHEN).version == 3


def test_what_is_forgotten_begins_anew(book: GivenBook, tmp_path: Path) -> None:
    book.record(PROFILE, "link", None, WHEN)
    book.record(OTHER, "link", None, WHEN)
    assert book.forget(PROFILE.identifier)
    assert opened(tmp_path).all() == {}
    assert not book.forget(PROFILE.identifier)
    assert book.record(OTHER, "link", None, WHEN).version == 1


@pytest.mark.parametrize(
    "line",
    [
        b'{"given": {"when": "2026-1',
        b'{"given": {"of": "a newer version"}}\n',
        b'{"else": 1}\n',
        b"\xff\xfe not JSON\n",
        b"[]\n",
        b"\n",
    ],
)
def test_lines_that_are_torn_or_foreign_stay_and_disturb_nothing(
    book: GivenBook, tmp_path: Path, line: bytes
) -> None:
    book.record(PROFILE, "link", None, WHEN)
    file = tmp_path / "state" / "given.jsonl"
    with file.open("ab") as opened_file:
        opened_file.write(line)
    assert book.record(OTHER, "link", None, WHEN).version == 2
    assert line in file.read_bytes()
    assert [each.version for each in opened(tmp_path).all()[PROFILE.identifier]] == [1, 2]


def test_a_file_that_was_put_in_its_place_is_read_from_its_beginning(book: GivenBook, tmp_path: Path) -> None:
    book.record(PROFILE, "link", None, WHEN)
    file = tmp_path / "state" / "given.jsonl"
    text = file.read_bytes()
    file.rename(tmp_path / "old")
    assert book.all() == {}
    file.write_bytes(text.replace(b"net.centurylink.mum", b"net.centurylink.dad"))
    assert [identifier[-8:] for identifier in book.all()] == ["dad.imap"]


def test_where_it_cannot_be_written_is_said(book: GivenBook, tmp_path: Path) -> None:
    (tmp_path / "state" / "given.jsonl").mkdir(parents=True)
    with pytest.raises(FileError, match="was not written"):
        book.record(PROFILE, "link", None, WHEN)
