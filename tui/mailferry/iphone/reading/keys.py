"""The keys of one dictionary, by the types that they should have."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Mapping

from mailferry.iphone.reading.plist_value import Value

_WRITTEN_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_WRITTEN_SWITCH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Keys:
    """Looks keys up; what is absent, empty or of another type is None (`held_to_schema` tells of types).

    iOS takes an empty text for an absent one, and any kind of number for a number. A number written as text,
    and yes or no written as a number, make it refuse the file; what is meant is given all the same.
    """

    def __init__(self, values: Mapping[str, Value], payload: int | None = None) -> None:
        self.values = values
        self.payload = payload

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        return value if isinstance(value, str) and value else None

    def number(self, key: str) -> int | None:
        value = self.values.get(key)
        if isinstance(value, str) and _WRITTEN_NUMBER.fullmatch(value):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return int(value)

    def switch(self, key: str) -> bool | None:
        value = self.values.get(key)
        if isinstance(value, str):
            return _WRITTEN_SWITCH.get(value.strip().lower())
        return bool(value) if isinstance(value, int) and value in (0, 1) else None

    def data(self, key: str) -> bytes | None:
        value = self.values.get(key)
        return value if isinstance(value, bytes) else None

    def date(self, key: str) -> datetime.datetime | None:
        value = self.values.get(key)
        return value if isinstance(value, datetime.datetime) else None

    def dictionary(self, key: str) -> Mapping[str, Value]:
        value = self.values.get(key)
        return value if isinstance(value, dict) else {}

    @property
    def type(self) -> str:
        """The PayloadType; “” for none."""
        return self.text("PayloadType") or ""
