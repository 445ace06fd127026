"""Sizes are written in one way, wherever they are told."""

from __future__ import annotations

import pytest

from mailferry.model.byte_size import say_size


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (999_949, "999.9 kB"),
        (999_951, "1 MB"),
        (1_000_000, "1 MB"),
        (10_240_000, "10.2 MB"),
        (5_000_000_000, "5 GB"),
        (12_345_000_000_000, "12345 GB"),
    ],
)
def test_bytes_in_words(octets: int, words: str) -> None:
    assert say_size(octets) == words
