"""`make bench`: the program's speed as ratios, measured in this run on this machine. It asserts nothing.

    run.py [--only NAME]... [--json]

A ratio compares the program with a yardstick that runs by turns with it: an empty Textual program, an empty
Python program, or curl. So it says about the same on any machine, also on one that has other things to do.
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Run as a file, not as a module: the folder above holds the package this file belongs to."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from bench.report import report

    report(sys.argv[1:])


if __name__ == "__main__":
    main()
