"""A server may wrap, cut or break what it repeats: the secret is covered all the same."""

from __future__ import annotations

import base64
import html
import json
import quopri
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.checks.masking import MASK, Masks
from mailferry.checks.transcript import Transcript
from mailferry.model.disguise import views
from mailferry.model.transcript import TranscriptLine

PASSWORD = "s3cret-Pferd"
MASKED = MASK.encode()

WRAPPINGS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda text: text,
    "capitals": bytes.upper,
    "base64": base64.b64encode,
    "base64 of a sentence": lambda text: base64.b64encode(b"you said: " + text + b"!"),
    "base64 one byte later": lambda text: base64.b64encode(b"x" + text),
    "base64 two bytes later": lambda text: base64.b64encode(b"xy" + text + b"z"),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(b"???>>>" + text),
    "base64 in words": lambda text: b"error=" + base64.b64encode(text) + b";",
    "base64 in chunks": lambda text: b" ".join(
        base64.b64encode(b"a" + text)[place : place + 5] for place in range(0, 24, 5)
    ),
    "base64 twice": lambda text: base64.b64encode(b"a" + base64.b64encode(b"ab" + text)),
    "JSON in base64": lambda text: base64.b64encode(json.dumps({"e": text.decode()}).encode()),
    "JSON": lambda text: json.dumps(text.decode()).encode(),
    "JSON with numbers": lambda text: (
        b"".join(b"\\u%04x" % byte for byte in text.decode().encode("utf-16-be")[1::2])
        if text.isascii()
        else json.dumps(text.decode()).encode()
    ),
    "quoted for IMAP": lambda text: b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"',
    "quoted-printable": lambda text: quopri.encodestring(text, quotetabs=True).rstrip(b"=\n"),
    "all quoted-printable": lambda text: b"".join(b"=%02X" % byte for byte in text),
    "percent": lambda text: urllib.parse.quote(text).encode(),
    "percent with plus": lambda text: urllib.parse.quote_plus(text).encode(),
    "all percent": lambda text: b"".join(b"%%%02x" % byte for byte in text),
    "HTML": lambda text: html.escape(text.decode()).encode(),
    "HTML by number": lambda text: "".join(f"&#{ord(letter)};" for letter in text.decode()).encode(),
    "HTML by hexadecimal number": lambda text: "".join(
        f"&#x{ord(letter):x};" for letter in text.decode()
    ).encode(),
    "hexadecimal": lambda text: text.hex().encode(),
    "hexadecimal in capitals": lambda text: text.hex().upper().encode(),
    "hexadecimal with colons": lambda text: text.hex(":").encode(),
    "hexadecimal after a digit": lambda text: b"0x7" + text.hex().encode(),
    "escaped bytes": lambda text: "".join(f"\\x{byte:02x}" for byte in text).encode(),
    "octal": lambda text: "".join(f"\\{byte:03o}" for byte in text).encode(),
    "UTF-16": lambda text: text.decode().encode("utf-16-le") if text.isascii() else text,
    "with blanks": lambda text: b" ".join(text[place : place + 3] for place in range(0, len(text), 3)),
}


def readings(line: bytes) -> set[bytes]:
    return {view.data.lower() for view in views(line)}


def pieces_left(covered: bytes, secret: bytes, size: int) -> list[bytes]:
    """Pieces of a secret that can still be read between the masks."""
    return [
        reading
        for part in covered.split(MASKED)
        for reading in readings(part)
        for start in range(len(secret) - size)
        if secret[start : start + size].lower() in reading
    ]


@pytest.mark.parametrize("password", [PASSWORD, 'quo"te\\s & <so>', "grün€🐎"])
@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_every_wrapping_is_seen_through(wrapping: str, password: str) -> None:
    masks = Masks()
    masks.conceal([password.encode()])
    wrapped = WRAPPINGS[wrapping](password.encode())
    line = b"535 5.7.8 you said " + wrapped + b" and that is wrong"
    covered = masks.cover(line, 2_000)
    assert MASKED in covered
    assert covered.startswith(b"535 5.7.8 you said")
    assert covered.endswith(b"and that is wrong")
    assert not pieces_left(covered, password.encode(), 4)


@given(
    secret=st.binary(min_size=6, max_size=40).filter(lambda secret: secret.strip() == secret),
    before=st.binary(max_size=20),
    after=st.binary(max_size=20),
    wrap=st.sampled_from([base64.b64encode, lambda text: text, lambda text: text.hex().encode()]),
)
def test_no_reading_of_a_covered_line_holds_the_secret(
    secret: bytes, before: bytes, after: bytes, wrap: Callable[[bytes], bytes]
) -> None:
    masks = Masks()
    masks.conceal([secret])
    covered = masks.cover(wrap(before + secret + after), 2_000)
    assert secret not in covered
    assert not any(secret.lower() in reading for reading in readings(covered.replace(MASKED, b"\n\n")))


