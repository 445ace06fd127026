"""How much of this computer strangers may take while a link is open."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Times are in seconds.

    `guests` is how many connections are open at once, `wrong` how often an address may ask for what is not
    there within `window`. `farewell` is how long a client may take to close a connection on which it has got
    everything, `goodbye` how long any other one may take to read its answer, `linger` for how long a used
    link still says that it is used.
    """

    header_bytes: int = 16_384
    header_time: float = 10.0
    answer_time: float = 120.0
    farewell: float = 10.0
    goodbye: float = 2.0
    linger: float = 3.0
    guests: int = 256
    wrong: int = 30
    window: float = 60.0


_MOST_ADDRESSES = 4_096


class WrongTokens:
    """Counts, by address, requests for what is not there. Right ones are never asked about here."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, address: str, now: float) -> int:
        """One more from this address; returns how many it is beyond the limit, 0 for none."""
        network = _network(address)
        since, so_far = self._counts.pop(network, (now, 0))
        if now - since > self._limits.window:
            since, so_far = now, 0
        self._counts[network] = (since, so_far + 1)
        if len(self._counts) > _MOST_ADDRESSES:
            self._counts.popitem(last=False)
        return max(so_far + 1 - self._limits.wrong, 0)


def _network(address: str) -> str:
    """An IPv6 address stands for all that its owner commonly has (RFC 6177): /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Address(int(found) >> 64 << 64)) if found.version == 6 else address
