"""Conversations with providers' servers, played again; the provider's own rules count."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from mailferry.model.cause import Cause, Stage
from mailferry.model.check import ServerCheck
from mailferry.model.transcript import ServerTranscript
from mailferry.model.transcript_text import from_text
from mailferry.replaying import replay
from mailferry.store.home import Home
from mailferry.workspace import Workspace
from tests.behaviours.case import Behaviour
from tests.behaviours.scripted import folder

RECORDINGS = Path(__file__).with_name("recordings")


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a recording shows: what the server does in a sentence, and what must be found."""

    does: str
    stage: Stage
    cause: Cause


@cache
def _workspace() -> Workspace:
    return Workspace(Home(folder() / "home", folder() / "state"))


def _behaviour(name: str, expected: Expected) -> Behaviour:
    (transcript,) = from_text((RECORDINGS / f"{name}.txt").read_text("utf-8"))
    return Behaviour(
        name,
        expected.does,
        transcript.protocol,
        transcript.security,
        expected.stage,
        expected.cause,
        "recording",
        lambda: _replayed(transcript),
    )


def _replayed(transcript: ServerTranscript) -> ServerCheck:
    (result,) = replay(_workspace(), [transcript])
    return result.servers[0]


RECORDED = tuple(
    _behaviour(name, expected)
    for name, expected in msgspec.convert(
        tomllib.loads((RECORDINGS / "expected.toml").read_text("utf-8")), dict[str, Expected]
    ).items()
)
