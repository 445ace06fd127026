"""Under which address an iPhone reaches this computer, chosen by the user where there is a choice."""

from __future__ import annotations

import os
import sys

import click

from mailferry.cli.output import table, words
from mailferry.iphone.delivery.addresses import Kind, LocalAddress, local_addresses

_KINDS: dict[Kind, str] = {
    "ssh": "by which you are connected here",
    "network": "home or office network",
    "public": "internet",
    "vpn": "VPN: only iPhones in it",
    "container": "containers and virtual machines: no iPhone",
    "cable": "one cable, without a router",
    "computer": "this computer itself: no iPhone",
}


def choose_address(*, ask: bool) -> str:
    """The address; the best one where nobody is to be asked, and that is said on standard error."""
    known = local_addresses(os.environ.get("SSH_CONNECTION"))
    useful = [each for each in known if each.kind not in ("container", "computer")]
    if not known:
        raise click.UsageError("this computer has no address; name one with --host")
    if len(useful) > 1 and ask and sys.stdin.isatty():
        return _asked(known)
    best = known[0]
    if best.kind in ("container", "computer"):
        words(
            f"warning: there is no address here but {best.address}, which no iPhone reaches; --host names"
            " one that leads here."
        )
    else:
        others = f"; others: {', '.join(each.address for each in useful[1:])}" if useful[1:] else ""
        words(f"The link leads to {best.address} ({_KINDS[best.kind]}); --host names another{others}.")
    return best.address


def _asked(known: tuple[LocalAddress, ...]) -> str:
    words("Under which address does the iPhone reach this computer?")
    rows = [
        (f"  {number}", each.address, each.interface, _KINDS[each.kind])
        for number, each in enumerate(known, start=1)
    ]
    words(table(rows))
    number: int = click.prompt("Number", type=click.IntRange(1, len(known)), default=1, err=True)
    return known[number - 1].address
