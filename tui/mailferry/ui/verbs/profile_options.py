"""What a profile is to say besides its accounts, changed one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mailferry.model.problem import MailferryError
from mailferry.ui.verbs import packing, passwords

if TYPE_CHECKING:
    from mailferry.ui.board import Board
    from mailferry.ui.parcel import Parcel
    from mailferry.ui.screens.options import OptionLine


async def change(board: Board, parcel: Parcel, *, delivers: bool = False, password_refused: str = "") -> None:
    """Show the options and change those that are picked, until esc.

    What is delivered may also be instructions alone. `password_refused` says why no password may stand in
    the profile, where none may.
    """
    from mailferry.ui.screens.options import OptionsScreen

    picked: str | None = None
    while True:
        options = [*(_what(parcel) if delivers else ()), *_options(parcel, password_refused)]
        screen = OptionsScreen("Options of the profile", options, at=picked)
        picked = await board.app.push_screen_wait(screen)
        try:
            if picked is None:
                return
            if picked == "what":
                parcel.instructions_only = not parcel.instructions_only
            elif picked == "password":
                await _password(board, parcel, password_refused)
            elif picked == "signature":
                await _signature(board, parcel)
            elif picked == "day":
                await _day(board, parcel)
            else:
                await _text(board, parcel, picked)
        except MailferryError as error:
            await _tell(board, str(error))


def _what(parcel: Parcel) -> list[OptionLine]:
    return [("what", "Goes", "instructions alone" if parcel.instructions_only else "profile, instructions")]


def _options(parcel: Parcel, password_refused: str) -> list[OptionLine]:
    wishes, profiles = parcel.wishes, parcel.workspace.config.profiles
    signer = parcel.identity.signer if parcel.identity is not None else None
    signed = f"by {signer.name}, until {signer.not_after:%-d %B %Y}" if signer is not None else "not signed"
    consent = profiles.consent if wishes.consent is None else wishes.consent
    password = "in the file" if wishes.with_password else "the iPhone asks"
    if password_refused and not wishes.with_password:
        password += "; anything else needs HTTPS"
    return [
        ("password", "Password", password),
        ("signature", "Signature", signed),
        ("day", "Vanishes", wishes.remove_on.isoformat() if wishes.remove_on else _usual_day(parcel)),
        ("consent", "To agree to", next(iter(consent.values()), "nothing")),
        ("organization", "Made by", wishes.organization or profiles.organization),
    ]


def _usual_day(parcel: Parcel) -> str:
    """When the profile vanishes if nothing is wished."""
    person = parcel.workspace.people.get(parcel.person or "")
    day = person.remove_on if person is not None else None
    if day is None and len(parcel.entries) == 1 and parcel.entries[0].value is not None:
        day = parcel.entries[0].value.iphone.remove_on
    return day.isoformat() if day is not None else "never"


async def _password(board: Board, parcel: Parcel, refused: str) -> None:
    """Put the passwords into the profile, after saying plainly what that means; or leave them out again."""
    if parcel.wishes.with_password:
        parcel.wishes = msgspec.structs.replace(parcel.wishes, with_password=False)
        return
    if refused:
        raise MailferryError(refused)
    from mailferry.ui.screens.confirm import ConfirmScreen

    warning = (
        "Whoever gets the file can read the password in it: signing hides nothing. The file is written for"
        " you alone; hand it over by a safe way, and delete it afterwards. Without this the iPhone asks for"
        " the password once, which is safer."
    )
    choices = [("k", "leave it to the iPhone"), ("p", "put the password into the file all the same")]
    if await board.app.push_screen_wait(ConfirmScreen(warning, choices, default="k")) != "p":
        return
    accounts = [(entry.id, entry.value) for entry in parcel.entries if entry.value is not None]
    if await passwords.ask_ahead(board, accounts):
        parcel.wishes = msgspec.structs.replace(parcel.wishes, with_password=True)


async def _signature(board: Board, parcel: Parcel) -> None:
    """Sign with config.toml's identity, with one in files, or not at all; says what follows from it."""
    from mailferry.ui.screens.confirm import ConfirmScreen
    from mailferry.ui.screens.signer import SignerScreen

    wished = parcel.workspace.config.signing
    choices = [("n", "do not sign; the iPhone shows “Not Signed”")]
    if wished.certificate is not None or wished.command:
        name = wished.certificate or wished.command[0]
        choices.append(("c", f"with the identity of config.toml, {name}"))
    choices.append(("f", "with a certificate and its key in files …"))
    question = "Who signs the profile? A signature tells whose it is, and hides nothing."
    picked = await board.app.push_screen_wait(ConfirmScreen(question, choices, default="n"))
    if picked is None:
        return
    if picked == "n":
        parcel.identity = None
        return
    if picked == "f":
        identity = await board.app.push_screen_wait(
            SignerScreen(lambda certificate, key: packing.load_identity(board, certificate, key))
        )
    else:
        identity = await packing.load_identity(board)
    if identity is None:
        return
    parcel.identity = identity
    import datetime

    from mailferry.signing import signing_remarks

    remarks = signing_remarks(identity, now=datetime.datetime.now(datetime.UTC))
    await _tell(board, "\n\n".join(remarks), "Signed")


async def _day(board: Board, parcel: Parcel) -> None:
    """The day on which profile, accounts and their mail vanish from the iPhone."""
    from mailferry.own_people import removal_day
    from mailferry.ui.screens.prompt import PromptScreen

    def fault(text: str) -> str | None:
        try:
            removal_day(text)
        except MailferryError as error:
            return str(error)
        return None

    typed = await board.app.push_screen_wait(
        PromptScreen(
            "The profile vanishes on",
            "Day",
            parcel.wishes.remove_on.isoformat() if parcel.wishes.remove_on else "",
            help="Such as 2027-01-31: from that day on its accounts are gone from the iPhone, and their mail"
            " with them. Empty: as the files say.",
            check=fault,
        )
    )
    if typed is not None:
        parcel.wishes = msgspec.structs.replace(parcel.wishes, remove_on=removal_day(typed))


async def _text(board: Board, parcel: Parcel, option: str) -> None:
    """The text to agree to before installing, or who made the profile."""
    from mailferry.ui.screens.prompt import PromptScreen

    wishes, profiles = parcel.wishes, parcel.workspace.config.profiles
    if option == "organization":
        title, label, before = "Who made the profile", "Name", wishes.organization or profiles.organization
        help_ = "The iPhone shows it."
    else:
        consent = profiles.consent if wishes.consent is None else wishes.consent
        title, label, before = "A text to agree to", "Text", next(iter(consent.values()), "")
        help_ = "The iPhone shows it before it installs the profile. Empty: none."
    typed = await board.app.push_screen_wait(PromptScreen(title, label, before, help=help_))
    if typed is None:
        return
    text = typed.strip()
    if option == "organization":
        parcel.wishes = msgspec.structs.replace(wishes, organization=text or None)
    elif text != before:
        parcel.wishes = msgspec.structs.replace(wishes, consent={"default": text} if text else {})


async def _tell(board: Board, words: str, heading: str = "That did not work") -> None:
    from mailferry.ui.screens.show import ShowScreen

    await board.app.push_screen_wait(ShowScreen(heading, words))
