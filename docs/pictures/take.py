"""Takes the README's pictures of the running demo: `make pictures`. Needs Chromium, which draws them."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import tempfile
from pathlib import Path

os.environ.setdefault("COLORTERM", "truecolor")

from mailferry.demonstration import Demonstration
from mailferry.ui.app import MailferryApp

FOLDER = Path(__file__).parent
WEB_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def draw(svg: str, target: Path) -> None:
    """Turn a screenshot of Textual's into a PNG, with the fonts of this computer."""
    size = SIZE.search(svg)
    assert size is not None, "Textual's screenshots say how large they are"
    window = ",".join(str(round(float(each))) for each in size.groups())
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "picture.svg")
        source.write_text(WEB_FONTS.sub("", svg), encoding="utf-8")
        options = (
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-background-networking",
        )
        subprocess.run(
            [
                "chromium",
                *options,
                f"--user-data-dir={folder}/profile",
                f"--window-size={window}",
                f"--screenshot={target}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
        )


async def take() -> None:
    """Press the keys a reader would, and keep what the screen shows."""
    with Demonstration() as demonstration:
        app = MailferryApp(demonstration.workspace, demonstration.editor, demo=True)
        async with app.run_test(size=(100, 30)) as pilot:
            await pilot.press("T")
            await app.workers.wait_for_complete()
            await pilot.pause()
            main = app.export_screenshot()
            await pilot.press("j", "j", "j", "j", "j")
            await pilot.pause()
            mum = app.export_screenshot()
    draw(main, FOLDER / "main.png")
    draw(mum, FOLDER / "mum.png")


if __name__ == "__main__":
    asyncio.run(take())
