"""What is known of a person's iPhone."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from mailferry.model.config import Person
from mailferry.model.problem import MailferryError
from mailferry.ui.screens.dialog import Dialog
from mailferry.ui.screens.field import Field
from mailferry.ui.screens.phone_picks import IOS_OR_UNKNOWN, LANGUAGE_OR_UNKNOWN
from mailferry.ui.screens.pick import Pick
from mailferry.ui.screens.reading import Reading

_HELP = "From that day on the profile with all of the accounts is gone, and their mail with it. Empty: never."


class PersonScreen(Dialog[Person]):
    """Asks for the version and the language of an iPhone, and what else its profiles depend on."""

    DEFAULT_CSS = "PersonScreen Field { margin-top: 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "next", show=False),
        Binding("up", "app.focus_previous", "previous", show=False),
        Binding("enter", "keep", "keep it", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("↑↓", "move"),
        ("←→", "choose"),
        ("enter", "keep it"),
        ("esc", "cancel"),
    )

    def __init__(self, name: str, person: Person) -> None:
        super().__init__(f"The iPhone of {name}")
        self.ios = Pick("iOS        ", IOS_OR_UNKNOWN, person.ios)
        self.language = Pick("Language   ", LANGUAGE_OR_UNKNOWN, person.language)
        self.supervised = Pick("Supervised ", {False: "no", True: "by an organisation"}, person.supervised)
        self.known_day = person.remove_on
        day = person.remove_on.isoformat() if person.remove_on is not None else ""
        self.day = Field("Profile vanishes on", day, help=_HELP, placeholder="such as 2027-01-31")

    def body(self) -> ComposeResult:
        """The picks, and the day."""
        yield self.ios
        yield self.language
        yield self.supervised
        yield self.day

    @property
    def paged(self) -> Reading:
        """What helps with the day, or is wrong with it."""
        return self.day.note

    def on_input_changed(self) -> None:
        """A complaint is over when something else is typed."""
        self.day.rest()

    def on_input_submitted(self) -> None:
        """Enter in the field keeps it all."""
        self.action_keep()

    def action_keep(self) -> None:
        """Leave with what was chosen, if the day is one."""
        from mailferry.own_people import removal_day

        try:
            day = removal_day(self.day.value, known=self.known_day)
        except MailferryError as error:
            self.day.complain(str(error))
            return
        self.finish(
            Person(
                ios=self.ios.value,
                language=self.language.value,
                supervised=self.supervised.value,
                remove_on=day,
            )
        )
