"""Servers that turn somebody away in words: at the greeting, at the sign-in, at the inbox."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from mailferry.model.account import Protocol
from mailferry.model.cause import Cause
from tests.behaviours.case import Behaviour
from tests.behaviours.scripted import behaviour, good_tls
from tests.checks import scripts
from tests.checks.fault_server import Peer, Script


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a server says at a stage; `encoding` where it is not UTF-8."""

    name: str
    does: str
    stage: Literal["greeting", "auth", "mailbox"]
    cause: Cause
    protocol: Protocol
    says: str
    encoding: str = "utf-8"

    @property
    def answer(self) -> bytes:
        return self.says.encode(self.encoding) + b"\r\n"


def _script(said: Said) -> Script:
    if said.stage == "greeting":
        return lambda peer: _greet(peer, said.answer)
    if said.protocol == "imap":
        greeting = b"* OK [CAPABILITY IMAP4rev1] ready\r\n"
        if said.stage == "auth":
            return scripts.imap(greeting, login=said.answer)
        return scripts.imap(greeting, examine=said.answer)
    if said.protocol == "pop3":
        return scripts.pop3(pass_=said.answer) if said.stage == "auth" else scripts.pop3(stat=said.answer)
    return scripts.smtp(features=(b"AUTH PLAIN",), auth=said.answer)


def _greet(peer: Peer, words: bytes) -> None:
    peer.say(words)
    peer.stall()


def _behaviour(said: Said) -> Behaviour:
    return behaviour(
        said.name, said.does, said.stage, said.cause, _script(said), said.protocol, "tls", tls=good_tls
    )


WORDED = tuple(
    map(
        _behaviour,
        msgspec.convert(
            tomllib.loads(Path(__file__).with_name("said.toml").read_text("utf-8")), dict[str, list[Said]]
        )["said"],
    )
)
