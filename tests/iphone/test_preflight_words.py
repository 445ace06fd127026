from __future__ import annotations

import datetime
import re
from typing import Any, get_args

import pytest

from mailferry.iphone.language import LANGUAGES, language
from mailferry.iphone.remark import RefusalCode, Remark, ShownCode, WarningCode
from mailferry.iphone.remark_words import date_words, said

FACTS = {
    "provider": "CenturyLink",
    "button": "Outlook.com",
    "password": "yes",
    "field": "username",
    "host": "mail.example.net",
    "problem": "it is too long",
    "protocol": "IMAP",
    "port": "143",
    "tls_port": "993",
    "security": "tls",
    "listed": "imap.example.net",
    "auth": "oauth2",
    "file": "home.pem",
    "url": "https://example.net/passwords",
    "authority": "Home CA",
    "signer": "mail.example.net",
    "day": "2027-01-31",
}
MAY_BE_EMPTY = ("provider", "button", "password", "file", "url", "authority", "listed")
EMPTY = {**FACTS, **dict.fromkeys(MAY_BE_EMPTY, "")}
CODES = [*get_args(RefusalCode), *get_args(WarningCode), *get_args(ShownCode)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("facts", [FACTS, EMPTY])
@pytest.mark.parametrize("code", CODES)
def test_every_code_has_whole_sentences(code: Any, facts: dict[str, str], lang: str) -> None:
    words = said(Remark(code=code, role="incoming", facts=facts), lang)
    assert words.endswith(".")
    assert words[0] == words[0].upper()
    assert not re.search(r"\{|\}|  | \.|None", words)


def test_every_refusal_says_what_works_instead() -> None:
    english = language("en").messages
    without = [code for code in get_args(RefusalCode) if f"preflight.{code}.instead" not in english]
    assert without == []


def test_no_words_without_a_code() -> None:
    tables = {name.split(".")[1] for name in language("en").messages if name.startswith("preflight.")}
    assert tables - set(CODES) == {"date"}
    assert len(CODES) == len(set(CODES))


def test_the_server_and_the_field_are_named() -> None:
    assert said(Remark(code="missing", role="outgoing", facts={"field": "auth"})) == (
        "The outgoing server has no way to sign in. Fill in outgoing.auth."
    )
    starttls = Remark(
        code="starttls-port",
        role="incoming",
        facts={"protocol": "POP", "port": "995", "tls_port": "995", "security": "none", "listed": ""},
    )
    assert said(starttls).startswith("POP with no TLS on port 995: there an iPhone")


def test_a_day_is_written_out() -> None:
    assert "On 31 January 2027 the profile vanishes" in said(
        Remark(code="removed-on", facts={"day": "2027-01-31"})
    )
    assert date_words(datetime.date(2026, 11, 1)) == "1 November 2026"


def test_facts_from_outside_stay_on_their_line_and_are_no_templates() -> None:
    signer = "{{ 7 * 7 }}\n\u202eevil\x1b[31m <b>&"
    words = said(Remark(code="verified", facts={"signer": signer}))
    assert "signed by {{ 7 * 7 }} evil[31m <b>&." in words


def test_without_a_name_the_provider_is_still_spoken_of() -> None:
    nobody = {"provider": "", "button": "", "password": ""}
    assert said(Remark(code="web-sign-in", facts=nobody)) == (
        "The provider wants a sign-in on its web page (OAuth 2), and a mail profile cannot do that."
        " Install the provider’s own app from the App Store."
    )
