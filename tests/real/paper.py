"""What stands on printed pages and pictures of the screen, by the tools of poppler and ZBar."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path

from tests.real.servers import program


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    told = subprocess.run([program("pdfinfo"), "-"], input=pdf, capture_output=True, check=True).stdout
    return int(told.split(b"Pages:")[1].split()[0])


def codes(picture: bytes, folder: Path) -> list[str]:
    """What the QR codes of a picture hold."""
    path = folder / "picture.png"
    path.write_bytes(picture)
    found = subprocess.run(
        [program("zbarimg"), "-q", "--raw", str(path)], capture_output=True, text=True, check=False
    )
    return found.stdout.split()


def written(pdf: bytes) -> str:
    """All that is written on paper, without blanks and line ends, `closed_up`."""
    command = [program("pdftotext"), "-raw", "-", "-"]
    return closed_up(subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode())


def closed_up(text: str) -> str:
    """Without hyphens too, soft ones and those that pdftotext leaves out where a line ends."""
    return "".join(text.replace("-", "").replace("\u00ad", "").split())


def columns(pdf: bytes) -> list[tuple[tuple[int, bool], str]]:
    """The words of a PDF in the order in which they are read; of each its page, and whether it is right."""
    command = [program("pdftotext"), "-bbox", "-", "-"]
    told = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
    found = []
    for number, page in enumerate(told.split("<page ")[1:]):
        middle = float(page.split('width="')[1].split('"')[0]) / 2
        for x, word in re.findall(r'<word xMin="([\d.]+)"[^>]*>([^<]*)</word>', page):
            found.append(((number, float(x) > middle), unescape(word)))
    return found
