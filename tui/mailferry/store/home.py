"""The home folder: where the user's files are, and where the program keeps what is its own."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from mailferry.model.problem import MailferryError
from mailferry.store.folders import FolderError, make_folder


class HomeError(MailferryError):
    """The home folder cannot be used; the message says why and what to do."""


class Home(msgspec.Struct, frozen=True):
    """`config` holds what people write and may keep under git; `state` what the program remembers."""

    config: Path
    state: Path

    @property
    def accounts(self) -> Path:
        """The folder of account files."""
        return self.config / "accounts"

    @property
    def providers(self) -> Path:
        """The folder of own provider files."""
        return self.config / "providers"

    @property
    def themes(self) -> Path:
        """The folder of own themes."""
        return self.config / "themes"

    @property
    def config_file(self) -> Path:
        """What the user wishes of the program."""
        return self.config / "config.toml"

    @property
    def people_file(self) -> Path:
        """Each person's iPhone."""
        return self.config / "people.toml"

    @property
    def given_file(self) -> Path:
        """What iPhones have been given."""
        return self.state / "given.jsonl"

    @property
    def failures_file(self) -> Path:
        """Rules and advice of one's own for the failure book."""
        return self.config / "failures.toml"


def locate_home(override: Path | None = None) -> Home:
    """The home folder: `override`, else `$MAILFERRY_HOME`, else the platform's folders. Makes nothing.

    Raises HomeError.
    """
    chosen = override or os.environ.get("MAILFERRY_HOME")
    if chosen:
        try:
            folder = Path(chosen).expanduser().absolute()
        except (RuntimeError, OSError):
            raise HomeError(
                f"the home folder {chosen} cannot be found: whose home is meant by “~”?"
            ) from None
        return Home(folder, folder / "state")
    import platformdirs

    config = platformdirs.user_config_path("mailferry", appauthor=False)
    state = platformdirs.user_state_path("mailferry", appauthor=False)
    return Home(config, config / "state" if state == config else state)  # one folder for both on macOS


def prepare_home(home: Home) -> None:
    """Make the folders that are missing, mode 0700. One that has them all may be read-only.

    Raises HomeError.
    """
    try:
        for folder in (home.config, home.accounts, home.providers, home.themes, home.state):
            make_folder(folder)
    except FolderError as error:
        raise HomeError(f"{error}; choose a home folder with --home or MAILFERRY_HOME") from None
    except PermissionError as error:
        raise HomeError(f"you may not look into {error.filename}; mailferry keeps its files there") from None
    for folder in (home.config, home.accounts):
        if not os.access(folder, os.R_OK | os.X_OK):
            raise HomeError(f"you may not read the folder {folder}; “chmod u+rx {folder}” changes that")
