"""A defect of ours ends the program; what it prints then holds no password."""

from __future__ import annotations

import pytest

from mailferry.store.home import Home
from tests.ui.stage import staged


async def test_a_crash_prints_no_values(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    def crash() -> None:
        typed = "".join(reversed("2retnuh"))
        raise RuntimeError(f"a defect, with {len(typed)} letters at hand")

    async def run() -> None:
        async with staged(home) as stage:
            stage.app.call_later(crash)
            await stage.pilot.pause()

    with pytest.raises(RuntimeError, match="a defect"):
        await run()
    printed = capsys.readouterr()
    assert "a defect" in printed.err
    assert "hunter2" not in printed.out + printed.err
