"""How much each client may ask: a bucket of requests that fills up again, for so many clients and no more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic


class RateLimit:
    """`per_second` requests each in the long run, `burst` at once. A rate of 0 is no limit.

    A full bucket is as good as none, so the one that was used longest ago is the one to forget.
    """

    def __init__(
        self, per_second: float, burst: int, *, most_clients: int, clock: Callable[[], float] = monotonic
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most_clients = most_clients
        self._clock = clock
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, client: bytes) -> float:
        """Takes one request. 0.0 if there was one, else after how many seconds there will be."""
        if self._per_second <= 0:
            return 0.0
        now = self._clock()
        left, since = self._buckets.pop(client, (float(self._burst), now))
        left = min(float(self._burst), left + (now - since) * self._per_second)
        taken = left >= 1.0
        self._buckets[client] = (left - 1.0 if taken else left, now)
        if len(self._buckets) > self._most_clients:
            self._buckets.popitem(last=False)
        return 0.0 if taken else (1.0 - left) / self._per_second
