from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from mailferry.model.secret import Secret, SecretError
from mailferry.secrets.shared_secret import SharedSecret


def test_a_shared_secret_is_fetched_once_by_many_threads() -> None:
    calls: list[int] = []

    def fetch() -> Secret:
        calls.append(1)
        return Secret("hunter2")

    shared = SharedSecret(fetch)
    with ThreadPoolExecutor(4) as pool:
        secrets = list(pool.map(lambda _: shared(), range(20)))
    assert secrets == [Secret("hunter2")] * 20
    assert len(calls) == 1


def test_a_failure_is_shared_too() -> None:
    calls: list[int] = []

    def fetch() -> Secret:
        calls.append(1)
        raise SecretError("locked")

    shared = SharedSecret(fetch)
    for _ in range(2):
        with pytest.raises(SecretError, match="locked"):
            shared()
    assert len(calls) == 1
