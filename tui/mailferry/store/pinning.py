"""Writing into an account's file how an iPhone knows it, with every other byte left as it is."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec

from mailferry.model.account import Account, OwnIphone
from mailferry.model.problem import MailferryError
from mailferry.store.decode import decode_account
from mailferry.store.edit import set_value
from mailferry.store.files import FileError
from mailferry.store.history import History

_WRITTEN = ("identifier", "uuid", "tested", "tested_as")
"""What mailferry writes; all else of the table is the user's."""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """What the file of an account, as it was read, is to say of the iPhone from now on."""

    path: Path
    account: Account
    iphone: OwnIphone


def write_pin(pin: Pin, history: History) -> None:
    """Put the pin into the file. No undo takes it away: the iPhone has the profile.

    Raises FileError when the file is no longer the account that was handed over, or cannot be written.
    """
    if pin.iphone != pin.account.iphone:
        history.make_lasting(
            pin.path, lambda text: _pinned_as_it_was(text, pin), lambda text: _pinned_if_readable(text, pin)
        )


def pinned(text: str, iphone: OwnIphone) -> str:
    """The text with what it says of the iPhone made so. Raises InvalidFileError for what is no TOML."""
    if "iphone" not in text:  # the common case, without a look at every statement
        return _with_table(text, iphone)
    for key in _WRITTEN:
        text = set_value(text, ("iphone", key), getattr(iphone, key))
    return text


def without_pin(text: str) -> str:
    """The text without what mailferry wrote of the iPhone. Raises InvalidFileError for what is no TOML."""
    return pinned(text, OwnIphone()) if "iphone" in text else text


def _with_table(text: str, iphone: OwnIphone) -> str:
    """The text with the table at its end, where it disturbs nothing."""
    line_end = "\r\n" if "\r\n" in text[: text.find("\n") + 1] else "\n"
    stated = [(key, value) for key in _WRITTEN if (value := getattr(iphone, key)) is not None]
    lines = ["", "[iphone]", *(f"{key} = {_toml(value)}" for key, value in stated), ""]
    return text + (line_end if text and not text.endswith("\n") else "") + line_end.join(lines)


def _toml(value: str | datetime.date) -> str:
    """JSON's text is TOML's too, but for DEL, which no identifier has."""
    return msgspec.json.encode(value).decode() if isinstance(value, str) else value.isoformat()


def _pinned_as_it_was(text: str, pin: Pin) -> str:
    after = pinned(text, pin.iphone)
    if decode_account(after, str(pin.path)) != msgspec.structs.replace(pin.account, iphone=pin.iphone):
        raise FileError(pin.path, "has changed in the meantime, so it was left as it is")
    return after


def _pinned_if_readable(text: str, pin: Pin) -> str:
    try:
        return pinned(text, pin.iphone)
    except MailferryError:
        return text
