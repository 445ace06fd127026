"""Lending the terminal to a password command that may want to ask for something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from mailferry.cli.output import words


def lending(
    aside: Callable[[], AbstractContextManager[None]],
) -> Callable[[str], AbstractContextManager[None]]:
    """What a wallet hands the terminal over with: it is said which command has it.

    `aside` keeps everything else off the terminal while its context lasts.
    """

    @contextmanager
    def lend(whose: str) -> Iterator[None]:
        with aside():
            command = whose[:1].upper() + whose[1:]
            words(f"{command}, failed; it runs once more and may ask here (ctrl+c stops all).")
            yield

    return lend
