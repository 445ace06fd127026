from __future__ import annotations

import copy
import pickle
import traceback

import pytest

from mailferry.model.secret import Secret


def test_a_secret_is_shown_nowhere_but_on_request() -> None:
    secret = Secret("hunter2")
    for shown in (repr(secret), str(secret), f"{secret}", f"{secret!r}", f"{secret!s:>20}"):
        assert "hunter2" not in shown
    assert secret.reveal() == "hunter2"


def test_a_secret_is_in_no_traceback() -> None:
    def fail(secret: Secret) -> None:
        raise ValueError(f"cannot use {secret}")

    with pytest.raises(ValueError, match="cannot use") as caught:
        fail(Secret("hunter2"))
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "hunter2" not in "".join(line for line in shown.format() if "fail(Secret" not in line)


def test_a_secret_cannot_be_written_to_disk() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret("hunter2"))


def test_secrets_are_compared_by_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
