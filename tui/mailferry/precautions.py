"""What to know before accounts are handed out: what forbids it, how they were tested, what will be shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mailferry.iphone.account import PhoneAccount
from mailferry.iphone.remark import Remark
from mailferry.iphone.remark_words import said
from mailferry.model.settings import ROLES
from mailferry.phone_accounts import Gathered
from mailferry.proofs import untested
from mailferry.workspace import Workspace

_OF_THE_PROFILE = frozenset(
    {
        "not-signed",
        "verified",
        "not-verified",
        "signature-expired",
        "asks-passcode",
        "consent",
        "root-certificate",
        "certificate-trust",
    }
)
"""What is shown once, however many accounts there are in a profile."""


def profile_refusals(workspace: Workspace, gathered: Gathered) -> Iterator[str]:
    """Why no profile can be made of an account, and what works instead."""
    yield from _slips(workspace, gathered)
    yield from map(said, gathered.refused)


def sheet_refusals(workspace: Workspace, gathered: Gathered) -> Iterator[str]:
    """Why nobody could set an account up by a sheet."""
    yield from _slips(workspace, gathered)
    if not _is_of_no_program(gathered):  # else the sheet says what works instead
        yield from _without_servers(gathered.account)


def _slips(workspace: Workspace, gathered: Gathered) -> Iterator[str]:
    """Hosts that may be a stranger's: the iPhone would send the password there without a question."""
    for role in ROLES:
        host = gathered.value.server(role).host
        slip = workspace.unconfirmed_slip(gathered.value, role) if host else None
        if slip is not None:
            yield (
                f"{host} looks like a typing slip of {slip}, and the iPhone would send the password there."
                f" Put the right name in first: mailferry fix {gathered.entry.id} {role}.host"
            )


def _is_of_no_program(gathered: Gathered) -> bool:
    """Whether no mail program of an iPhone's can be set up with the account."""
    return any(remark.code in ("retired", "bridge-only", "no-mail-programs") for remark in gathered.refused)


def _without_servers(account: PhoneAccount) -> Iterator[str]:
    """An account that no button of the iPhone's sets up needs its servers named."""
    if account.recommendation.iphone.add_account != "Other":
        return
    for role in ROLES:
        if account.settings.server(role).host is None:
            yield f"no {role} server is known; write its host into the account's file first"


def unproven(workspace: Workspace, gathered: Sequence[Gathered]) -> Iterator[str]:
    """Which accounts have not passed a test as they are, and why they count as such."""
    return _said_once(gathered, (_doubts(workspace, each) for each in gathered))


def warnings(
    workspace: Workspace, gathered: Sequence[Gathered], remarks: Iterable[Iterable[Remark]]
) -> tuple[str, ...]:
    """How the accounts were tested, what is wrong with them, what will be otherwise on the iPhone."""
    about = zip(gathered, remarks, strict=False)
    return tuple(
        _said_once(
            gathered,
            (
                (*_cautions(workspace, each), *(_said(remark, len(gathered)) for remark in about_it))
                for each, about_it in about
            ),
        )
    )


def _said(remark: Remark, accounts: int) -> str:
    """A remark on one of the accounts of a profile. Of several, one may be better off without it."""
    if remark.code == "built-in-simpler" and accounts > 1:
        return f"{said(remark)} This profile sets it up all the same; choose the others to leave it out."
    return said(remark)


def _said_once(gathered: Sequence[Gathered], every: Iterable[Iterable[str]]) -> Iterator[str]:
    """What is to be said of accounts, with the labels of those that it is said of."""
    whose: dict[str, dict[str, None]] = {}
    for each, sentences in zip(gathered, every, strict=True):
        for words in sentences:
            whose.setdefault(words, {})[each.account.settings.label] = None
    for words, labels in whose.items():
        of_all = len(labels) == len(gathered) > 1
        yield f"{'Each account' if of_all else ', '.join(labels)}: {words}"


def _doubts(workspace: Workspace, gathered: Gathered) -> Iterator[str]:
    if _is_of_no_program(gathered):
        return  # there is nothing that could be tested
    if (words := untested(workspace, gathered.entry)) is not None:
        yield words


def _cautions(workspace: Workspace, gathered: Gathered) -> Iterator[str]:
    yield from _doubts(workspace, gathered)
    if (other := gathered.copied_from) is not None:
        yield (
            f"the name that the file has for iPhones, in [iphone], is that of {other}, as in a copied file. A"
            f" profile under it would take the place of {other}’s, so this account gets a name of its own;"
            " exporting or delivering its profile writes it into the file."
        )
    for finding in workspace.compare(gathered.entry.id, gathered.value).findings:
        if finding.verdict in ("wrong", "insecure", "outdated"):
            yield f"{finding.path}: {finding.why}"


def shown(gathered: Sequence[Gathered], remarks: Sequence[Sequence[Remark]]) -> tuple[str, ...]:
    """What the iPhone shows and asks, in its order: of the profile once, of each account by its label."""
    every = [[(remark.code in _OF_THE_PROFILE, said(remark)) for remark in about] for about in remarks]
    sentences: dict[str, None] = {}
    for each, about in zip(gathered, every, strict=True):
        for of_profile, words in about:
            if of_profile or len(every) == 1:
                whose = ""
            elif all((False, words) in others for others in every):
                whose = "Each account: "
            else:
                whose = f"{each.account.settings.label}: "
            sentences[whose + words] = None
    return tuple(sentences)
