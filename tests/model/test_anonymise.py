"""Whose account it is, is left out in every form; what helps to find the fault stays."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.model.anonymise import ADDRESS, Anonymiser
from mailferry.model.disguise import views
from mailferry.model.transcript import ServerTranscript, TranscriptLine

MARY = Anonymiser(
    "mary.example@family.test", ["maryx", "mary.example@family.test"], ["Mary Example-Müller", "Mum"]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no mailbox for mary.example@family.test here", "no mailbox for joe@example.org here"),
        ("MARY.EXAMPLE@FAMILY.TEST", "joe@example.org"),
        ("user maryx, Maryx; not maryxy", "user user, user; not maryxy"),
        ("mary.example does not exist", "user does not exist"),
        ("welcome, Mary Example-Müller", "welcome, Joe Example"),
        ("welcome, MARY EXAMPLE-MÜLLER", "welcome, Joe Example"),
        ("dear Mum, not Mumble", "dear Joe Example, not Mumble"),
        ("imap.family.test:993", "imap.example.org:993"),
        ("nofamily.test", "nofamily.test"),
        ("EHLO [192.168.7.5]", "EHLO [192.0.2.1]"),
        ("EHLO [IPv6:2001:db8::5]", "EHLO [192.0.2.1]"),
        ("250 Hello p5b.dip0.isp.example [84.1.2.3], nice", "250 Hello [192.0.2.1], nice"),
        (
            "250 mail.test at your service (84.1.2.3)",
            "250 mail.test at your service [192.0.2.1]",
        ),
        ("* OK [CAPABILITY IMAP4rev1] 17.2.3.4 ready", "* OK [CAPABILITY IMAP4rev1] 17.2.3.4 ready"),
        ("mary%2Eexample%40family.test", "joe@example.org"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert MARY.text(text) == expected


def test_the_name_in_base64_is_hidden() -> None:
    asked = base64.b64encode(b"mary.example@family.test")
    assert MARY.data(b"334 " + asked) == "334 •••".encode()
    assert b"family" not in base64.b64decode(
        MARY.data(base64.b64encode(b"user=maryx!")).replace("•••".encode(), b"")
    )


_CHALLENGE = (
    b"NTLMSSP\0\x02\0\0\0\x08\0\x08\0\x38\0\0\0\x05\x82\x89\x62"
    + bytes(16)
    + "FAMILYHQ".encode("utf-16-le")
    + "srv7.corp.brother.example".encode("utf-16-le")
)


@pytest.mark.parametrize("before", [b"334 ", b"+ ", b"AUTHENTICATE NTLM ", b'{"said":"'])
def test_what_a_server_says_of_itself_by_ntlm_is_hidden_whole(before: bytes) -> None:
    told = MARY.data(before + base64.b64encode(_CHALLENGE))
    assert told.rstrip(b"=") == before + "•••".encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("padding", [0, 1, 2, 3])
def test_the_domain_in_utf_16_inside_base64_is_hidden(encoding: str, padding: int) -> None:
    wide = base64.b64encode(b"\7" * padding + "at Mail.Family.TEST.".encode(encoding))
    told = MARY.data(b"334 " + wide)
    assert "•••".encode() in told
    assert not any("Family".encode(encoding) in view.data for view in views(told))


def test_words_that_tell_whose_it_is_in_another_way() -> None:
    mary = Anonymiser("mary@family.test", telling=["sha256:00ff", "00:ff", "Family CA"])
    assert mary.text("SHA256:00FF, 00:FF, from Family CA, family.test") == "•••, •••, from •••, example.org"


def test_of_two_finds_that_overlap_nothing_is_left() -> None:
    mary = Anonymiser("mary@family.test", names=["the mary", "mary brown"])
    assert "brown" not in mary.text("by the mary brown")


def test_a_providers_domain_stays() -> None:
    joe = Anonymiser("joe.doe@gmail.com", ["joe.doe@gmail.com"], public=["GMAIL.com"])
    assert joe.text("joe.doe@gmail.com at imap.gmail.com") == "joe@example.org at imap.gmail.com"


def test_an_international_domain_in_both_forms() -> None:
    eva = Anonymiser("eva@xn--bcher-kva.example")
    assert eva.text("eva@bücher.example, imap.xn--bcher-kva.example") == "joe@example.org, imap.example.org"


def test_common_and_short_names_stay() -> None:
    info = Anonymiser("imap@family.test", ["al"])
    assert info.text("* IMAP ready, al all") == "* IMAP ready, al all"
    assert info.text("imap@family.test") == "joe@example.org"


def test_transcripts() -> None:
    line = TranscriptLine(stage="auth", direction="received", data=b"A1 NO no maryx")
    transcript = ServerTranscript(
        role="incoming", protocol="imap", host="mail.family.test", port=993, security="tls", lines=(line,)
    )
    told = MARY.transcript(transcript)
    assert told.host == "mail.example.org"
    assert told.lines[0].data == b"A1 NO no user"


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    assert b"mary.example@family.test" not in MARY.data(data + b" mary.example@family.test")


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=40))
def test_any_account(address: str, name: str, text: str) -> None:
    Anonymiser(address, [name], [name]).text(text)


def test_typographic_quotes_end_a_word() -> None:
    hide = Anonymiser("mary@example.net", ["mary"])
    assert hide.text("it is “mary@example.net” – or ‘mary’") == f"it is “{ADDRESS}” – or ‘user’"
