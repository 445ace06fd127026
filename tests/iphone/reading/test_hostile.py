"""Profiles made to do harm: read or refused, at once, and never with anything else."""

from __future__ import annotations

import contextlib
import datetime
import plistlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.iphone.reading.profile import read_profile
from mailferry.iphone.reading.refused import RefusedProfileError
from mailferry.iphone.reading.report import ProfileReport
from tests.iphone.reading.shapes import MAILCOW, PLESK, SHAPES, mail, profile, xml

NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)

_LEAVES: st.SearchStrategy[Any] = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.booleans(),
    st.binary(max_size=20),
    st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2100, 1, 1)),  # noqa: DTZ001  plistlib's
)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
_KEYS = sorted({key for shape in SHAPES.values() for part in shape["PayloadContent"] for key in part})


def read_or_refused(data: bytes) -> None:
    with contextlib.suppress(RefusedProfileError):
        assert isinstance(read_profile(data, now=NOW), ProfileReport)


@given(st.dictionaries(st.sampled_from(_KEYS), _VALUES, max_size=6), st.sampled_from(list(SHAPES)))
def test_any_value_at_any_key_of_a_payload(keys: dict[str, Any], shape: str) -> None:
    changed = {**SHAPES[shape], "PayloadContent": [{**SHAPES[shape]["PayloadContent"][0], **keys}]}
    for form in (plistlib.FMT_XML, plistlib.FMT_BINARY):
        read_or_refused(plistlib.dumps(changed, fmt=form))


@given(st.dictionaries(st.sampled_from([*sorted(PLESK), "ConsentText", "RemovalDate"]), _VALUES, max_size=6))
def test_any_value_at_any_key_at_the_top(keys: dict[str, Any]) -> None:
    read_or_refused(xml({**profile(mail()), **keys}))


@given(
    st.sampled_from(list(SHAPES)),
    st.lists(st.tuples(st.integers(0, 9_999), st.binary(min_size=1, max_size=4)), max_size=5),
)
def test_any_damage(shape: str, changes: list[tuple[int, bytes]]) -> None:
    data = xml(SHAPES[shape])
    for place, octets in changes:
        at = place % len(data)
        data = data[:at] + octets + data[at + 1 :]
    read_or_refused(data)


@given(st.binary(max_size=64))
def test_what_looks_signed(noise: bytes) -> None:
    read_or_refused(b"\x30" + noise)
    read_or_refused(b"\x30\x82\x10\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + noise)
    read_or_refused(b"-----BEGIN PKCS7-----\n" + noise)


def test_thousands_of_faults_are_told_as_far_as_anybody_reads() -> None:
    keys: dict[str, Any] = {f"Kex{number}": number for number in range(20_000)}
    report = read_profile(xml(profile(mail(**keys))), now=NOW)
    assert len(report.warnings) == 500


def test_many_accounts_are_all_read() -> None:
    many = [
        mail(
            number=1,
            PayloadUUID=f"6F1E2C50-8C2B-4B5B-9E0C-{number:012X}",
            PayloadIdentifier=f"org.example.{number}",
            IncomingMailServerUsername=f"u{number}",
        )
        for number in range(1_000)
    ]
    report = read_profile(xml(profile(*many)), now=NOW)
    assert (len(report.accounts), report.warnings) == (1_000, ())


@pytest.mark.parametrize("cut", [2, 10, 100, 1_000])
def test_a_file_that_breaks_off_is_refused(cut: int) -> None:
    with pytest.raises(RefusedProfileError):
        read_profile(xml(MAILCOW)[:-cut], now=NOW)
