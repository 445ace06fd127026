"""PACC documents as their owner publishes them."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.catalog.formats.pacc_json import (
    PaccError,
    pacc_digest,
    pacc_gaps,
    read_pacc,
    vouches,
    write_pacc,
)
from mailferry.model.provider import IncomingServer, OutgoingServer, Provider

PROVIDER = Provider(
    name="Müller & Söhne",
    docs="https://example.test/help",
    incoming=(
        IncomingServer(protocol="imap", host="imap.example.test", port=993, security="tls"),
        IncomingServer(protocol="pop3", host="pop.example.test", port=995, security="tls"),
    ),
    outgoing=(OutgoingServer(host="smtp.example.test", port=465, security="tls"),),
)


def test_the_document() -> None:
    assert json.loads(write_pacc(PROVIDER)) == {
        "protocols": {
            "imap": {"host": "imap.example.test"},
            "pop3": {"host": "pop.example.test"},
            "submit": {"host": "smtp.example.test"},
        },
        "authentication": {"password": True},
        "info": {
            "provider": {"name": "Müller & Söhne"},
            "help": {"documentation": "https://example.test/help"},
        },
    }
    assert pacc_gaps(PROVIDER) == ()


def test_what_is_written_reads_back_the_same() -> None:
    found = read_pacc(write_pacc(PROVIDER).encode())
    assert found.provider("x") == PROVIDER
    assert found.remarks == ()


def test_the_digest_is_over_the_bytes() -> None:
    document = write_pacc(PROVIDER).encode()
    assert vouches(pacc_digest(document), document)
    assert not vouches(pacc_digest(document), document.rstrip())
    assert pacc_digest(b"") == "v=UAAC1; a=sha256; d=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_what_it_cannot_say_is_told() -> None:
    provider = msgspec.structs.replace(
        PROVIDER,
        incoming=(
            IncomingServer(protocol="imap", host="imap.example.test", port=143, security="starttls"),
            IncomingServer(
                protocol="imap",
                host="imap.example.test",
                port=993,
                security="tls",
                username="local-part",
                auth=("oauth2",),
            ),
            IncomingServer(protocol="imap", host="second.example.test", port=993, security="tls"),
            IncomingServer(protocol="pop3", host="pop.{domain}", port=995, security="tls"),
        ),
        outgoing=(OutgoingServer(host="smtp.example.test", port=587, security="starttls"),),
    )
    with pytest.raises(PaccError, match="name the issuer"):
        write_pacc(provider)
    gaps = pacc_gaps(provider)
    assert [gap.partition(" is left out")[0] for gap in gaps[:4]] == [
        "imap.example.test, port 143,",
        "second.example.test, port 993,",
        "pop.{domain}, port 995,",
        "smtp.example.test, port 587,",
    ]
    assert "Nothing for sending" in gaps[4]
    assert "port 465" in gaps[4]
    assert "whole address" in gaps[5]
    assert "OAuth" in gaps[6]


def test_what_is_left_out_is_left_out_of_the_document() -> None:
    provider = msgspec.structs.replace(
        PROVIDER,
        incoming=(
            IncomingServer(protocol="imap", host="imap.example.test", port=143, security="starttls"),
            IncomingServer(protocol="pop3", host="pop.example.test", port=995, security="tls"),
        ),
        outgoing=(OutgoingServer(host="smtp.example.test", port=587, security="starttls"),),
    )
    assert json.loads(write_pacc(provider))["protocols"] == {"pop3": {"host": "pop.example.test"}}
    only_sending = msgspec.structs.replace(PROVIDER, incoming=provider.incoming[:1])
    assert any("Nothing for reading" in gap and "993" in gap for gap in pacc_gaps(only_sending))


def test_a_provider_that_it_cannot_describe_at_all() -> None:
    provider = msgspec.structs.replace(PROVIDER, incoming=(), outgoing=())
    with pytest.raises(PaccError, match="cannot describe this provider"):
        write_pacc(provider)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(PaccError):
        read_pacc(data)


@given(st.text(max_size=100), st.binary(max_size=20))
def test_any_record_vouches_for_nothing(record: str, document: bytes) -> None:
    assert not vouches(record, document)
    assert not vouches(f"v=UAAC1; a=sha256; d={record}", document)
