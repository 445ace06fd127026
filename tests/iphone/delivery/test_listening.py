"""Where a link listens."""

from __future__ import annotations

import socket

import pytest

from mailferry.iphone.delivery.listening import Listener, ListeningError, link_host, listen


def _close(listener: Listener) -> None:
    for each in listener.sockets:
        each.close()


def test_it_listens_on_an_address_of_its_own_only() -> None:
    listener = listen("127.0.0.1", 0)
    assert not listener.everywhere
    assert listener.sockets[0].getsockname() == ("127.0.0.1", listener.port)
    _close(listener)


def test_localhost_is_this_computer_only() -> None:
    listener = listen("localhost", 0)
    assert listener.sockets[0].getsockname()[0] == "127.0.0.1"
    _close(listener)


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1"])
def test_behind_a_name_or_a_routers_address_it_listens_everywhere(host: str) -> None:
    listener = listen(host, 0)
    assert listener.everywhere
    with socket.create_connection(("127.0.0.1", listener.port)):
        pass
    _close(listener)


def test_without_ipv6_it_listens_on_ipv4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "has_dualstack_ipv6", lambda: False)
    listener = listen("mail.example.org", 0)
    assert listener.sockets[0].family == socket.AF_INET
    _close(listener)


@pytest.mark.parametrize("host", ["127.0.0.1", "mail.example.org"])
def test_a_port_that_is_taken_is_named(host: str) -> None:
    taken = listen("127.0.0.1", 0) if host == "127.0.0.1" else listen(host, 0)
    with pytest.raises(ListeningError, match=f"port {taken.port} is taken"):
        listen(host, taken.port)
    _close(taken)


@pytest.mark.parametrize(
    ("given", "host"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("Mail.Example.ORG", "mail.example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_hosts_of_links(given: str, host: str) -> None:
    assert link_host(given) == host


@pytest.mark.parametrize(
    "host",
    ["", "a b", "http://a.example/", "a.example:80", "0.0.0.0", "::", "224.0.0.1", "fe80::1", "x\x1b[2J"],
)
def test_what_no_iphone_could_open_is_refused(host: str) -> None:
    with pytest.raises(ListeningError):
        link_host(host)
