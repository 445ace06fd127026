"""Who asks for a page: which device and program, as far as a request's headers tell."""

from __future__ import annotations

import re

import msgspec

from mailferry.iphone.language import LANGUAGES
from mailferry.iphone.way import SUPPORTED_IOS
from mailferry.model.visible import visible

_LONGEST_NAME = 60
_MOST_LANGUAGES = 20

_IOS = re.compile(r"\b(?:iPhone )?OS (\d{1,3})[_.](\d{1,3})\b")
_VERSION = re.compile(r"\bVersion/(\d{1,3})\.(\d{1,3})\b")
_FROZEN_SINCE = 26
"""From this version on, Safari's “iPhone OS” stays at 18_6 and only “Version/” tells the version."""

_BROWSERS = {
    "CriOS/": "Chrome",
    "FxiOS/": "Firefox",
    "EdgiOS/": "Edge",
    "OPT/": "Opera",
    "OPiOS/": "Opera",
    "DuckDuckGo/": "DuckDuckGo",
    "Ddg/": "DuckDuckGo",
    "Brave/": "Brave",
    "GSA/": "the Google app",
    "FBAN/": "the Facebook app",
    "Instagram": "the Instagram app",
    "EdgA/": "Edge",
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
}
"""Marks of programs that call themselves Safari as well, by their own name; the first that fits is it."""

_DEVICES = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "iPod": "iPod",
    "Macintosh": "Mac or iPad",  # an iPad says the same unless its owner wishes otherwise
    "Android": "Android",
    "CrOS": "Chromebook",
    "Windows": "Windows",
    "Linux": "Linux",
}

_PREVIEW = re.compile(
    r"bot\b|preview|crawl|spider|facebookexternalhit|facebot|whatsapp|skype|slack|discord|snapchat|signal",
    re.IGNORECASE,
)


class Visitor(msgspec.Struct, frozen=True, kw_only=True):
    """`agent` is in plain words and harmless (“iPhone, iOS 18.5, Safari”).

    `ios` is the version whose instructions fit, None for what is no iPhone or iPad. `installs` tells whether
    this program hands a profile to the iPhone's settings, `previews` whether it is a messenger's look at a
    link that somebody sends. `language` is the wished one among those with instructions.
    """

    agent: str
    on_ios: bool
    ios: int | None
    installs: bool
    previews: bool
    language: str | None


def read_visitor(user_agent: str, accept_language: str) -> Visitor:
    """What two headers of a request tell, whatever stands in them (RFC 9110 sections 10.1.5 and 12.5.4)."""
    device = next((name for mark, name in _DEVICES.items() if mark in user_agent), None)
    on_ios = device in ("iPhone", "iPad", "iPod")
    version = _ios_version(user_agent) if on_ios else None
    browser = _browser(user_agent)
    if device is None or not user_agent.startswith("Mozilla/"):
        agent = _plain_name(user_agent)
    else:
        number = f"iOS {version[0]}.{version[1]}" if version else None
        agent = ", ".join(part for part in (device, number, browser) if part)
    return Visitor(
        agent=agent,
        on_ios=on_ios,
        ios=_instructions_for(version[0]) if version else None,
        installs=on_ios and browser == "Safari",
        previews=_PREVIEW.search(user_agent) is not None,
        language=_wished(accept_language),
    )


def _ios_version(user_agent: str) -> tuple[int, int] | None:
    """Major and minor version."""
    safari = _VERSION.search(user_agent)
    if safari and int(safari[1]) >= _FROZEN_SINCE:
        return int(safari[1]), int(safari[2])
    system = _IOS.search(user_agent)
    return (int(system[1]), int(system[2])) if system else None


def _instructions_for(version: int) -> int:
    """The version of iOS with instructions that is nearest from below; the first for all before it."""
    return max((known for known in SUPPORTED_IOS if known <= version), default=SUPPORTED_IOS[0])


def _browser(user_agent: str) -> str | None:
    for mark, name in _BROWSERS.items():
        if mark in user_agent:
            return name
    # A page shown inside another app has no “Safari/”.
    return "Safari" if "Safari/" in user_agent and "Version/" in user_agent else None


def _plain_name(user_agent: str) -> str:
    """The first word, “curl/8.5.0” as “curl 8.5.0”."""
    words = user_agent.split(maxsplit=1)
    if not words:
        return "a program without a name"
    return visible(words[0][:_LONGEST_NAME]).replace("/", " ", 1)


def _wished(accept_language: str) -> str | None:
    """The language with the highest quality value among those there are; None for none of them."""
    best: tuple[float, str] | None = None
    for entry in accept_language.split(",")[:_MOST_LANGUAGES]:
        tag, *parameters = entry.split(";")
        code = tag.strip().lower().split("-")[0]
        quality = _quality(parameters)
        if code in LANGUAGES and quality > 0 and (best is None or quality > best[0]):
            best = (quality, code)
    return best[1] if best else None


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.strip().partition("=")
        if name.strip().lower() == "q":
            return float(value) if re.fullmatch(r"[01](?:\.\d{0,3})?", value.strip()) else 0.0
    return 1.0
