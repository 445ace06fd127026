"""The screens of the mail settings: by hand and by the built-in buttons, trying it, removing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from mailferry.iphone.drawing.parts import (
    Bar,
    Choice,
    Greeking,
    Group,
    Page,
    Row,
    RowKind,
    Screen,
)
from mailferry.iphone.scene import Scene
from mailferry.iphone.screen import ScreenName
from mailferry.iphone.sheet_values import Row as Value
from mailferry.model.provider import AddAccount

_UNKNOWN = Row()
_BUTTONS: tuple[AddAccount, ...] = (
    "iCloud",
    "Microsoft Exchange",
    "Google",
    "Yahoo",
    "AOL",
    "Outlook.com",
    "Other",
)
_FIELDS: Mapping[str, RowKind] = {"typed": "field", "hint": "hint"}
"""Rows to type into, on the screens of a new account."""
_KNOBS: Mapping[str, RowKind] = {
    "typed": "shows",
    "hint": "shows",
    "chosen": "shows",
    "on": "switch-on",
    "off": "switch-off",
}
"""Rows of an account that is there."""


def _mail_accounts(scene: Scene) -> Screen:
    *_, before, title = scene.way.mail_accounts
    add = Row(scene.label("Add Account"), tap=True)
    return Screen(Bar(scene.label(title), back=scene.label(before)), (Group((_UNKNOWN, add)),))


def _add_account(scene: Scene) -> Screen:
    rows = tuple(
        Row(scene.label(button) if button == "Other" else button, tap=button == scene.button)
        for button in _BUTTONS
    )
    *_, before = scene.way.mail_accounts
    return Screen(Bar(scene.label("Add Account"), back=scene.label(before)), (Group(rows),))


def _add_other(scene: Scene) -> Screen:
    other = Row(scene.label("Other"), tap=True)
    add = Row(scene.label("Add Mail Account"), tap=True)
    then = Screen(
        Bar(scene.label("Other"), back=scene.label("Add Account")),
        (Group((add,), heading=scene.label("Mail")),),
    )
    *_, before = scene.way.mail_accounts
    bar = Bar(scene.label("Add Account"), back=scene.label(before))
    return Screen(bar, (Group((_UNKNOWN, other)),), then)


def _new_account(scene: Scene) -> Screen:
    bar = Bar(scene.label("New Account"), left=scene.label("Cancel"), right=scene.label("Next"))
    return Screen(bar, (Group(_rows(scene, scene.screens.new_account)),))


def _incoming(scene: Scene) -> Screen:
    bar = Bar(scene.label("New Account"), left=scene.label("Cancel"), right=scene.label("Next"), tap=False)
    heading = scene.label("Incoming Mail Server")
    group = Group(_rows(scene, scene.screens.incoming), heading=heading)
    return Screen(bar, (Choice(("IMAP", "POP"), scene.screens.kind), group))


def _outgoing(scene: Scene) -> Screen:
    bar = Bar(scene.label("New Account"), left=scene.label("Cancel"), right=scene.label("Next"))
    heading = scene.label("Outgoing Mail Server")
    return Screen(bar, (Group(_rows(scene, scene.screens.outgoing), heading=heading),))


def _save(scene: Scene) -> Screen:
    title = scene.screens.kind if scene.button == "Other" else scene.button
    bar = Bar(title, left=scene.label("Cancel"), right=scene.label("Save"))
    return Screen(bar, (Group((Row(scene.label("Mail"), kind="switch-on"), Row("", kind="switch-off"))),))


def _smtp(scene: Scene) -> Screen:
    host = next(row.value for row in scene.screens.outgoing if row.label == "Host Name")
    bar = Bar(host, left=scene.label("Cancel"), right=scene.label("Done"))
    heading = scene.label("Outgoing Mail Server")
    names = [row for row in scene.screens.outgoing if row.label != "Password"]
    rows = (*_rows(scene, names), *_rows(scene, scene.screens.outgoing_port, _KNOBS))
    return Screen(bar, (Group((Row(scene.label("Server"), kind="switch-on"),)), Group(rows, heading=heading)))


def _advanced(scene: Scene) -> Screen:
    bar = Bar(scene.label("Advanced"), back=scene.label("Account"))
    heading = scene.label("Incoming Settings")
    return Screen(
        bar, (Group((_UNKNOWN,)), Group(_rows(scene, scene.screens.incoming_port, _KNOBS), heading=heading))
    )


def _icloud_mail(scene: Scene) -> Screen:
    bar = Bar(scene.label("Mail"), back="iCloud")
    switch = Row(scene.label("Use on this iPhone"), kind="switch-on", tap=True)
    return Screen(bar, (Group((switch,)), Group((_UNKNOWN,))))


def _exchange_address(scene: Scene) -> Screen:
    bar = Bar("Exchange", left=scene.label("Cancel"), right=scene.label("Next"))
    rows = (
        Row(scene.label("Email"), scene.address, "field"),
        Row(scene.label("Description"), scene.title, "field"),
    )
    return Screen(bar, (Group(rows),))


def _web_sign_in(scene: Scene) -> Screen:
    fields = (Row("", scene.address, "field"), Row("", scene.label("Password"), "hint"))
    return Screen(None, (Page(scene.provider, fields),))


def _test_message(scene: Scene) -> Screen:
    bar = Bar(scene.label("New Message"), left=scene.label("Cancel"), right=scene.label("Send"), send=True)
    rows = (Row(scene.label("To:"), scene.address, "field"), Row(scene.label("Subject:"), "Test", "field"))
    return Screen(bar, (Group(rows), Greeking(1)))


def _delete(scene: Scene) -> Screen:
    *_, before = scene.way.mail_accounts
    delete = Row(scene.label("Delete Account"), kind="destroys", tap=True)
    return Screen(Bar(scene.title, back=scene.label(before)), (Group((_UNKNOWN,)), Group((delete,))))


def _rows(scene: Scene, values: Iterable[Value], kinds: Mapping[str, RowKind] = _FIELDS) -> tuple[Row, ...]:
    return tuple(Row(scene.label(value.label), value.value, kinds[value.how]) for value in values)


ACCOUNT_SCREENS: Mapping[ScreenName, Callable[[Scene], Screen]] = {
    "mail-accounts": _mail_accounts,
    "add-account": _add_account,
    "add-other": _add_other,
    "new-account": _new_account,
    "incoming-server": _incoming,
    "outgoing-server": _outgoing,
    "save-account": _save,
    "smtp-server": _smtp,
    "advanced": _advanced,
    "icloud-mail": _icloud_mail,
    "exchange-address": _exchange_address,
    "web-sign-in": _web_sign_in,
    "test-message": _test_message,
    "delete-account": _delete,
}
