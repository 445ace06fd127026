"""Property lists from strangers: what is read, what is kept as malformed, what is refused in words."""

from __future__ import annotations

import contextlib
import datetime
import plistlib
import struct
import zipfile
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.iphone.reading.plist import parse_plist
from mailferry.iphone.reading.plist_value import Malformed, Plist
from mailferry.iphone.reading.refused import RefusedProfileError

WHOLE: dict[str, Any] = {
    "Text": "Mary & Co <x> 🚢 עברית",
    "Number": 993,
    "Negative": -5,
    "Big": 2**63,
    "Real": 1.5,
    "Yes": True,
    "No": False,
    "Data": b"\x00\x01\xff",
    "List": [1, [2, {"Three": "3"}]],
    "Empty": {},
}


def xml(inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><plist version="1.0">{inside}</plist>'.encode()


def refused(data: bytes) -> str:
    with pytest.raises(RefusedProfileError) as caught:
        parse_plist(data)
    return str(caught.value)


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_both_forms_are_read_as_written(form: plistlib.PlistFormat) -> None:
    written = {**WHOLE, "Date": datetime.datetime(2026, 11, 20, 1, 2, 3)}  # noqa: DTZ001  plistlib's dates
    read = parse_plist(plistlib.dumps(written, fmt=form))
    assert read == Plist({**WHOLE, "Date": datetime.datetime(2026, 11, 20, 1, 2, 3, tzinfo=datetime.UTC)}, ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read(encoding: str) -> None:
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    text = f'<?xml version="1.0" encoding="{name}"?><plist><string>Bücher</string></plist>'
    assert parse_plist(text.encode(encoding)).value == "Bücher"


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("<integer></integer>", "integer"),
        ("<integer>99_3</integer>", "integer"),
        ("<integer>٩</integer>", "integer"),
        ("<integer>99999999999999999999</integer>", "integer"),
        ("<integer>" + "9" * 9999 + "</integer>", "integer"),
        ("<real>nothing</real>", "real"),
        ("<real>" + "1" * 9999 + "</real>", "real"),
        ("<date>2026-02-31T00:00:00Z</date>", "date"),
        ("<date>tomorrow</date>", "date"),
        ("<data>ü</data>", "data"),
        ("<data>A</data>", "data"),
    ],
)
def test_a_malformed_value_is_kept_in_its_place(element: str, kind: str) -> None:
    value = parse_plist(xml(f"<dict><key>a</key>{element}<key>b</key><true/></dict>")).value
    assert isinstance(value, dict)
    assert isinstance(value["a"], Malformed)
    assert value["a"].kind == kind
    assert value["b"] is True


def test_numbers_have_the_forms_that_apple_reads() -> None:
    values = "<array><integer> 993 </integer><integer>0x3E1</integer><integer>+1</integer></array>"
    assert parse_plist(xml(values)).value == [993, 993, 1]


def test_a_key_that_stands_twice_is_told_and_the_last_one_counts() -> None:
    read = parse_plist(xml("<dict><key>a</key><true/><key>a</key><false/></dict>"))
    assert read == Plist({"a": False}, ("a",))


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<dict><string>a</string></dict>", "no key"),
        ("<dict><key>a</key></dict>", "no value"),
        ("<dict><key>a</key><key>b</key></dict>", "key stands where a value should"),
        ("<key>a</key>", "key stands where a value should"),
        ("<int>5</int>", "<int> is nothing"),
        ("<string>a<b/></string>", "<b> stands inside <string>"),
        ("<true/><true/>", "second value"),
        ("<dict>stray</dict>", "text stands"),
        ("", "nothing in it"),
        ("<plist><true/></plist>", "<plist> is nothing"),
        ("<\x1b/>", "not XML"),
    ],
)
def test_what_no_property_list_has_is_refused_with_its_line(inside: str, words: str) -> None:
    assert words in refused(xml(inside))


def test_entities_are_refused_whatever_they_are_for() -> None:
    laughs = '<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    outside = '<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    parameter = '<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY % p SYSTEM "http://127.0.0.1/x">%p;]>'
    for head in (laughs, outside, parameter):
        assert "entities" in refused(f"{head}<plist><string>&b;</string></plist>".encode())


def test_the_document_type_is_not_fetched() -> None:
    head = b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC "x" "http://127.0.0.1:1/nothing.dtd">'
    assert parse_plist(head + b"<plist><true/></plist>").value is True


@pytest.mark.parametrize("name", ["array", "dict"])
def test_deep_nesting_is_refused(name: str) -> None:
    level = f"<{name}>" + ("<key>k</key>" if name == "dict" else "")
    assert "levels deep" in refused(xml(level * 5_000))


def test_too_many_values_are_refused() -> None:
    assert "far more than" in refused(xml("<array>" + "<true/>" * 300_000 + "</array>"))


