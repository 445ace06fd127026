"""Where page and profile are."""

from __future__ import annotations

import pytest

from mailferry.iphone.delivery.link import new_link, web_name


def test_a_link_is_long_and_never_the_same() -> None:
    one, other = (new_link("192.0.2.7", 8080, https=False, file_name="mum.mobileconfig") for _ in range(2))
    assert one.token != other.token
    assert len(one.token) >= 22  # 128 bits in base64
    assert one.url == f"http://192.0.2.7:8080/{one.token}/"
    assert one.profile_url == f"http://192.0.2.7:8080/{one.token}/mum.mobileconfig"
    assert one.token not in repr(one)


@pytest.mark.parametrize(
    ("host", "port", "https", "origin"),
    [
        ("2001:db8::1", 8080, False, "http://[2001:db8::1]:8080"),
        ("mail.example.org", 443, True, "https://mail.example.org"),
        ("mail.example.org", 80, False, "http://mail.example.org"),
        ("mail.example.org", 80, True, "https://mail.example.org:80"),
    ],
)
def test_the_usual_port_is_left_out_and_ipv6_has_brackets(
    host: str, port: int, https: bool, origin: str
) -> None:
    assert new_link(host, port, https=https, file_name=None).origin == origin


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("mum.mobileconfig", "mum.mobileconfig"),
        ('mum "&" dad\r\nX: y.mobileconfig', "mum-dad-X-y.mobileconfig"),
        ("../../etc/passwd", "etc-passwd.mobileconfig"),
        ("Grüße.mobileconfig", "Gru-e.mobileconfig"),
        ("母.mobileconfig", "profile.mobileconfig"),
        ("x" * 300 + ".mobileconfig", "x" * 40 + ".mobileconfig"),
    ],
)
def test_a_file_name_needs_no_quoting(given: str, name: str) -> None:
    assert web_name(given) == name


def test_only_the_very_paths_lead_anywhere() -> None:
    link = new_link("a.example", 80, https=False, file_name="mum.mobileconfig")
    assert link.leads_to_page(f"/{link.token}/".encode())
    assert link.leads_to_profile(f"/{link.token}/mum.mobileconfig".encode())
    for target in (b"", b"/", b"\xff", f"/{link.token}".encode(), f"/{link.token}/".encode() + b"\0"):
        assert not link.leads_to_page(target)
        assert not link.leads_to_profile(target)
