"""What headers tell of a visitor."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailferry.iphone.delivery.visitor import read_visitor
from mailferry.model.visible import visible

_HEAD = "Mozilla/5.0 (iPhone; CPU iPhone OS {os} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI_18 = _HEAD.format(os="18_5") + " Version/18.5 Mobile/15E148 Safari/604.1"
SAFARI_26 = _HEAD.format(os="18_6") + " Version/26.0 Mobile/15E148 Safari/604.1"
CHROME = _HEAD.format(os="17_4") + " CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1"
IN_AN_APP = _HEAD.format(os="16_2") + " Mobile/15E148"
FACEBOOK = IN_AN_APP + " [FBAN/FBIOS;FBAV/400.0]"
OLD = _HEAD.format(os="12_5") + " Version/12.1.2 Mobile/15E148 Safari/604.1"
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.5 Safari/605.1.15"
)
ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
    " Mobile Safari/537.36"
)


@pytest.mark.parametrize(
    ("user_agent", "agent", "ios", "installs"),
    [
        (SAFARI_18, "iPhone, iOS 18.5, Safari", 18, True),
        (SAFARI_26, "iPhone, iOS 26.0, Safari", 26, True),
        (SAFARI_26.replace("26.0", "27.1"), "iPhone, iOS 27.1, Safari", 26, True),
        (CHROME, "iPhone, iOS 17.4, Chrome", 17, False),
        (FACEBOOK, "iPhone, iOS 16.2, the Facebook app", 16, False),
        (IN_AN_APP, "iPhone, iOS 16.2", 16, False),
        (OLD, "iPhone, iOS 12.5, Safari", 15, True),
        (SAFARI_18.replace("iPhone; CPU iPhone OS", "iPad; CPU OS"), "iPad, iOS 18.5, Safari", 18, True),
        (MAC, "Mac or iPad, Safari", None, False),
        (ANDROID, "Android, Chrome", None, False),
        ("curl/8.5.0", "curl 8.5.0", None, False),
        ("curl/8.5.0 (x86_64) \x1b[31m", "curl 8.5.0", None, False),
        ("\x1b]0;owned\x07", r"\x1b]0;owned\x07", None, False),
        ("", "a program without a name", None, False),
        ("   ", "a program without a name", None, False),
        ("x" * 500, "x" * 60, None, False),
    ],
)
def test_devices_and_programs(user_agent: str, agent: str, ios: int | None, installs: bool) -> None:
    visitor = read_visitor(user_agent, "")
    assert (visitor.agent, visitor.ios, visitor.installs) == (agent, ios, installs)


@pytest.mark.parametrize(
    "agent",
    ["WhatsApp/2.23.20.0", "TelegramBot (like TwitterBot)", "facebookexternalhit/1.1 Facebot Twitterbot/1.0"],
)
def test_what_only_previews_a_link(agent: str) -> None:
    assert read_visitor(agent, "").previews
    assert not read_visitor(SAFARI_18, "").previews


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("it-IT,it;q=0.9,fr;q=0.5,en;q=0.4", "fr"),
        ("en;q=0.2, es;q=0.7", "es"),
        ("es;q=0, en", "en"),
        ("pt-BR", None),
        ("", None),
        ("de;q=much, fr;q=0.1", "fr"),
        ("*", None),
        (", ".join(["xx"] * 50 + ["de"]), None),
    ],
)
def test_the_language_that_is_wished(header: str, language: str | None) -> None:
    assert read_visitor(SAFARI_18, header).language == language


@given(st.text(), st.text())
def test_whatever_stands_there_is_harmless(user_agent: str, accept_language: str) -> None:
    visitor = read_visitor(user_agent, accept_language)
    assert visible(visitor.agent) == visitor.agent
    assert 0 < len(visitor.agent) <= 60 * 10
