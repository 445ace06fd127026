"""`mailferry pin`: a certificate that nobody vouches for is accepted after it was seen, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.harbour import Write


@pytest.fixture
def file(harbour: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an account whose servers nobody vouches for."""
    monkeypatch.delenv("SSL_CERT_FILE")
    return tmp_path / "home" / "accounts" / "joe.toml"


def test_it_is_shown_pinned_and_accepted(run: Run, file: Path) -> None:
    checked = run("check", "joe")
    assert checked.status == 1
    assert "cert-unknown-issuer" in checked.out
    assert "mailferry pin joe\n" in checked.out
    assert "mailferry pin joe --outgoing\n" in checked.out
    pinned = run("pin", "joe", "--yes")
    assert pinned.status == 0, pinned.err
    assert "subject      imap.harbour.example" in pinned.err
    assert "issuer       " in pinned.err
    assert "Right for a server of one’s own" in " ".join(pinned.err.split())
    (line,) = [line for line in file.read_text().splitlines() if line.startswith("fingerprint")]
    assert f"+{line}" in pinned.out
    assert line.split('"')[1] in pinned.err
    assert run("pin", "joe", "--outgoing", "--yes").status == 0, (
        "the other server's settings are as they were"
    )
    again = run("check", "joe")
    assert again.status == 0, again.out
    assert "pinned certificate" in again.out
    nothing = run("pin", "joe", "--yes")
    assert nothing.status == 1
    assert "passed, so there is nothing to pin" in nothing.err


def test_nothing_is_written_without_a_word(run: Run, file: Path) -> None:
    run("check", "joe")
    before = file.read_text()
    unasked = run("pin", "joe")
    assert unasked.status == 2
    assert "--yes" in unasked.err
    assert "fingerprint  sha256:" in unasked.err
    refused = run("pin", "joe", stdin="n\n", terminal=True)
    assert refused.status == 1
    assert "Nothing was pinned." in refused.err
    assert file.read_text() == before
    assert run("pin", "joe", stdin="y\n", terminal=True).status == 0
    assert 'fingerprint = "sha256:' in file.read_text()


def test_what_was_not_seen_is_not_pinned(run: Run, file: Path) -> None:
    unseen = run("pin", "joe", "--yes")
    assert unseen.status == 1
    assert "was not checked with these settings yet; mailferry check joe tests it" in " ".join(
        unseen.err.split()
    )
    run("check", "joe")
    file.write_text(file.read_text() + '[incoming]\nhost = "nowhere.invalid"\n')
    assert run("pin", "joe", "--yes").status == 1
    run("check", "joe")
    other = run("pin", "joe", "--yes")
    assert other.status == 1
    assert "for a reason that no pinned certificate mends" in " ".join(other.err.split())
    assert "fingerprint" not in file.read_text()


def test_a_broken_file_is_named(run: Run, file: Path) -> None:
    file.write_text("address = 3\n")
    broken = run("pin", "joe", "--yes")
    assert broken.status == 2
    assert "joe.toml:1" in broken.err
