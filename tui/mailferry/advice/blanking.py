"""A server's words without the names in them: an account called “maintenance” is no reason for anything."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from functools import lru_cache

from mailferry.advice.situation import username_of
from mailferry.model.account import Account
from mailferry.model.cause import Stage
from mailferry.model.check import ServerCheck
from mailferry.model.recommendation import Recommendation

BLANK = "_"
"""What stands for a name, so that the words around it stay where they are."""

_SIGNED_IN: frozenset[Stage] = frozenset({"auth", "mailbox", "send", "deliver"})
"""The stages at which a server has been told the user's name."""

_L = "0-9A-Za-z\u00c0-\u1fff"
"""Letters of names; Chinese and Japanese run on without blanks, so a name ends before them."""

_ADDRESS = re.compile(rf"([{_L}.!#$%&*+?^_`{{|}}~-]{{1,64}})@[{_L}](?:[{_L}.-]{{0,252}}[{_L}])?")
_PAGE = re.compile(r"(https?://)([^\s/:?#<>()\"']{1,253})[^\s<>()\"']*", re.IGNORECASE)
_HOST = re.compile(
    rf"(?<![{_L}@._-])(?:[{_L}_][{_L}_-]{{0,62}}\.){{1,8}}[{_L}-]{{2,63}}(?![{_L}_-]|\.[{_L}])"
)
_END = re.compile(
    r"[a-z]{2}|com|net|org|edu|gov|mil|int|info|biz|name|pro|mobi|arpa|app|dev|cloud|online|site|shop|email|mail"
    r"|xyz|club|tech|store|host|top|live|world|swiss|berlin|asia|test|example|invalid|localhost|local|lan|home"
    r"|localdomain|internal|corp|intranet|xn--[a-z0-9-]+|[^\W\d_a-z]{2,}"
)
"""What a host's name ends in: two letters, what is common, and what is not written in ASCII."""

_LISTS = re.compile(
    r"(^|\.)(dnsbl\d?|rbl\d?)\.|(^|\.)(spamhaus|spamcop|barracudacentral|sorbs|uceprotect|surbl|uribl|mailspike"
    r"|abuseat|senderscore|invaluement|abusix|spamrats|blocklist|backscatterer|nixspam)\.(org|net|com|de)$",
    re.IGNORECASE,
)
"""Who keeps lists of unwanted addresses: to be named there is a reason."""

_KEPT = re.compile(r"(webmail|www)\.", re.IGNORECASE)
_HELPERS = re.compile(r"admin|administrator|support|help-?desk|postmaster", re.IGNORECASE)
_TRADE = re.compile(
    r"imap4?|pop3?|smtp|e?-?mail|user(name)?|account|log(in|on)|password|mail(box|drop)|inbox|(start)?tls|ssl"
    r"|client|server|service|access|auth|oauth2?|app(lication)?|domain|this|your?|the"
)
"""Names that are never taken out where they stand alone: they are what the sentence is about."""

_QUOTES = "\"'“”„«»‚‘’"
_BEFORE = (
    r"(?:(?<!down )(?<!closed )(?<!offline )(?<!unavailable )\bfor|\b(?:of|user|user ?name|user ?id|log-?in"
    r"|account|mailbox|mail ?drop|named?|für|benutzer|benutzername|konto|postfach|pour|utilisateur|compte"
    r"|para|usuario|cuenta|buzón|per|utente|casella|для|gebruiker|dla)|пользовател\w{1,3}"
    r"|用户名?|账号|帐号|账户|邮箱)"
)


def known_names(
    check: ServerCheck, recommendation: Recommendation, account: Account | None
) -> tuple[str, ...]:
    """What a server may echo: the user's name once it was told, the address, its own name, this machine's."""
    addresses = [recommendation.address, *([account.address] if account is not None else [])]
    names = [*addresses, check.host or "", platform.node()]
    if check.failed_stage in _SIGNED_IN:
        names += [username_of(check, recommendation, account) or ""]
        names += [name.rpartition("@")[0] for name in names]
    return tuple(
        sorted({name.strip().casefold() for name in names} - {""}, key=lambda name: (-len(name), name))
    )


def blanked(words: str, names: Iterable[str]) -> str:
    """The words with `_` for addresses, host names and these names, longest first.

    A name without @ or dot may be a word as well (`maintenance`): it is taken for a name only in quotes,
    before an address in brackets, or after “for”, “user” and the like. Block lists, helpers to turn to and
    web pages keep what they say.
    """
    for name in names:
        words = _own(name).sub(lambda found: f"{found['lead']}{BLANK}", words)
    return _HOST.sub(_host, _PAGE.sub(_page, _ADDRESS.sub(_address, words)))


@lru_cache(maxsize=256)
def _own(name: str) -> re.Pattern[str]:
    told = re.escape(name)
    bounded = rf"(?<![{_L}@._-]){told}(?![{_L}@_-]|\.[{_L}])"
    if "@" in name or "." in name.strip("."):
        return re.compile(f"(?P<lead>){bounded}", re.IGNORECASE)
    if _TRADE.fullmatch(name):
        return re.compile(r"(?P<lead>)(?!)")
    leads = (
        rf"{_BEFORE}[ :={_QUOTES}<(]{{0,3}}",
        rf"(?=[{_QUOTES}<(]{told}[{_QUOTES}>)]).",
        rf"(?=\\{told}).",
        rf"(?={told}\[\d)",
        rf"^(?:NO|-ERR|\d\d\d)(?: \[[\w/-]{{1,30}}\]| \d\.\d\.\d{{1,3}})? (?={told}:)",
    )
    return re.compile(f"(?P<lead>{'|'.join(leads)}){bounded}", re.IGNORECASE | re.MULTILINE)


def _address(found: re.Match[str]) -> str:
    return found[1] if _HELPERS.fullmatch(found[1]) else BLANK


def _page(found: re.Match[str]) -> str:
    """A page's address may hold any word (`/maintenance`); that there is one to go to is what matters."""
    return found[0] if _LISTS.search(found[2]) else f"{found[1]}{BLANK}"


def _host(found: re.Match[str]) -> str:
    host = found[0]
    if _LISTS.search(host) or not _is_host(host):
        return host
    page = _KEPT.match(host)
    return page[1] if page is not None else BLANK


def _is_host(text: str) -> bool:
    """Whether words with dots between them name a host, and are not sentences that miss a blank."""
    *labels, end = text.split(".")
    if not (end.islower() or text.isupper()):
        return False
    if _END.fullmatch(end.lower()):
        return True
    return end.isalpha() and len(labels) > 1 and any(not label.isalpha() for label in labels)
