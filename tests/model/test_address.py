from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.model.address import Address, AddressError, domain_to_ascii, parse_address


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("joe@example.com", "joe@example.com"),
        (" joe@q.com. ", "joe@q.com"),
        ("Anna.B@MSN.COM", "Anna.B@msn.com"),
        ("eva@bücher.example", "eva@xn--bcher-kva.example"),
        ("eva@xn--bcher-kva.example", "eva@xn--bcher-kva.example"),
        ("joe+shop@gmail.com", "joe+shop@gmail.com"),
        ('"john doe"@example.com', '"john doe"@example.com'),
        ('"a@b"@example.com', '"a@b"@example.com'),
    ],
)
def test_addresses_as_people_type_them(typed: str, read: str) -> None:
    assert str(parse_address(typed)) == read


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "an address is needed"),
        ("   ", "an address is needed"),
        ("joe", "has no @"),
        ("@example.com", "nothing before the @"),
        ("joe@", "domain after the @ is missing"),
        ("joe@@example.com", "more than one @"),
        ("jo e@example.com", "blank inside"),
        ("joe@exa mple.com", "blank inside"),
        ("joe@example..com", "two dots"),
        ("joe@.example.com", "two dots in a row or begins with one"),
        ("joe@-example.com", "not a domain name"),
        ("joe@exam_ple!.com", "not a domain name"),
        ("joe\x1b[31m@example.com", "control character"),
        ("<joe@example.com>", "cannot have"),
        ("x" * 65 + "@example.com", "longer than 64"),
        ("joe@" + "a." * 130 + "com", "longer than 255"),
        ("joe@" + "a" * 64 + ".com", "not a domain name"),
        ("joe@\u2488.example", "not a domain name"),
    ],
)
def test_what_is_not_an_address_is_said_in_words(typed: str, words: str) -> None:
    with pytest.raises(AddressError, match=words):
        parse_address(typed)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        address = parse_address(text)
    except AddressError:
        return
    assert parse_address(str(address)) == address
    assert address.domain.isascii()


def test_a_host_name_is_compared_without_case_and_final_dot() -> None:
    assert domain_to_ascii("ASPMX.L.GOOGLE.COM.") == "aspmx.l.google.com"


def test_an_address_is_a_value() -> None:
    assert Address("a", "b.example") == Address("a", "b.example")
