"""How much a number of bytes is, for people."""

from __future__ import annotations


def say_size(octets: int) -> str:
    """Bytes in powers of ten, with one decimal where there is one to tell: `320 bytes`, `10.2 MB`, `1 GB`."""
    if octets < 1000:
        return "1 byte" if octets == 1 else f"{octets} bytes"
    size = octets / 1000
    for unit in ("kB", "MB"):
        if size < 999.95:
            return f"{_number(size)} {unit}"
        size /= 1000
    return f"{_number(size)} GB"


def _number(size: float) -> str:
    return f"{size:.1f}".removesuffix(".0")