def test_a_giant_file_is_refused_by_its_size() -> None:
    assert "8 MiB" in refused(b" " * (8 << 20) + b" ")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b'{"a": 1}', "JSON"),
        (b"[1]", "JSON"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\xef\xbb\xbf <HTML>", "web page"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="x">', "web page"),
        (b"MIME-Version: 1.0\nContent-Type: application/x-pkcs7-mime", "mail message"),
        (b'Content-Type: multipart/signed; boundary="x"', "mail message"),
        (b"-----BEGIN CERTIFICATE-----", "PEM"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
        (b"bplist15", "binary property list of a kind"),
        (b"\x30\x82\x01", "DER"),
        (b"\xff\xfe\x00\x00", "no property list"),
        (b"hello", "no property list"),
        (b"\n<?xml version='1.0'?><plist><true/></plist>", "before the XML declaration"),
        (b"<?xml version='1.0' encoding='no-such'?><plist/>", "encoding"),
        (b"<?xml version='1.0'?><plist><string>\xff</string></plist>", "not XML"),
        (b"<?xml version='1.0'?><plist><string>a & b</string></plist>", "&amp;"),
        (b"<?xml version='1.0'?><plist><dict><key>a", "breaks off"),
        (b"<?xml version='1.0'?><plist></dict></plist>", "not XML"),
    ],
)
def test_what_it_is_instead_is_said(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_an_archive_is_named() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.mobileconfig", "x")
    assert "ZIP" in refused(packed.getvalue())


def binary(objects: list[bytes], *, top: int = 0, count: int | None = None) -> bytes:
    """A binary property list of these objects, references of one byte each."""
    body, offsets = b"bplist00", b""
    for each in objects:
        offsets += struct.pack(">Q", len(body))
        body += each
    trailer = struct.pack(">6xBBQQQ", 8, 1, len(objects) if count is None else count, top, len(body))
    return body + offsets + trailer


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (binary([b"\xa1\x00"]), "refers to itself"),
        (binary([b"\xa1\x01", b"\xa1\x00"]), "refers to itself"),
        (binary([b"\xd1\x01\x00", b"\x51a"]), "refers to itself"),
        (binary([b"\xa8" + bytes([n + 1] * 8) for n in range(20)] + [b"\x09"]), "far more than"),
        (binary([b"\xaf\x12\xff\xff\xff\xff"]), "far more than"),
        (binary([b"\x4f\x13\xff\xff\xff\xff\xff\xff\xff\xff"]), "far more than"),
        (binary([b"\x5f\x14aaaa"]), "damaged"),
        (binary([b"\x5f\x51a"]), "damaged"),
        (binary([b"\xa1\x09"]), "damaged"),
        (binary([b"\xd1\x01\x01", b"\x09"]), "key that is no text"),
        (binary([b"\x70"]), "damaged"),
        (binary([b"\x1f" + b"a" * 99]), "damaged"),
        (binary([b"\x09"], top=7), "damaged"),
        (binary([b"\x09"], count=1 << 60), "damaged"),
        (b"bplist00", "damaged"),
    ],
)
def test_tricks_in_binary_files_are_refused(data: bytes, words: str) -> None:
    assert words in refused(data)


def test_overlapping_data_does_not_multiply() -> None:
    blob = b"\x4f\x12\x00\x0f\xff\xf0" + b"a" * 0xFFFF0
    every = bytes([0xAF, 0x11, 0x01, 0x00]) + b"\x01" * 256
    assert "far more than" in refused(binary([every, blob]))


@pytest.mark.parametrize(
    "written",
    [
        b"\x33" + struct.pack(">d", float("nan")),
        b"\x33" + struct.pack(">d", 1e300),
        b"\x00",
        b"\x81\x00\x01",
        b"\x62\xd8\x00\xd8\x00",
        b"\x51\xff",
        b"\x14\x7f" + b"\xff" * 15,
    ],
)
def test_odd_values_in_binary_files_are_malformed(written: bytes) -> None:
    assert isinstance(parse_plist(binary([written])).value, Malformed)


_SOUND = [plistlib.dumps(WHOLE, fmt=form) for form in (plistlib.FMT_XML, plistlib.FMT_BINARY)]


@given(
    st.sampled_from(_SOUND),
    st.lists(st.tuples(st.integers(0, 2_000), st.integers(0, 255)), max_size=8),
    st.integers(0, 2_000),
)
def test_whatever_was_damaged_is_read_or_refused(
    sound: bytes, changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(sound)
    for place, octet in changes:
        data[place % len(data)] = octet
    for each in (bytes(data), bytes(data[:length])):
        with contextlib.suppress(RefusedProfileError):
            assert isinstance(parse_plist(each), Plist)


@given(st.binary(max_size=200))
def test_binary_noise_is_read_or_refused(noise: bytes) -> None:
    for data in (noise, b"bplist00" + noise, b"<?xml version='1.0'?><plist>" + noise):
        with contextlib.suppress(RefusedProfileError):
            assert isinstance(parse_plist(data), Plist)
