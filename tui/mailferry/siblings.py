"""What accounts of one provider say about each other when they are looked at together."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from mailferry.advice.across import OddOne, SharedDeviation, across, odd_ones
from mailferry.advice.twins import Twins, find_twins
from mailferry.model.finding import Comparison
from mailferry.workspace import Workspace


class Siblings(msgspec.Struct, frozen=True, kw_only=True):
    """What several accounts share, who stands alone, and who meet at one mailbox."""

    shared: tuple[SharedDeviation, ...]
    odd: tuple[OddOne, ...]
    twins: tuple[Twins, ...]


def siblings(workspace: Workspace, compared: Sequence[Comparison]) -> Siblings:
    """Look at compared accounts together.

    What a provider's accounts share is said only where all its readable ones were compared: “2 of 2” would
    not be true otherwise. Two that meet at one mailbox do so whatever the others are.
    """
    accounts = {entry.id: entry.value for entry in workspace.accounts() if entry.value is not None}
    left_out = accounts.keys() - {each.account for each in compared}
    in_part = {workspace.recommendation(accounts[each]).provider for each in left_out}
    whole = [each for each in compared if each.provider not in in_part]
    return Siblings(
        shared=across(whole),
        odd=odd_ones(whole),
        twins=find_twins(
            [
                workspace.settings(each.account, accounts[each.account])
                for each in compared
                if each.account in accounts
            ]
        ),
    )
