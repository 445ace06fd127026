"""The demo's surroundings: a throw-away home folder with accounts, and the sandbox's servers behind them."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from mailferry.checks.options import CheckOptions
from mailferry.editing import Editor
from mailferry.model.secret import Secret
from mailferry.sandbox.scene import DEMO_ACCOUNTS, DEMO_PASSWORDS, DEMO_PROVIDERS, SCENE
from mailferry.sandbox.server import Sandbox
from mailferry.secrets.wallet import Wallet
from mailferry.store.home import Home, prepare_home
from mailferry.workspace import Workspace

_STAGE_SECONDS = 3.0
"""Everything is on this computer: what does not answer in three seconds never will."""


class Demonstration:
    """A workspace whose servers are the sandbox's. Nothing of it leaves the computer or outlives it."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailferry-demo-")))
            sandbox = stack.enter_context(Sandbox(SCENE))
            home = Home(config=folder, state=folder / "state")
            prepare_home(home)
            for name, text in DEMO_ACCOUNTS.items():
                (home.accounts / f"{name}.toml").write_text(text, encoding="utf-8")
            for name, text in DEMO_PROVIDERS.items():
                (home.providers / f"{name}.toml").write_text(text, encoding="utf-8")
            wallet = Wallet()
            for address, password in DEMO_PASSWORDS.items():
                wallet.remember(address, "incoming", Secret(password))
            options = CheckOptions(
                timeout=_STAGE_SECONDS,
                ca_files=(sandbox.ca_file,),
                connect_to=sandbox.connect_to,
                resolve_only=True,
            )
            self.workspace = Workspace(home, wallet=wallet, check_options=options)
            self.editor = Editor(self.workspace)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stack.close()
