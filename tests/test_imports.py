"""What the import contracts cannot see: which library a room may use, and what a command pays for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tui" / "mailferry"

OWNERS = {
    "click": {"cli"},
    "msgspec": None,  # the language of the model: every room may speak it
    "platformdirs": {"store"},
    "tomlkit": {"store"},
    "tomllib": {"store"},
    "idna": {"model"},
    "keyring": {"secrets"},
    "secretstorage": {"secrets"},
    "imapclient": {"checks"},
    "imaplib": {"checks"},
    "poplib": {"checks"},
    "smtplib": {"checks"},
    "dns": {"catalog"},
    "httpx": {"catalog"},
    "defusedxml": {"catalog"},
    "cryptography": {"checks", "iphone", "sandbox"},
    "spnego": {"checks"},
    "jinja2": {"iphone"},
    "plistlib": {"iphone"},
    "segno": {"iphone"},
    "asn1crypto": {"iphone"},
    "h11": {"iphone"},
    "ifaddr": {"iphone"},
    "textual": {"ui"},
    "rich": {"ui"},
    "twisted": {"sandbox"},
    "OpenSSL": {"sandbox"},
    "zope": {"sandbox"},
}


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize(
    "file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: str(file.relative_to(PACKAGE))
)
def test_each_library_is_imported_in_its_own_room(file: Path) -> None:
    room = file.relative_to(PACKAGE).parts[0]
    for name in _imports(file):
        if name == "mailferry" or (name in sys.stdlib_module_names and name not in OWNERS):
            continue
        assert name in OWNERS, f"{name} is nobody's library"
        owners = OWNERS[name]
        assert owners is None or room in owners, f"{name} belongs to {owners}"


@pytest.mark.parametrize(
    "arguments", [["--version"], ["list"], ["lookup", "joe@me.com", "--offline"]], ids=lambda each: each[0]
)
def test_a_quick_command_does_not_pay_for_what_it_does_not_use(arguments: list[str], tmp_path: Path) -> None:
    heavy = [
        "textual",
        "rich",
        "keyring",
        "imapclient",
        "dns",
        "httpx",
        "defusedxml",
        "cryptography",
        "spnego",
        "jinja2",
        "segno",
        "asn1crypto",
        "h11",
        "ifaddr",
        "plistlib",
        "twisted",
        "tomlkit",
        "asyncio",
    ]
    code = (
        "import sys\n"
        "from mailferry.cli.main import main\n"
        f"try: main({['--home', str(tmp_path), *arguments]!r})\n"
        f"finally: print(*[name for name in {heavy!r} if name in sys.modules], file=sys.stderr)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr.splitlines()[-1] == "", run.stderr
