"""In whose domains servers stand."""

from __future__ import annotations

import pytest

from mailferry.catalog.server_domains import stands_outside
from mailferry.model.host_name import registered_domain
from mailferry.model.provider import OutgoingServer, Provider


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("imap.gmx.de", "gmx.de"),
        ("mail.jetty.co.uk", "jetty.co.uk"),
        ("a.b.jetty.co.uk", "jetty.co.uk"),
        ("mail.plala.or.jp", "plala.or.jp"),
        ("imap.fastmail.com", "fastmail.com"),
        ("quay.example", "quay.example"),
        ("imap.bücher.example", "xn--bcher-kva.example"),
        ("localhost", "localhost"),
    ],
)
def test_what_is_probably_registered(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


@pytest.mark.parametrize(
    ("host", "outside"),
    [
        ("smtp.quay.example", False),
        ("SMTP.QUAY.example", False),
        ("quay.example", False),
        ("notquay.example", True),
        ("quay.example.evil.example", True),
        ("x.wharf.example", False),
        ("mail.pier.example", False),
        ("smtp.xn--bcher-kva.example", False),
        ("127.0.0.1", False),
        ("2001:db8::1", False),
        ("smtp.{domain}", False),
    ],
)
def test_what_is_outside(host: str, outside: bool) -> None:
    provider = Provider(
        name="Quay",
        domains=("quay.example", "bücher.example"),
        suffixes=("wharf.example",),
        server_domains=("pier.example",),
    )
    assert stands_outside(OutgoingServer(host=host, port=465, security="tls"), provider) is outside
