"""Comparing across accounts: what several accounts of one provider share, and where one stands alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from mailferry.advice.words import listed, say_value
from mailferry.model.finding import DEVIATIONS, Comparison, Finding, Verdict
from mailferry.model.settings import SETTING_PATHS

_WORST_FIRST: tuple[Verdict, ...] = ("blocked", "wrong", "insecure", "outdated", "differs")
_FOLLOWS: frozenset[Verdict] = frozenset({"same", "inherited"})
_ENOUGH_FOLLOWERS = 2


class SharedValue(msgspec.Struct, frozen=True, kw_only=True):
    """A value, None where the account leaves it out, and the ids of the accounts that hold it."""

    value: str | int | None
    accounts: tuple[str, ...]


class SharedDeviation(msgspec.Struct, frozen=True, kw_only=True):
    """One setting in which several accounts of one provider deviate.

    `verdict` is the worst of them. `recommended` is None where it is another for each account, as user names
    are. `values` are what the accounts hold, the commonest first. `fixable` are those that a recommended
    value mends. `of` counts all compared accounts of the provider.
    """

    provider: str
    path: str
    verdict: Verdict
    recommended: str | int | None
    values: tuple[SharedValue, ...]
    fixable: tuple[str, ...]
    of: int

    @property
    def accounts(self) -> tuple[str, ...]:
        """The ids of all accounts that deviate."""
        return tuple(account for value in self.values for account in value.accounts)


class OddOne(msgspec.Struct, frozen=True, kw_only=True):
    """An account that alone deviates in a setting which its provider's other accounts have as recommended."""

    provider: str
    account: str
    finding: Finding
    followers: int


def across(comparisons: Sequence[Comparison]) -> tuple[SharedDeviation, ...]:
    """The settings in which two or more accounts of one provider deviate, those of most accounts first."""
    of = _members(comparisons)
    shared = [
        _shared(provider, path, findings, of[provider])
        for (provider, path), findings in _grouped(comparisons).items()
        if sum(finding.verdict in DEVIATIONS for _, finding in findings) > 1
    ]
    return tuple(
        sorted(
            shared,
            key=lambda each: (-len(each.accounts), each.provider, SETTING_PATHS.index(each.path)),
        )
    )


def odd_ones(comparisons: Sequence[Comparison]) -> tuple[OddOne, ...]:
    """The accounts that alone deviate in a setting while at least two of their provider's follow it.

    What an account stands alone in comes one after the other.
    """
    found = []
    reads_by = _protocols(comparisons)
    for (provider, path), findings in _grouped(comparisons).items():
        deviating = [each for each in findings if each[1].verdict in DEVIATIONS]
        followers = sum(
            finding.verdict in _FOLLOWS
            and (not path.startswith("incoming.") or reads_by.get(other) == reads_by.get(deviating[0][0]))
            for other, finding in findings
            if deviating
        )
        if len(deviating) == 1 and followers >= _ENOUGH_FOLLOWERS:
            account, finding = deviating[0]
            found.append(OddOne(provider=provider, account=account, finding=finding, followers=followers))
    return tuple(sorted(found, key=lambda odd: (odd.provider, odd.account)))


def alike(shared: Sequence[SharedDeviation]) -> tuple[tuple[SharedDeviation, ...], ...]:
    """Deviations that the same accounts of a provider share, and that are mended in the same, together."""
    groups: dict[tuple[str, frozenset[str], frozenset[str]], list[SharedDeviation]] = defaultdict(list)
    for each in shared:
        groups[each.provider, frozenset(each.accounts), frozenset(each.fixable)].append(each)
    return tuple(tuple(group) for group in groups.values())


def say_alike(group: Sequence[SharedDeviation], name: str) -> str:
    """What the same accounts share, in one sentence; `name` is the provider's, as people know it."""
    first = group[0]
    if len(group) == 1:
        return say_shared(first, name)
    count = f"{len(first.accounts)} of {first.of} {name} accounts"
    if any(len(each.values) > 1 for each in group):
        return f"{count} deviate in {listed([each.path for each in group])}."
    return f"{count} have {listed([_say_held(each.path, each.values[0].value) for each in group])}."


