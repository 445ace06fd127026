"""A one-time link while it lives: its code, its address, and who comes for it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Resize

from mailferry.model.problem import MailferryError
from mailferry.ui.screens.code import Code
from mailferry.ui.screens.dialog import Dialog, KeyLine
from mailferry.ui.screens.reading import Reading
from mailferry.ui.spans import EMPTY, Line, Span, Tone, marked, wrapped

if TYPE_CHECKING:
    from mailferry.iphone.delivery.events import Event, Reason

_LEAST_TEXT = 24
"""Columns beside the code that what happens needs at least."""
_AROUND = 3
"""Lines that are not the code's: the frame, the address, the keys."""

_REASONS: dict[str, tuple[str, Tone]] = {
    "expired": ("Time is up; the link is dead. Nobody has fetched it.", "warn"),
    "stopped": ("Stopped; the link is dead.", "warn"),
}

_FETCHED = (
    "The link has done its work and is dead. On the iPhone, open Settings within 8 minutes and install it."
)
_SHEET_FETCHED = (
    "The link has done its work and is dead; the instructions are open on the iPhone. Leave that page open"
    " until everything is set up: it cannot be loaded again."
)


class Delivery(Protocol):
    """A link that can be served once."""

    async def run(self, tell: Callable[[Event], None]) -> Reason:
        """Serve until it has been fetched, time is up, or `stop` is called. Raises MailferryError."""
        ...

    def stop(self) -> None:
        """End soon."""
        ...


