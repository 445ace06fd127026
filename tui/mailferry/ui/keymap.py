"""Which keys do what: the registry's own keys, re-mapped by `[keys]` in config.toml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from textual.binding import Binding
from textual.keys import Keys, key_to_character

from mailferry.model.problem import Problem
from mailferry.ui.actions import ACTIONS, MOTIONS, QUIT_KEY, Action

_NAMED = {str(key.value) for key in Keys}
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}
_RESERVED = {QUIT_KEY, "ctrl+c"}

_SHOWN = {
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "delete": "del",
    "escape": "esc",
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
}


def bindings(actions: Iterable[Action], method: str) -> list[Binding]:
    """Textual bindings that call `action_METHOD` with the id of the action whose key is pressed."""
    return [
        Binding(
            ",".join(each.keys) or f"unbound_{each.id}",
            f"{method}('{each.id}')",
            each.label,
            show=False,
            id=each.id,
        )
        for each in actions
    ]


def remapped(keys: Mapping[str, str], file: str) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """The usable part of a user's key map, for `App.set_keymap`, and what is wrong with the rest."""
    usable: dict[str, str] = {}
    problems: list[Problem] = []
    known = {each.id: each for each in (*ACTIONS, *MOTIONS)}
    taken: dict[str, str] = {}
    for action_id, text in keys.items():
        if action_id not in known:
            near = get_close_matches(action_id, known, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            problems.append(
                Problem(file=file, key=f"keys.{action_id}", message=f"no action has this id{hint}")
            )
            continue
        good = []
        for raw in text.split(","):
            key = normal_key(raw.strip())
            fault = _fault(raw.strip(), key, taken.get(key or ""))
            if fault is None and key is not None:
                good.append(key)
                taken[key] = action_id
            else:
                problems.append(Problem(file=file, key=f"keys.{action_id}", message=fault or ""))
        if good:
            usable[action_id] = ",".join(good)
    return usable, tuple(problems)


def normal_key(text: str) -> str | None:
    """A key as Textual names it (`/` becomes `slash`); None when no keyboard sends it."""
    *modifiers, name = text.split("+") if text != "+" else ["+"]
    if any(each not in _MODIFIERS for each in modifiers):
        return None
    if len(name) == 1:
        [binding] = Binding.make_bindings([Binding(name, "none")])
        name = binding.key
    elif name not in _NAMED and key_to_character(name) is None:
        return None
    return "+".join([*modifiers, name])


def keys_of(each: Action, keymap: Mapping[str, str]) -> tuple[str, ...]:
    """The keys an action has now, as they are printed for people."""
    keys = keymap[each.id].split(",") if each.id in keymap else each.keys
    return tuple(shown_key(key) for key in keys)


def shown_key(key: str) -> str:
    """A key as people write it."""
    *modifiers, name = key.split("+")
    return "+".join([*modifiers, _SHOWN.get(name, name)])


def _fault(raw: str, key: str | None, owner: str | None) -> str | None:
    if key is None:
        return f"“{raw}” is not a key; examples: t, f5, ctrl+t, enter"
    if key in _RESERVED:
        return f"“{raw}” always quits and cannot mean anything else"
    if owner is not None:
        return f"“{raw}” is given to {owner} as well; it stays with {owner}"
    return None
