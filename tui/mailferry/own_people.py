"""What is known of people's iPhones, put into people.toml with all else left as it is. Writes nothing."""

from __future__ import annotations

import datetime

import msgspec

from mailferry.model.config import Person
from mailferry.model.problem import MailferryError
from mailferry.model.visible import visible
from mailferry.store.decode import decode_people
from mailferry.store.edit import set_value
from mailferry.store.files import present
from mailferry.store.history import Change
from mailferry.workspace import Workspace, today


def of_person(workspace: Workspace, name: str, person: Person) -> Change:
    """The file with what is known of one person; what is not known, or as by default, is left out.

    Raises InvalidFileError for a file that cannot be read as it is, MailferryError for a day that has passed.
    """
    path = workspace.home.people_file
    before = present(path)
    if before is not None:
        decode_people(before, str(path))
    known = workspace.people.get(name, Person())
    if person.remove_on is not None and person.remove_on != known.remove_on:
        _refuse_passed(person.remove_on)
    after = before or ""
    for field in msgspec.structs.fields(Person):
        value = getattr(person, field.name)
        if value != getattr(known, field.name):
            after = set_value(after, (name, field.name), None if value == field.default else value)
    decode_people(after, str(path))
    return Change(path, before, after)


def removal_day(text: str, *, known: datetime.date | None = None) -> datetime.date | None:
    """The day on which a profile vanishes, as typed; None for never.

    Raises MailferryError for no day, and for one that has passed unless it is the one `known` before.
    """
    if not text.strip():
        return None
    try:
        day = datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise MailferryError(f"“{visible(text)}” is no day; write it as 2027-01-31") from None
    if day != known:
        _refuse_passed(day)
    return day


def _refuse_passed(day: datetime.date) -> None:
    if day <= today():
        raise MailferryError(f"{day.isoformat()} has passed; name a day ahead, or none")
