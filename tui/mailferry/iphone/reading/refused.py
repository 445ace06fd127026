"""A file that is not read, and why."""

from __future__ import annotations

from mailferry.model.problem import MailferryError


class RefusedProfileError(MailferryError):
    """The file is no configuration profile, or cannot be read safely; the message says what it is."""
