"""Every action of the interface: the one registry that feeds keys, palette, footer and help.

Ids are a contract with users' `[keys]` in config.toml: never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Pane = Literal["accounts", "settings", "source", "recommended", "test"]

PANES: tuple[Pane, ...] = ("accounts", "settings", "source", "recommended", "test")
_LISTS: tuple[Pane, ...] = ("accounts", "settings", "recommended", "test")


@dataclass(frozen=True)
class Action:
    """Something the user can do: a stable id, its keys, a short label for the footer, a sentence for help.

    `panes` are those where its keys work. A plain letter cannot work in the TOML text, where it is typed.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    panes: tuple[Pane, ...] = _LISTS


MOTIONS: tuple[Action, ...] = (
    Action("down", ("down", "j"), "down", "One line down."),
    Action("up", ("up", "k"), "up", "One line up."),
    Action("first", ("home", "g"), "first", "To the first line."),
    Action("last", ("end", "G"), "last", "To the last line."),
    Action("page-down", ("pagedown", "ctrl+f"), "page down", "One page down."),
    Action("page-up", ("pageup",), "page up", "One page up."),
    Action("left", ("left", "h"), "left", "To the pane on the left."),
    Action("right", ("right", "l"), "right", "To the pane on the right."),
)
"""Moving about; left out of the palette, where they would make no sense."""

