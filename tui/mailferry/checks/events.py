"""What an interface is told while checks run. Events come from worker threads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from mailferry.model.account import Role
from mailferry.model.cause import Stage
from mailferry.model.check import AccountCheck, StageResult
from mailferry.model.transcript import ServerTranscript


@dataclass(frozen=True)
class StageStarted:
    """A server's test has reached a stage."""

    account: str
    role: Role
    stage: Stage


@dataclass(frozen=True)
class StageEnded:
    """A stage is over, well or not."""

    account: str
    role: Role
    result: StageResult


@dataclass(frozen=True)
class PasswordAwaited:
    """A server's test waits for its password, which a slow program may print; or, `over`, does so no more."""

    account: str
    role: Role
    over: bool = False


@dataclass(frozen=True)
class AccountDone:
    """All servers of an account are done."""

    account: str
    check: AccountCheck


@dataclass(frozen=True)
class ConversationEnded:
    """What was said to one server; comes before the account is done."""

    account: str
    transcript: ServerTranscript


CheckEvent: TypeAlias = StageStarted | StageEnded | PasswordAwaited | ConversationEnded | AccountDone
