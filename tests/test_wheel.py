"""The wheel holds all that the program needs: profiles, themes, styles and templates."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, in a folder of its own."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "content")
    return folder / "content"


def _run(unpacked: Path, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # Its own copy comes before the checkout, which is on the path of the environment.
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "MAILFERRY_HOME": str(home)}
    return subprocess.run(
        [sys.executable, "-m", "mailferry", *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=home,
        check=False,
    )


def test_the_wheel_puts_one_name_into_site_packages(unpacked: Path) -> None:
    names = {path.name for path in unpacked.iterdir() if not path.name.endswith(".dist-info")}
    assert names == {"mailferry"}


def test_the_wheel_alone_does_the_main_job(unpacked: Path, tmp_path: Path) -> None:
    where = _run(unpacked, tmp_path, "providers", "icloud")
    assert "imap.mail.me.com" in where.stdout
    assert _run(unpacked, tmp_path, "add", "mum@centurylink.net").returncode == 0
    assert _run(unpacked, tmp_path, "compare").returncode == 0
    assert "<plist" in _run(unpacked, tmp_path, "export", "mum", "--as", "profile").stdout
    assert "Way 1" in _run(unpacked, tmp_path, "export", "mum", "--as", "text").stdout
    linted = _run(unpacked, tmp_path, "lint")
    assert linted.returncode == 0, linted.stdout
    assert int(linted.stderr.split()[0]) > 40


def test_the_wheels_demo_runs(unpacked: Path, tmp_path: Path) -> None:
    demo = _run(unpacked, tmp_path, "demo")
    assert demo.returncode == 0, demo.stderr
    assert "mum@centurylink.net" in demo.stdout


def test_styles_are_in_the_wheel(unpacked: Path) -> None:
    assert list((unpacked / "mailferry" / "ui").rglob("*.tcss"))
    assert list((unpacked / "mailferry" / "themes").glob("*.toml"))
