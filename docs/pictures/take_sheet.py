"""Takes the pictures of a sheet: `make pictures`. Needs Chromium, and pdftoppm for the paper."""

from __future__ import annotations

import datetime
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

import msgspec
from tests.iphone.seeds import SEEDS
from tests.real.chromium import browser

from mailferry.iphone.account import Proof
from mailferry.iphone.sheet import sheets

FOLDER = Path(__file__).parent
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
NOW = datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)
MUM = msgspec.structs.replace(
    SEEDS["centurylink"],
    proof=Proof(day=NOW.date(), hosts=("mail.centurylink.net", "smtp.centurylink.net")),
)


def take() -> None:
    """Show a sheet as a phone does, by day and by night, and as it is printed."""
    with browser() as chromium, tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "sheet.html")
        page.write_text(sheets([MUM], form="html", now=NOW, person="Mum"), encoding="utf-8")
        for scheme in SCHEMES:
            chromium.open(page.as_uri(), wide=390, scheme=scheme)
            chromium.value("document.querySelectorAll('h2')[1].scrollIntoView()")
            (FOLDER / f"sheet-{scheme}.png").write_bytes(chromium.picture(whole=False))
        paper = Path(folder, "sheet.pdf")
        paper.write_bytes(chromium.printed("A4"))
        first = ["pdftoppm", "-r", "80", "-png", "-singlefile", str(paper), str(FOLDER / "sheet-paper")]
        subprocess.run(first, check=True)


if __name__ == "__main__":
    take()
