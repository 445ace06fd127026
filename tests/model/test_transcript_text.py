"""Transcripts as text: harmless, readable, and every byte can be had again."""

from __future__ import annotations

import unicodedata
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.model.account import Protocol, Security
from mailferry.model.cause import Stage
from mailferry.model.transcript import ServerTranscript, TranscriptLine
from mailferry.model.transcript_text import TranscriptError, as_text, from_text

LINES = st.builds(
    TranscriptLine,
    stage=st.sampled_from(get_args(Stage)),
    direction=st.sampled_from(("sent", "received", "note")),
    data=st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
)
TRANSCRIPTS = st.builds(
    ServerTranscript,
    role=st.sampled_from(("incoming", "outgoing")),
    protocol=st.sampled_from(get_args(Protocol)),
    host=st.text(min_size=1, max_size=20).filter(
        lambda text: text.encode("utf-8", "replace").decode() == text
    ),
    port=st.integers(1, 65535),
    security=st.sampled_from(get_args(Security)),
    lines=st.lists(LINES, max_size=8).map(tuple),
    cut=st.integers(0, 3) | st.just(99_999),
)


@given(st.lists(TRANSCRIPTS, min_size=1, max_size=3).map(tuple))
def test_every_byte_comes_back(transcripts: tuple[ServerTranscript, ...]) -> None:
    assert from_text(as_text(transcripts)) == transcripts


def test_remarks_are_for_people_alone() -> None:
    said = ServerTranscript(role="incoming", protocol="imap", host="x", port=993, security="tls")
    text = as_text([said], ["outgoing smtp x:465: not tested again\x1b[2J"])
    assert text.splitlines()[1] == "# remark: outgoing smtp x:465: not tested again\\x1b[2J"
    assert from_text(text) == (said,)


@given(st.lists(TRANSCRIPTS, min_size=1, max_size=2))
def test_nothing_in_it_steers_a_terminal(transcripts: list[ServerTranscript]) -> None:
    harmful = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not any(
        unicodedata.category(character) in harmful for character in as_text(transcripts).replace("\n", "")
    )


@given(st.text(max_size=200) | st.text(alphabet="#<>~[] \\x0aginomptls:1\n", max_size=200))
def test_any_text_is_a_transcript_or_a_plain_error(text: str) -> None:
    for candidate in (text, "# mailferry transcript 1\n# incoming imap mail.test:993 tls\n[auth]\n" + text):
        assert complaint(candidate).startswith(("line ", "none"))


def complaint(text: str) -> str:
    """What reading a text says against it."""
    try:
        from_text(text)
    except TranscriptError as error:
        return str(error)
    return "none"


SAMPLE = """\
# mailferry transcript 1
# incoming imap mail.example.com:993 tls, 1 line left out of the middle

[tls]
~ TLS 1.3, TLS_AES_256_GCM_SHA384

[greeting]
< * OK Grüße \\x1b[31m\\xff \\\\ bye\\x20

[capability]
> A1 CAPABILITY
<
"""


def test_it_looks_like_this() -> None:
    (transcript,) = from_text(SAMPLE)
    assert transcript.cut == 1
    assert [line.data for line in transcript.lines] == [
        b"TLS 1.3, TLS_AES_256_GCM_SHA384",
        "* OK Grüße \x1b[31m".encode() + b"\xff \\ bye ",
        b"A1 CAPABILITY",
        b"",
    ]
    assert as_text([transcript]).rstrip() == SAMPLE.rstrip()


def test_what_mail_and_editors_do_to_a_file_does_no_harm() -> None:
    mangled = "\ufeff" + SAMPLE.replace("\n", "\r\n")
    assert from_text(mangled) == from_text(SAMPLE)


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("", 1),
        ("# mailferry transcript 2", 1),
        ("# mailferry transcript 1", 1),
        ("# mailferry transcript 1\n# incoming gopher h:1 tls", 2),
        ("# mailferry transcript 1\n# incoming imap h:0 tls", 2),
        ("# mailferry transcript 1\n# incoming imap h:1 tls\n[noon]", 3),
        ("# mailferry transcript 1\n# incoming imap h:1 tls\n< x", 3),
        ("# mailferry transcript 1\n[auth]\n< x", 3),
        ("# mailferry transcript 1\n# incoming imap h:1 tls\n[auth]\nhello", 4),
        ("# mailferry transcript 1\n# incoming imap h:1 tls\n[auth]\n<x", 4),
        ("# mailferry transcript 1\n# incoming imap h:1 tls\n[auth]\n< \\q", 4),
        ("# mailferry transcript 1\n# incoming imap h:1 tls\n[auth]\n< \udcff", 4),
    ],
)
def test_an_error_names_the_line(wrong: str, line: int) -> None:
    with pytest.raises(TranscriptError, match=rf"^line {line}: ") as caught:
        from_text(wrong)
    assert str(caught.value).isprintable()
