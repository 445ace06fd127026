"""A thousand iPhone profiles."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure
from bench.homes import make_home

_PROFILES = 1000


def measure_exports(folder: Path) -> Iterator[Figure]:
    """Read the accounts, make a profile of each, write it to a file, pin it and note who has it: CPU time of
    it all, as it is when nothing has been exported before.
    """
    from mailferry.exporting import export_profile
    from mailferry.handing_over import hand_over
    from mailferry.saving import save_export
    from mailferry.store.home import locate_home
    from mailferry.workspace import Workspace

    home = make_home(folder / "home", _PROFILES, domains=("centurylink.net", "icloud.com", "gmx.de"))
    profiles = folder / "profiles"
    profiles.mkdir()
    began = time.process_time()
    workspace = Workspace(locate_home(home))
    for entry in workspace.accounts():
        export = export_profile(workspace, [entry])
        path = save_export(export, profiles)
        hand_over(workspace, export, "file", str(path))
    spent = time.process_time() - began
    written = len(list(profiles.iterdir()))
    yield Figure(
        f"{written} first profiles exported, CPU", spent, 2, "s", f"{spent / written * 1000:.2f} ms each"
    )
