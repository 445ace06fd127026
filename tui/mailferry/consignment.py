"""What goes to one iPhone: a profile of the accounts that it can carry, and the instructions for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mailferry.exporting import Export, NotExportableError, ProfileWishes, export_profile, export_sheet
from mailferry.iphone.delivery.link import web_name
from mailferry.model.config import Person
from mailferry.model.problem import MailferryError
from mailferry.workspace import AccountEntry, Workspace

if TYPE_CHECKING:
    from mailferry.iphone.signing import SigningIdentity

_OF_ALL = Person()
"""The iPhone of somebody of whom people.toml says nothing."""


class SeveralPeopleError(MailferryError):
    """The accounts belong to several people, and what is delivered goes to one iPhone."""


class Consignment:
    """`profile` is None where instructions alone go; `left_out` says of each account that is not in the
    profile why, and which way works instead."""

    def __init__(
        self,
        workspace: Workspace,
        entries: Sequence[AccountEntry],
        profile: Export | None,
        *,
        left_out: tuple[str, ...] = (),
        person: str | None = None,
        identity: SigningIdentity | None = None,
    ) -> None:
        self.workspace = workspace
        self.profile = profile
        self.left_out = left_out
        self._entries = tuple(entries)
        self._person = person
        self._signer = identity.signer if identity is not None else None
        self._sheets: dict[tuple[int | None, str | None], Export] = {}

    @property
    def file_name(self) -> str | None:
        """The profile's name in addresses."""
        return web_name(self.profile.file_name) if self.profile is not None else None

    @property
    def has_password(self) -> bool:
        """Whether a password stands in the profile."""
        given = self.profile.given if self.profile is not None else None
        return given is not None and given.with_password

    @property
    def title(self) -> str:
        """What the accounts are called together: after their person, or by their labels."""
        labels = [
            self.workspace.settings(entry.id, entry.value).label for entry in self._entries if entry.value
        ]
        return self._person or ", ".join(labels)

    @property
    def language(self) -> str | None:
        """The language of the iPhone, as people.toml has it."""
        return self._phone.language

    @property
    def notes(self) -> Export:
        """What to know beforehand: of the profile, or of the instructions where they go alone."""
        return self.profile or self._sheet(None, None)

    def page(self, *, ios: int | None = None, lang: str | None = None) -> bytes:
        """The instructions as HTML, with a button for the profile, which lies beside the page.

        What people.toml says of the iPhone counts before what the iPhone says of itself. Raises
        NotExportableError for accounts that nobody could set up.
        """
        return self._sheet(ios, lang).content

    def attachments(self) -> tuple[Export, ...]:
        """Profile and instructions as files that go together, the instructions without a button."""
        sheet = export_sheet(self.workspace, self._entries, "html", person=self._person, signer=self._signer)
        return (sheet,) if self.profile is None else (self.profile, sheet)

    def _sheet(self, ios: int | None, lang: str | None) -> Export:
        key = (self._phone.ios or ios, self._phone.language or lang)
        if key not in self._sheets:
            self._sheets[key] = export_sheet(
                self.workspace,
                self._entries,
                "html",
                person=self._person,
                ios=key[0],
                lang=key[1],
                signer=self._signer,
                install_url=self.file_name,
                with_password=self.has_password,
            )
        return self._sheets[key]

    @property
    def _phone(self) -> Person:
        owners = {entry.value.person for entry in self._entries if entry.value is not None}
        owner = self._person or (owners.pop() if len(owners) == 1 else None)
        return self.workspace.people.get(owner or "", _OF_ALL)


def consign(
    workspace: Workspace,
    entries: Sequence[AccountEntry],
    *,
    person: str | None = None,
    wishes: ProfileWishes | None = None,
    identity: SigningIdentity | None = None,
    instructions_only: bool = False,
) -> Consignment:
    """What goes to one iPhone. Of several accounts, those that no profile carries are left out of it and are
    in the instructions only. Nothing is written.

    Raises SeveralPeopleError, and NotExportableError when no account can be carried, or set up by
    instructions.
    """
    _refuse_several_people(entries)
    profile: Export | None = None
    left_out: tuple[str, ...] = ()
    if not instructions_only:
        profile, left_out = _profile(workspace, entries, person, wishes or ProfileWishes(), identity)
    made = Consignment(workspace, entries, profile, left_out=left_out, person=person, identity=identity)
    made.page()  # whatever cannot be said is found out now, and not when the iPhone asks
    return made


def _refuse_several_people(entries: Sequence[AccountEntry]) -> None:
    owners = (entry.value.person for entry in entries if entry.value is not None)
    people = sorted({owner.casefold(): owner for owner in owners if owner is not None}.values())
    if len(people) > 1:
        raise SeveralPeopleError(
            f"what is delivered is for one iPhone, and these accounts belong to {', '.join(people)};"
            " --person NAME delivers those of one"
        )


def _profile(
    workspace: Workspace,
    entries: Sequence[AccountEntry],
    person: str | None,
    wishes: ProfileWishes,
    identity: SigningIdentity | None,
) -> tuple[Export, tuple[str, ...]]:
    """The profile of as many accounts as there can be, and why not of the others."""

    def made(some: Sequence[AccountEntry]) -> Export:
        return export_profile(workspace, some, person=person, wishes=wishes, identity=identity)

    try:
        return made(entries), ()
    except NotExportableError:
        if len(entries) == 1:
            raise
    carried, left_out = [], []
    for entry in entries:
        try:
            made([entry])
        except NotExportableError as error:
            left_out += str(error).splitlines()
        else:
            carried.append(entry)
    if not carried:
        raise NotExportableError("\n".join(left_out))
    return made(carried), tuple(left_out)
