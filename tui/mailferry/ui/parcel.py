"""Accounts on their way to an iPhone, as the user wants them, and what is known of that before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mailferry.consignment import Consignment, consign
from mailferry.exporting import (
    Export,
    NotExportableError,
    ProfileWishes,
    export_profile,
    export_sheet,
)
from mailferry.file_names import file_stem
from mailferry.iphone.forms import Form
from mailferry.model.problem import MailferryError
from mailferry.phone_changes import replacement
from mailferry.ui.forecast import Forecast
from mailferry.workspace import AccountEntry, Workspace

if TYPE_CHECKING:
    from mailferry.iphone.signing import SigningIdentity


@dataclass(frozen=True)
class ParcelOptions:
    """How the profile of a parcel was wanted, and who signed it."""

    wishes: ProfileWishes
    identity: SigningIdentity | None


class Parcel:
    """What is to go, and how: `wishes` and `identity` may change until it goes. Nothing is written here.

    `person` is set where it is all of theirs; with `instructions_only`, no profile is delivered. What may ask
    a password store takes its time: use a thread.
    """

    def __init__(
        self,
        workspace: Workspace,
        entries: Sequence[AccountEntry],
        title: str,
        *,
        person: str | None = None,
    ) -> None:
        self.workspace = workspace
        self.entries = tuple(entries)
        self.title = title
        self.person = person
        self.wishes = ProfileWishes()
        self.identity: SigningIdentity | None = None
        self.instructions_only = False

    @property
    def key(self) -> tuple[str | None, frozenset[str]]:
        """What tells the same parcel again."""
        return self.person, frozenset(entry.id for entry in self.entries)

    @property
    def options(self) -> ParcelOptions:
        """As they are proposed the next time. A password goes into a file only when that is said anew."""
        wishes = msgspec.structs.replace(self.wishes, with_password=False)
        return ParcelOptions(wishes, self.identity)

    def use(self, options: ParcelOptions) -> None:
        """Take options over from the last time."""
        self.wishes, self.identity = options.wishes, options.identity

    @property
    def owner(self) -> str | None:
        """Whose iPhone it is for; None where the accounts are not all one person's."""
        owners = {entry.value.person for entry in self.entries if entry.value is not None}
        return self.person or (owners.pop() if len(owners) == 1 else None)

    @property
    def stem(self) -> Path:
        """Where files go by default, without their endings."""
        return Path.cwd() / file_stem(self.entries, self.person)

    @property
    def summary(self) -> str:
        """How the profile's options are set, in a few words."""
        if self.instructions_only:
            return "instructions alone"
        parts = ["password inside" if self.wishes.with_password else "password asked"]
        parts.append(f"signed by {self.identity.signer.name}" if self.identity is not None else "not signed")
        if self.wishes.remove_on is not None:
            parts.append(f"until {self.wishes.remove_on.isoformat()}")
        if self.wishes.consent:
            parts.append("with a text to agree to")
        return " · ".join(parts)

    def profile(self) -> Export:
        """The profile. Raises NotExportableError, SecretError, IdentityError."""
        return export_profile(
            self.workspace,
            self.entries,
            person=self.person,
            wishes=self.wishes,
            identity=self.identity,
        )

    def sheet(self, form: Form, *, ios: int, lang: str, leaving: bool = False) -> Export:
        """The instructions. Raises NotExportableError."""
        return export_sheet(
            self.workspace,
            self.entries,
            form,
            person=self.person,
            ios=ios,
            lang=lang,
            signer=self.identity.signer if self.identity is not None else None,
            leaving=leaving,
        )

    def consignment(self) -> Consignment:
        """Profile and instructions, or instructions alone where no profile can carry any of the accounts.

        Raises MailferryError where nobody could set them up.
        """
        try:
            return consign(
                self.workspace,
                self.entries,
                person=self.person,
                wishes=self.wishes,
                identity=self.identity,
                instructions_only=self.instructions_only,
            )
        except NotExportableError:
            return consign(self.workspace, self.entries, person=self.person, instructions_only=True)

    def profile_forecast(self) -> Forecast:
        """What is known of the profile."""
        try:
            return self._forecast(self.profile())
        except MailferryError as error:
            return Forecast(refusals=self._unnamed(str(error).splitlines()))

    def sheet_forecast(self) -> Forecast:
        """What is known of the instructions, which is the same in every form."""
        try:
            return self._forecast(export_sheet(self.workspace, self.entries, "text", person=self.person))
        except MailferryError as error:
            return Forecast(refusals=self._unnamed(str(error).splitlines()))

    def delivery_forecast(self) -> Forecast:
        """What is known of what `consignment` gives."""
        try:
            made = self.consignment()
        except MailferryError as error:
            return Forecast(refusals=self._unnamed(str(error).splitlines()))
        forecast = self._forecast(made.notes)
        left_out = made.left_out
        if made.profile is None and not self.instructions_only:
            left_out = self.profile_forecast().refusals
        left = self._unnamed(f"Not in the profile, only in the instructions: {each}" for each in left_out)
        if made.profile is None and left_out:
            left = ("The instructions alone are delivered; a profile cannot be:", *self._unnamed(left_out))
        return Forecast(
            unproven=forecast.unproven,
            warnings=(*left, *forecast.warnings),
            changes=forecast.changes,
            removes_first=forecast.removes_first,
            shown=forecast.shown,
        )

    def _forecast(self, made: Export) -> Forecast:
        replaced = replacement(self.workspace, made)
        return Forecast(
            unproven=self._unnamed(made.unproven),
            warnings=self._unnamed(each for each in made.warnings if each not in made.unproven),
            changes=replaced.texts if replaced is not None else (),
            removes_first=replaced is not None and replaced.remove_first,
            shown=self._unnamed(made.shown),
        )

    def _unnamed(self, sentences: Iterable[str]) -> tuple[str, ...]:
        """Without the name of a single account, which the title says once."""
        if len(self.entries) > 1:
            return tuple(sentences)
        [entry] = self.entries
        label = self.workspace.settings(entry.id, entry.value).label if entry.value is not None else ""
        return tuple(each.removeprefix(f"{label}: ") for each in sentences)
