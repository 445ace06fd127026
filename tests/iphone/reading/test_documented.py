"""Every code of a warning is in the documentation, and those that iPhones refuse a file for come first."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from mailferry.iphone.reading.warning import DANGERS, FATAL, WarningCode

PAGE = Path(__file__).parents[3] / "docs" / "iphone.md"


def test_every_code_is_explained_in_its_order() -> None:
    section = PAGE.read_text("utf-8").partition("### Warnings")[2].partition("### ")[0]
    documented = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert documented == list(get_args(WarningCode))
    assert set(documented[: len(FATAL)]) == FATAL
    assert set(documented[len(FATAL) :][: len(DANGERS)]) == DANGERS