ACTIONS: tuple[Action, ...] = (
    Action(
        "edit",
        ("enter",),
        "edit",
        "From the list go to the settings; there, change the row.",
        ("accounts", "settings", "recommended"),
    ),
    Action(
        "filter",
        ("slash",),
        "filter",
        "Show only the accounts that hold what you type.",
        ("accounts", "settings", "recommended", "test"),
    ),
    Action("new", ("n",), "new", "Add an account: type its address, the rest is looked up."),
    Action(
        "look-up",
        ("L",),
        "look up",
        "Ask online who says what about the account's servers; you are told first who is asked.",
    ),
    Action(
        "duplicate", ("d",), "duplicate", "Copy the account's file, comments included, under a new label."
    ),
    Action("delete", ("delete", "D"), "delete", "Delete the account's file; u brings it back."),
    Action(
        "test",
        ("t",),
        "test",
        "Test the account's servers with the settings shown; after a failure a moment ago, on from there.",
    ),
    Action("test-whole", ("r",), "test whole", "Test the account's servers from the first step on."),
    Action("test-all", ("T",), "test all", "Test the servers of every account that is listed."),
    Action(
        "send-test",
        ("s",),
        "send test",
        "Send a message from the account to itself, look for it in the inbox, and delete it.",
    ),
    Action(
        "take-what-works",
        ("f",),
        "take what works",
        "Write what the last test saw working in place of what failed.",
    ),
    Action("transcript", ("x",), "transcript", "What was said in the last test, passwords masked."),
    Action(
        "details",
        ("I",),
        "details",
        "The servers by their last test: addresses, certificate, greeting, what they can do.",
    ),
    Action("grid", ("m",), "grid", "All listed accounts and the stages of their tests, one row each."),
    Action("report", ("R",), "report", "A report without secrets to copy or save, for whoever helps."),
    Action("accept", ("a",), "accept", "Take the recommended value of the highlighted setting."),
    Action("accept-all", ("A",), "accept all", "Take every recommended value of this account that differs."),
    Action(
        "stand-by",
        ("K",),
        "stand by",
        "Accept the highlighted deviation with a reason, until a day or for good; again: no longer.",
        ("settings", "recommended"),
    ),
    Action(
        "accept-for-provider",
        ("F",),
        "accept for all of a provider",
        "Take the highlighted recommended value, or all, in every account of this provider, in one step.",
    ),
    Action(
        "siblings",
        (),
        "compare all",
        "What all accounts share that is not as recommended, who stands alone, who meet at one mailbox.",
    ),
    Action("undo", ("u", "ctrl+z"), "undo", "Take back the last edit, or the last thing saved.", PANES),
    Action("redo", ("ctrl+r", "ctrl+y", "U"), "redo", "Do again what was taken back.", PANES),
    Action("save", ("ctrl+s", "f4", "S"), "save", "Save the file being edited.", PANES),
    Action("discard", ("X",), "discard edits", "Drop the unsaved edits of this file, after asking."),
    Action(
        "deliver",
        ("Q",),
        "deliver",
        "Bring profile and instructions to the iPhone: a one-time link with a QR code, by mail, a folder.",
    ),
    Action(
        "phones",
        ("M",),
        "iPhones",
        "What each person's iPhone has been given, when and how, and which one needs a new profile.",
    ),
    Action("password", ("p",), "password", "Store, replace or forget the password in its store."),
    Action("export", ("e",), "export", "Write an iPhone profile or set-up instructions for this account."),
    Action(
        "export-person",
        ("P",),
        "export person",
        "Write one profile or sheet for all accounts of this account's person.",
    ),
    Action(
        "read",
        ("N",),
        "read a profile",
        "Explain a .mobileconfig file of any maker beside your own accounts, and make accounts of it.",
    ),
    Action(
        "person",
        ("W",),
        "whose iPhone",
        "The iPhone of this account's person: version of iOS, language, when its profile vanishes.",
    ),
    Action("view", ("v",), "text", "Turn between the form and the file's own TOML text."),
    Action("form", ("f2",), "form", "Back from the TOML text to the form.", PANES),
    Action("provider", ("o",), "provider", "Edit the provider of this account in an own file, which wins."),
    Action("providers", ("b",), "providers", "Browse all providers that are known, and read their files."),
    Action("new-provider", (), "new provider", "Make a file for a provider that mailferry does not know."),
    Action(
        "delete-provider",
        (),
        "delete own provider",
        "Delete an own provider file; a shipped one holds again.",
    ),
    Action(
        "publish",
        ("O",),
        "publish",
        "What the owner of the provider's domains publishes: autoconfig file, DNS records, PACC.",
    ),
    Action(
        "read-autoconfig",
        (),
        "read autoconfig",
        "Make an own provider of an autoconfig file (XML).",
    ),
    Action("editor", ("E",), "$EDITOR", "Open the file in the editor named by $VISUAL or $EDITOR."),
    Action("copy", ("c",), "copy", "Copy the highlighted value, or show it plain to select by hand."),
    Action(
        "whole", ("w",), "whole text", "Show the pane's whole text by itself; it can be written to a file."
    ),
    Action(
        "why",
        ("i",),
        "about",
        "What is known about the provider: who says what, doubts, steps before signing in.",
    ),
    Action("accounts", ("1",), "accounts", "Go to the accounts."),
    Action("settings", ("2",), "settings", "Go to the settings."),
    Action("recommended", ("3",), "recommended", "Go to the comparison with the recommendation."),
    Action("results", ("4",), "test result", "Go to the result of the last test."),
    Action("next-pane", ("tab",), "next pane", "Go to the next pane.", _LISTS),
    Action("previous-pane", ("shift+tab",), "previous pane", "Go to the pane before.", PANES),
    Action("jump", ("ctrl+o", "J"), "jump", "Letters appear on panes and rows; type one to go there.", PANES),
    Action(
        "cancel", ("escape",), "cancel", "Stop the running test, leave the text, clear the filter.", PANES
    ),
    Action("theme", (), "theme", "Choose the colours; the choice is kept."),
    Action("doctor", (), "doctor", "Look at password stores, DNS, clock, terminal and file modes."),
    Action("lint", (), "lint", "Look through all files, own and shipped, for what is wrong in them."),
    Action("palette", ("ctrl+p", "colon"), "actions", "Every action by name.", PANES),
    Action("help", ("f1", "question_mark"), "help", "Keys of the focused pane, and all others.", PANES),
    Action("quit", ("q",), "quit", "Leave; unsaved edits are asked about."),
)

QUIT_KEY = "ctrl+q"
"""Quits whatever else a key map says, and everywhere."""

FOOTER: dict[Pane, tuple[str, ...]] = {
    "accounts": ("test", "edit", "accept-all", "export", "new", "filter"),
    "settings": ("edit", "accept", "save", "view", "undo", "test"),
    "source": ("save", "undo", "form", "redo", "jump"),
    "recommended": ("accept", "accept-all", "undo", "why", "test", "look-up"),
    "test": ("test", "take-what-works", "accept", "details", "transcript"),
}
"""Which hints the footer shows; at most six a pane, and help always."""

FIELD_HINTS: dict[Pane, tuple[tuple[str, str], ...]] = {
    "settings": (("enter", "take over"), ("esc", "cancel"), ("↓", "take over, go on"), ("ctrl+s", "save")),
    "accounts": (("enter", "done"), ("↓", "to the list"), ("esc", "show all")),
}
"""What the footer says while a field is typed into."""


def action_of(action_id: str) -> Action:
    """The action of an id. Raises KeyError for no such action."""
    return _BY_ID[action_id]


_BY_ID = {each.id: each for each in (*ACTIONS, *MOTIONS)}