def say_shared(deviation: SharedDeviation, name: str) -> str:
    """A shared deviation in a sentence; `name` is the provider's, as people know it."""
    field = deviation.path.split(".")[1]
    count = f"{len(deviation.accounts)} of {deviation.of} {name} accounts"
    values = [(each.value, len(each.accounts)) for each in deviation.values]
    wanted = ""
    if (field, deviation.recommended) == ("security", "none"):
        wanted = f"; {name} offers nothing better"
    elif deviation.recommended is not None:
        wanted = f"; recommended is {say_value(field, deviation.recommended)}"
    if len(values) == 1:
        return f"{count} have {_say_held(deviation.path, values[0][0])}{wanted}."
    if field == "username":
        return f"{count} deviate in {deviation.path}."
    each_one = ", ".join(f"{times} × {_say_effective(field, value)}" for value, times in values)
    return f"{count} deviate in {deviation.path} ({each_one}){wanted}."


def say_odd(alone: Sequence[OddOne], name: str) -> str:
    """In what one account stands alone, in a sentence; `name` is the provider's, as people know it."""
    holds = listed([_say_held(odd.finding.path, odd.finding.yours) for odd in alone])
    followers = {odd.followers for odd in alone}
    count = f"{'at least ' if len(followers) > 1 else ''}{min(followers)} others"
    return (
        f"{alone[0].account} alone among the {name} accounts has {holds}; {count} follow the recommendation."
    )


def _say_held(path: str, value: str | int | None) -> str:
    """What an account has at a setting that deviates, with the setting."""
    role, field = path.split(".")
    if field == "host" and value is None:
        return f"no server for {'reading' if role == 'incoming' else 'sending'} mail"
    return f"{_say_effective(field, value)} as {path}"


def _say_effective(field: str, value: str | int | None) -> str:
    """A value that deviates, in words.

    What is left out deviates in three ways only: there is no server; the account keeps a password where none
    is taken; the recommendation itself is not to encrypt.
    """
    if value is not None:
        return say_value(field, value)
    return {"host": "no server", "auth": "a password", "security": "no encryption"}.get(field, "nothing")


_Grouped = dict[tuple[str, str], list[tuple[str, Finding]]]


def _protocols(comparisons: Iterable[Comparison]) -> dict[str, str | int | None]:
    """What each account reads mail by, so that POP3's port is not held against IMAP's."""
    return {
        comparison.account: finding.recommended if finding.yours is None else finding.yours
        for comparison in comparisons
        for finding in comparison.findings
        if finding.path == "incoming.protocol"
    }


def _grouped(comparisons: Iterable[Comparison]) -> _Grouped:
    """Account ids and findings by provider and path; accounts of no known provider have nothing to share."""
    groups: _Grouped = defaultdict(list)
    for comparison in comparisons:
        if comparison.provider is not None:
            for finding in comparison.findings:
                groups[comparison.provider, finding.path].append((comparison.account, finding))
    return groups


def _members(comparisons: Iterable[Comparison]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for comparison in comparisons:
        if comparison.provider is not None:
            counts[comparison.provider] += 1
    return counts


def _shared(provider: str, path: str, findings: list[tuple[str, Finding]], of: int) -> SharedDeviation:
    deviating = [(account, finding) for account, finding in findings if finding.verdict in DEVIATIONS]
    verdicts = {finding.verdict for _, finding in deviating}
    recommended = {finding.recommended for _, finding in deviating}
    holders: dict[str | int | None, list[str]] = defaultdict(list)
    for account, finding in deviating:
        holders[finding.yours].append(account)
    return SharedDeviation(
        provider=provider,
        path=path,
        verdict=next(verdict for verdict in _WORST_FIRST if verdict in verdicts),
        recommended=recommended.pop() if len(recommended) == 1 else None,
        values=tuple(
            SharedValue(value=value, accounts=tuple(accounts))
            for value, accounts in sorted(holders.items(), key=lambda each: -len(each[1]))
        ),
        fixable=tuple(account for account, finding in deviating if finding.fix),
        of=of,
    )
