"""The search for passwords finds what it is meant to find."""

from __future__ import annotations

import base64
import html
import json
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.secret_hunt import Hunt, all_forms

ROOT = Path(__file__).parent.parent
SECRET = 'plänted "S3cret\\ & co'

FORMS: dict[str, Callable[[str], bytes]] = {
    "as it is": str.encode,
    "repr": lambda text: repr({"password": text}).encode(),
    "ascii": lambda text: ascii(text).encode(),
    "bytes": lambda text: repr(text.encode()).encode(),
    "JSON": lambda text: json.dumps(text).encode(),
    "percent": lambda text: urllib.parse.quote(text).encode(),
    "form": lambda text: urllib.parse.urlencode({"p": text}).encode(),
    "HTML": lambda text: html.escape(text).encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "IMAP": lambda text: text.encode().replace(b"\\", b"\\\\").replace(b'"', b'\\"'),
    "SASL PLAIN": lambda text: base64.urlsafe_b64encode(b"\0joe\0" + text.encode()),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found(form: str) -> None:
    hunt = Hunt()
    hunt.secrets.add(SECRET)
    hunt.note("a place", b"before " + FORMS[form](SECRET) + b" after")
    assert len(hunt.finds(())) == 1


@pytest.mark.parametrize("before", range(6))
def test_base64_is_found_in_any_company(before: int) -> None:
    hunt = Hunt()
    hunt.secrets.add(SECRET)
    hunt.note("a place", base64.b64encode(b"sixsix"[:before] + SECRET.encode() + b" and more"))
    assert len(hunt.finds(())) == 1


def test_no_form_is_empty_or_short() -> None:
    assert all(len(form) >= 7 for form in all_forms("s3cret").values() if form != b"s3cret")


def test_words_and_short_secrets_are_not_looked_for() -> None:
    hunt = Hunt()
    hunt.secrets |= {"password", "x1"}
    hunt.note("a place", "password x1")
    assert hunt.finds(()) == []


LEAKS = """
import logging, os, subprocess, sys
from mailferry.model.secret import Secret
from tests.secret_hunt import plant
import pytest

TEXT = "pl4nted-Pferd"

@pytest.fixture(autouse=True)
def made():
    return Secret(TEXT)

def test_clean(tmp_path):
    (tmp_path / "x").write_text("nothing")

def test_planted(tmp_path):
    plant(tmp_path / "x", TEXT)

@pytest.mark.plants_secrets("on purpose")
def test_marked():
    print(TEXT)

def test_printed():
    print(TEXT)

def test_printed_and_read(capsys):
    print(TEXT.encode().hex())
    capsys.readouterr()

def test_logged():
    logging.getLogger("x").warning("with %s", TEXT)

def test_written(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.json").write_bytes(b"\\xff" + TEXT.encode())

def test_written_at_home():
    from pathlib import Path
    (Path.home() / "config").mkdir()
    (Path.home() / "config" / "leak").write_text(TEXT)

def test_in_arguments():
    subprocess.run([sys.executable, "-c", "pass", TEXT])

def test_in_an_environment():
    subprocess.run([sys.executable, "-c", "pass"], env={**os.environ, "P": TEXT})

async def test_in_arguments_of_asyncio():
    import asyncio
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "pass", TEXT)
    await process.wait()
"""


def test_leaks_fail_a_test_run(tmp_path: Path) -> None:
    file = tmp_path / "test_leaks.py"
    file.write_text(LEAKS, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n0", "-p", "tests.conftest", "-p", "no:cacheprovider"),
            *("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(file)),
        ],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200", "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "8 failed, 3 passed" in done.stdout, done.stdout + done.stderr
    for name in (
        "printed",
        "printed_and_read",
        "logged",
        "written",
        "written_at_home",
        "in_arguments",
        "in_an_environment",
        "in_arguments_of_asyncio",
    ):
        assert f"::test_{name} - a password that this test used was found" in done.stdout