class LinkScreen(Dialog[bool]):
    """Serves a link as long as it stands open, over the whole window. Answers whether it was fetched.

    `lives` is for how many seconds the link does. `told` are sentences about it, `shown` what the iPhone will
    show and ask. Nothing is sent to the terminal while nothing happens: the end is named as a time.
    """

    DEFAULT_CSS = """
    LinkScreen {
        .frame, &.-ascii .frame, &.-short .frame {
            width: 100%; height: 100%; padding: 0; border: none; border-top: solid $border;
        }
        &.-ascii .frame { border-top: ascii $border; }
        #both { height: 1fr; width: 100%; }
        #happening { height: 100%; width: 1fr; padding: 0 0 0 1; }
        #address { height: auto; }
        KeyLine { margin-top: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "copy", show=False),
        Binding("w", "plain", "show it plain", show=False),
        Binding("q", "cancel", "stop", show=False),
        Binding("enter", "over", "back", show=False),
    ]
    keys: ClassVar[tuple[tuple[str, str], ...]] = (
        ("c", "copy the address"),
        ("w", "show it plain"),
        ("esc", "stop"),
    )

    def __init__(
        self,
        label: str,
        delivery: Delivery,
        *,
        lives: int,
        told: Sequence[str] = (),
        shown: Sequence[str] = (),
        clock: Callable[[], datetime.datetime] = datetime.datetime.now,
    ) -> None:
        super().__init__(f"One-time link: {label}")
        self.delivery = delivery
        self.lives = lives
        self.told = told
        self.shown = shown
        self.clock = clock
        self.url = ""
        self.until = ""
        self.fetched = False
        self.installs = True
        self.over = False
        self.log_lines: list[tuple[str, Tone]] = []
        self.code = Code(id="code")
        self.happening = Reading(self._write, id="happening", focusable=True)
        self.address = Reading(self._write_address, id="address")

    def body(self) -> ComposeResult:
        """The code, beside it what happens, below both the address."""
        with Horizontal(id="both"):
            yield self.code
            yield self.happening
        yield self.address

    @property
    def paged(self) -> Reading:
        """What happens, and what the iPhone will show."""
        return self.happening

    def on_mount(self) -> None:
        """Serve; the worker is this screen's, so the link is dead at the latest when the screen is gone."""
        self.run_worker(self._serve(), group="delivery", exclusive=True)

    def on_resize(self, _event: Resize) -> None:
        """The code has room or not."""
        self._fit()

    def take(self, event: Event) -> None:
        """Tell of what has happened to the link."""
        from mailferry.iphone.delivery import events

        match event:
            case events.Listening():
                self.url = event.url
                self.installs = event.profile_url is not None
                self.until = f"{self.clock() + datetime.timedelta(seconds=self.lives):%H:%M}"
                self._fit()
            case events.Seen():
                self._log(f"{event.agent} ({event.sender}) opened the page")
            case events.Interrupted():
                self._log(f"{event.agent} ({event.sender}) broke off; the link still works", "warn")
            case events.Pestered():
                self._log(f"{event.sender} asks for links that do not exist, and is put off", "warn")
            case events.Delivered():
                self.fetched = True
                self._log(f"{event.agent} ({event.sender}) has fetched it", "good")
                self._end()
            case events.NotRecorded():
                self._log(event.why, "warn")
            case events.Closed() if event.reason != "delivered":
                words, tone = _REASONS[event.reason]
                self._log(words, tone)
                self._end()

    def action_copy(self) -> None:
        """Copy the address to the terminal's clipboard."""
        from mailferry.ui.clipboard import copy_text

        if self.url:
            copy_text(self.app, self.url)
            self._log("the address is copied, if the terminal allows it")

    def action_plain(self) -> None:
        """Show the address by itself, to be selected by hand or written to a file; the link lives on."""
        from mailferry.ui.screens.show import ShowScreen

        if self.url:
            self.app.push_screen(ShowScreen("The link", self.url, file_name="link.txt"))

    def action_over(self) -> None:
        """Leave, once the link is dead."""
        if self.over:
            self.finish(self.fetched)

    def action_cancel(self) -> None:
        """Stop, after asking where nobody has fetched it; leave, where the link is dead."""
        self._leave()

    @work
    async def _leave(self) -> None:
        if not self.over:
            from mailferry.ui.screens.confirm import ConfirmScreen

            choices = [("s", "stop; the link is then dead"), ("k", "keep it open")]
            question = "Nobody has fetched it yet. Stop the link?"
            screen = ConfirmScreen(question, choices, default="k")
            if await self.app.push_screen_wait(screen) != "s" or self.fetched:
                return
        self.delivery.stop()
        self.finish(self.fetched)

    async def _serve(self) -> None:
        try:
            await self.delivery.run(self.take)
        except MailferryError as error:
            self._log(f"✗ {error}", "bad")
            self._end()

    def _end(self) -> None:
        """Take away what is of no use any more; who leaves is asked nothing."""
        self.over = True
        self.happening.redraw()
        self.code.show(())
        self.address.show(self._write_address)
        self.query_one(KeyLine).show((("↑↓", "scroll"), ("esc", "back")))

    def _log(self, words: str, tone: Tone = "plain") -> None:
        self.log_lines.append((f"{self.clock():%H:%M} {words}", tone))
        self.happening.redraw()

    def _fit(self) -> None:
        """Show the code if the window has room for it."""
        if not self.url or self.over:
            return
        from mailferry.iphone.qr import qr_lines

        room = self.size.height - _AROUND
        code = () if self.app.has_class("-ascii") else qr_lines(self.url, height=room)
        fits = bool(code) and len(code) <= room and len(code[0]) + _LEAST_TEXT <= self.size.width
        self.code.show(code if fits else ())
        self.happening.redraw()
        self.address.show(self._write_address)

    def _write_address(self, width: int) -> list[Line]:
        return [(Span(part, "bold"),) for part in _parts(self.url, width)] if not self.over else []

    def _write(self, width: int) -> list[Line]:
        if not self.url and not self.over:
            return wrapped("opening the link …", width, "accent")
        lines: list[Line] = []
        if self.fetched:
            lines += wrapped(_FETCHED if self.installs else _SHEET_FETCHED, width, "good")
        elif not self.over:
            lines += wrapped(self._how(), width)
            lines += wrapped(f"It works once, until {self.until}.", width)
            if not self.installs:
                lines += wrapped("Leave the page open on the iPhone until everything is set up.", width)
            for text in self.told:
                lines += marked(text, width, "dim", mark="")
        if self.log_lines:
            lines += [EMPTY] if lines else []
            lines += [line for text, tone in self.log_lines for line in marked(text, width, tone, mark="")]
        if self.shown and (self.fetched or not self.over):
            lines += [EMPTY, (Span("The iPhone will show and ask:", "dim"),)]
            for number, text in enumerate(self.shown, 1):
                lines += marked(text, width, mark=f"{number}. ")
        return lines

    def _how(self) -> str:
        if self.code.code:
            return "Point the iPhone's camera at the code, or type the address below into Safari."
        if self.app.has_class("-ascii"):
            return "This terminal cannot draw the code. Type the address below into Safari on the iPhone."
        return (
            "The window is too small for the code: make it 80 columns by 24 lines."
            " Or type the address below into Safari on the iPhone."
        )


def _parts(url: str, width: int) -> list[str]:
    """The address in as few lines as it takes, with nothing in between, so that it can be selected whole."""
    return [url[at : at + width] for at in range(0, len(url), max(width, 1))]
