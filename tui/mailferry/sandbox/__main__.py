"""Plays a scene until standard input ends; started by `mailferry.sandbox.server`."""

import sys

from mailferry.sandbox.serving import main

sys.exit(main())
