"""Sheets: set-up instructions for one person, as plain text or Markdown."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.blocks import Block, read_blocks
from mailferry.iphone.forms import FORMS, Form, Shown
from mailferry.iphone.plain import plain
from mailferry.iphone.preflight import Preflight, preflight
from mailferry.iphone.provider_name import provider_name
from mailferry.iphone.remark_words import said
from mailferry.iphone.sheet_values import screens
from mailferry.iphone.way import Way, way_through
from mailferry.model.recommendation import Recommendation
from mailferry.model.settings import Settings

if TYPE_CHECKING:
    from jinja2 import Environment


_BUILT_IN = ("icloud", "button")
"""Ways on which the provider's own sign-in does everything: no values to type, no app-specific password."""


def sheet(
    account: PhoneAccount,
    *,
    form: Form,
    ios: int = 26,
    lang: str = "en",
    person: str | None = None,
    proven: str | None = None,
) -> str:
    """The instructions for one account; `proven` says in words when its settings last passed a test.

    Raises UnknownPhoneError for a version of iOS or a language without instructions.
    """
    return sheets([account], form=form, ios=ios, lang=lang, person=person, proven=[proven])


def sheets(
    accounts: Sequence[PhoneAccount],
    *,
    form: Form,
    ios: int = 26,
    lang: str = "en",
    person: str | None = None,
    proven: Sequence[str | None] = (),
) -> str:
    """The instructions for all of a person's accounts, one after the other. Raises UnknownPhoneError.

    `proven` has an entry for each account, as in `sheet`; left out, none has been tested.
    """
    way = way_through(ios, lang)
    return FORMS[form].lay_out(_blocks(accounts, form, way, lang, person, proven or [None] * len(accounts)))


def _blocks(
    accounts: Sequence[PhoneAccount],
    form: Form,
    way: Way,
    lang: str,
    person: str | None,
    proven: Sequence[str | None],
) -> Iterator[Block]:
    environment = _environment(form, lang)
    owner = f"{plain(person)}’s" if person else "your"
    if len(accounts) > 1:
        contents = [
            {"title": _title(account.settings), "address": account.settings.address} for account in accounts
        ]
        yield from read_blocks(environment.get_template("several.j2").render(owner=owner, accounts=contents))
    template = environment.get_template("sheet.j2")
    for account, tested in zip(accounts, proven, strict=True):
        yield from read_blocks(template.render(_facts(account, way), owner=owner, proven=tested))


def _facts(account: PhoneAccount, way: Way) -> Mapping[str, Any]:
    """What the templates know about an account. The words are theirs, the facts are decided here."""
    settings, recommendation = account.settings, account.recommendation
    sign_in = recommendation.sign_in
    flight = preflight(account, now=datetime.datetime.now(datetime.UTC))
    provider = provider_name(recommendation) or "your mail provider"
    app_password = sign_in.app_password
    password = "your app-specific password" if app_password == "required" else "your password"  # noqa: S105  words
    ways = _ways(recommendation, flight)
    servers = (settings.incoming, settings.outgoing)
    return {
        "address": plain(settings.address),
        "title": _title(settings),
        "name": settings.name,
        "provider": provider,
        "provider_name": provider_name(recommendation),
        "notice": recommendation.notice,
        "docs": recommendation.docs,
        "button": recommendation.iphone.add_account,
        "iphone_note": recommendation.iphone.note,
        "way": way,
        "ways": ways,
        "built_in": bool(ways) and ways[0] in _BUILT_IN,
        "only_built_in": all(name in _BUILT_IN for name in ways),
        "later_ways": [number for number, name in enumerate(ways, 1) if name not in _BUILT_IN],
        "refusals": tuple(map(said, flight.refusals)),
        "screens": screens(settings, password=password, provider=provider),
        "password": password,
        "app_password": app_password,
        "app_password_url": sign_in.app_password_url,
        "before": sign_in.before,
        "sign_in_note": sign_in.note,
        "needs_preparation": bool(sign_in.before or sign_in.app_password_url or app_password == "required"),  # noqa: S105  words
        "one_password": settings.incoming_password == settings.outgoing_password,
        "without_tls": any(server.security == "none" for server in servers),
        "private_certificate": any(server.ca_file or server.fingerprint for server in servers),
    }


def _ways(recommendation: Recommendation, flight: Preflight) -> tuple[str, ...]:
    """The ways that can work, the easiest first; each is the name of a template."""
    ways = []
    if recommendation.status in ("active", "moved"):
        if recommendation.iphone.add_account == "iCloud":
            ways.append("icloud")
        if recommendation.iphone.add_account != "Other":
            ways.append("button")
    if not flight.refusals:
        ways.append("profile")
    if flight.by_hand:
        ways.append("by_hand")
    return tuple(ways)


def _title(settings: Settings) -> str:
    return plain(settings.label) or plain(settings.address)


@cache
def _environment(form: Form, lang: str) -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    style = FORMS[form]

    def finalize(value: object) -> Shown:
        return value if isinstance(value, Shown) else style.words(str(value))

    environment = Environment(
        loader=PackageLoader("mailferry.iphone", f"templates/{lang}"),
        autoescape=False,  # noqa: S701  not HTML: `finalize` takes the power over the form from every value
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(label=style.label, typed=style.typed, link=style.link)
    environment.globals["emphasis"] = style.emphasis
    return environment
