"""The yardstick of the interface: about the least a Textual program can be; a key changes one thing."""

from textual.app import App, ComposeResult
from textual.widgets import Footer, Static


class BareApp(App[None]):
    """A line of text and a footer; an arrow changes the line."""

    BINDINGS = [("q", "quit", "Quit"), ("down", "turn", "Change")]  # noqa: RUF012  as every Textual program has it

    turns = 0

    def compose(self) -> ComposeResult:
        yield Static("bare 0")
        yield Footer()

    def action_turn(self) -> None:
        self.turns += 1
        self.query_one(Static).update(f"bare {self.turns}")


if __name__ == "__main__":
    BareApp().run()
