"""The gate for passwords hands every place on."""

from __future__ import annotations

import threading

import pytest

from mailferry.checks.refusals import RefusalGate


class _Budget:
    limit = 1

    def count(self, host: str, port: int) -> int:
        return 0

    def add(self, host: str, port: int) -> None:
        raise AssertionError("nothing was refused")


def test_who_misses_the_notice_looks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = RefusalGate(_Budget())
    gate.enter("mail.test", 993, threading.Event())

    def miss(timeout: float) -> bool:
        """A wait that times out in the moment in which the place becomes free, and so is not told."""
        monkeypatch.undo()
        gate.leave("mail.test", 993, "neither")
        return False

    monkeypatch.setattr(gate._changed, "wait", miss)
    waiting = threading.Thread(target=gate.enter, args=("mail.test", 993, threading.Event()), daemon=True)
    waiting.start()
    waiting.join(10)
    assert not waiting.is_alive()
