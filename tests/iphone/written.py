"""Sheets as tests want them, at a fixed time."""

from __future__ import annotations

import datetime
import os
import re
from pathlib import Path
from typing import Any

import msgspec

from mailferry.iphone.account import PhoneAccount, Proof
from mailferry.iphone.forms import Form
from mailferry.iphone.sheet import leaving, sheets
from mailferry.model.account import Account
from mailferry.model.recommendation import Recommendation
from tests.iphone.seeds import CENTURYLINK, profile_account

GOLDEN = Path(__file__).parent / "golden"
FORMS: tuple[Form, Form] = ("text", "markdown")
NOW = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)


def sheet(account: PhoneAccount, **wishes: Any) -> str:
    return sheets([account], now=NOW, **wishes)


def goodbye(account: PhoneAccount, **wishes: Any) -> str:
    return leaving([account], now=NOW, **wishes)


def passed(account: PhoneAccount, day: datetime.date = datetime.date(2026, 11, 20)) -> PhoneAccount:
    """The account with settings that passed a test."""
    hosts = (account.settings.incoming.host or "", account.settings.outgoing.host or "")
    return msgspec.structs.replace(account, proof=Proof(day=day, hosts=hosts))


def account_of(recommendation: Recommendation = CENTURYLINK, **stated: Any) -> PhoneAccount:
    stated.setdefault("address", "mum@centurylink.net")
    return profile_account(Account(**stated), recommendation)


def plain_sheet(recommendation: Recommendation = CENTURYLINK, form: Form = "text", **stated: Any) -> str:
    return sheet(account_of(recommendation, **stated), form=form)


def but(**changes: Any) -> Recommendation:
    """CenturyLink, with something else."""
    return msgspec.structs.replace(CENTURYLINK, **changes)


def flowing(text: str) -> str:
    """Without the line ends of the layout."""
    return re.sub(r"[ \n]+", " ", text)


def golden(name: str, text: str, form: Form) -> None:
    """Set MAILFERRY_GOLDEN=1 to write the files anew; then read them as a parent would."""
    file = GOLDEN / f"{name}.{'md' if form == 'markdown' else 'txt'}"
    if os.environ.get("MAILFERRY_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