@given(st.lists(st.binary(max_size=40), max_size=4), st.lists(st.binary(max_size=80), max_size=6))
def test_any_line_can_be_covered(secrets: list[bytes], lines: list[bytes]) -> None:
    masks = Masks()
    masks.conceal(secrets)
    for line in lines:
        covered, _ = masks.cover_next(line, 30)
        assert len(covered) <= 30 * (1 + len(MASKED))


@given(st.binary(max_size=300))
def test_without_secrets_a_line_is_as_it_was(line: bytes) -> None:
    assert Masks().cover(line, 2_000) == line


@given(st.binary(max_size=120), st.data())
def test_a_place_in_a_reading_is_a_place_in_the_line(line: bytes, data: st.DataObject) -> None:
    view = data.draw(st.sampled_from(list(views(line))))
    if view.data:
        start = data.draw(st.integers(0, len(view.data) - 1))
        end = data.draw(st.integers(start + 1, len(view.data)))
        first, after = view.locate(start, end)
        assert 0 <= first < after <= len(line)


@pytest.mark.parametrize("kept", range(6, 12))
@pytest.mark.parametrize("ending", [b"", b"...", "…".encode(), b'"', b" ...)"])
def test_a_cut_echo_is_covered(kept: int, ending: bytes) -> None:
    masks = Masks()
    masks.conceal([PASSWORD.encode()])
    assert (
        masks.cover(b"550 bad: " + PASSWORD[:kept].encode() + ending, 2_000) == b"550 bad: " + MASKED + ending
    )
    assert (
        masks.cover(b"550 " + PASSWORD[-kept:].encode() + b" is bad", 2_000) == b"550 " + MASKED + b" is bad"
    )


def test_a_cut_echo_in_base64_is_covered() -> None:
    masks = Masks()
    masks.conceal([PASSWORD.encode()])
    echo = base64.b64encode(b"you said: " + PASSWORD.encode())[:-6]
    assert not pieces_left(masks.cover(b"535 " + echo, 2_000), PASSWORD.encode(), 4)


def test_a_secret_at_our_own_cut_leaves_no_piece() -> None:
    for length in range(1_980, 2_005):
        masks = Masks()
        masks.conceal([PASSWORD.encode()])
        covered = masks.cover(b"x" * length + PASSWORD.encode() + b"y" * 9_000, 2_000)
        assert b"s" not in covered
        assert len(covered) < 2_000 + len(MASKED)


def said(lines: tuple[TranscriptLine, ...]) -> bytes:
    return b"|".join(line.data for line in lines)


@pytest.mark.parametrize("broken", range(1, len(PASSWORD)))
def test_a_secret_broken_over_two_lines(broken: int) -> None:
    transcript = Transcript()
    transcript.conceal([PASSWORD.encode()])
    transcript.received(b"535-5.7.8 bad: " + PASSWORD[:broken].encode() + b"\r\n")
    transcript.received(b"535 5.7.8 " + PASSWORD[broken:].encode() + b" there\r\n")
    expected = b"535-5.7.8 bad: " + MASKED, b"535 5.7.8 " + MASKED + b" there"
    assert transcript.heard == expected
    assert said(transcript.lines) == b"|".join(expected)


def test_a_long_token_wrapped_over_many_lines() -> None:
    token = base64.b64encode(bytes(range(200)))
    transcript = Transcript()
    transcript.conceal([token])
    for place in range(0, len(token), 50):
        transcript.received(b"334-" + token[place : place + 50] + b"\r\n")
    assert said(transcript.lines) == b"|".join([b"334-" + MASKED] * 6)


def test_a_secret_in_pieces_of_one_read() -> None:
    transcript = Transcript()
    transcript.conceal([PASSWORD.encode()])
    transcript.received(b"* OK {5}\r\nab s3c")
    transcript.received(b"ret-Pferd)\r\n")
    assert transcript.heard == (b"* OK {5}", b"ab " + MASKED + b")")


def test_ordinary_words_of_servers_stay() -> None:
    masks = Masks()
    masks.conceal([b"password-123", b"my-authentication"])
    for line in (b"535 wrong password", b"A1 NO authentication failed", b"A1 NO [AUTHENTICATIONFAILED] no"):
        assert masks.cover(line, 2_000) == line
    assert masks.cover(b"535 password-123 is wrong", 2_000) == b"535 " + MASKED + b" is wrong"


def test_a_secret_like_a_protocol_word_leaves_the_protocol() -> None:
    masks = Masks()
    masks.conceal([b"no", b"1"])
    assert (
        masks.cover(b"A1 NO no, 1 is wrong; YWJj", 2_000)
        == b"A1 NO " + MASKED + b", " + MASKED + b" is wrong; YWJj"
    )
