"""One password for two servers, fetched once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from mailferry.model.secret import Secret, SecretError


class SharedSecret:
    """Fetches a secret at its first call and gives the same answer, or the same error, to later ones.

    The two servers of an account are tested at the same time; without this a password command would run
    twice, and a keyring be asked twice.
    """

    def __init__(self, fetch: Callable[[], Secret]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._answer: Secret | SecretError | None = None

    def __call__(self) -> Secret:
        """The secret. Raises SecretError, the same each time."""
        with self._lock:
            if self._answer is None:
                try:
                    self._answer = self._fetch()
                except SecretError as error:
                    self._answer = error
        if isinstance(self._answer, SecretError):
            raise self._answer
        return self._answer
