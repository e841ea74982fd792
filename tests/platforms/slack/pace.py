"""How often Slack lets an app call a method, and the faults that a test may order."""

import math
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

POSTS_PER_SECOND, POSTS_AT_ONCE = 1.0, 3.0
"""In one channel: "1 message per second", with short bursts."""
EVERYWHERE_PER_SECOND, EVERYWHERE_AT_ONCE = 10.0, 20.0
"""In the whole workspace: "several hundred messages per minute", with bursts; Slack gives no figure."""
POST = "chat.postMessage"


@dataclass
class Bucket:
    """Fills steadily; each call takes one."""

    per_second: float
    most: float
    level: float
    seen: float

    def take(self, now: float) -> float:
        """0 when the call may go ahead, else how many seconds to wait."""
        self.level = min(self.most, self.level + (now - self.seen) * self.per_second)
        self.seen = now
        if self.level >= 1:
            self.level -= 1
            return 0
        return (1 - self.level) / self.per_second


class Limits:
    """Slack's rate limits; off unless a test is about them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.on = False
        self.everywhere = EVERYWHERE_PER_SECOND
        self.clock = clock
        self.passed: list[tuple[float, str, str]] = []
        """When, method and channel of every call let through."""
        self.refused: list[tuple[float, str, str]] = []
        self._buckets: dict[str, Bucket] = {}

    def wait(self, method: str, channel: str, per_minute: int) -> int:
        """Seconds for Retry-After; 0 when the call is let through."""
        if not self.on:
            return 0
        kinds = [(method, per_minute / 60, float(per_minute))]
        if not per_minute:
            everywhere = (method, self.everywhere, EVERYWHERE_AT_ONCE)
            kinds = [(f"{method} {channel}", POSTS_PER_SECOND, POSTS_AT_ONCE), everywhere]
        wait = self._take(kinds)
        (self.refused if wait else self.passed).append((self.clock(), method, channel))
        return wait

    def _take(self, kinds: list[tuple[str, float, float]]) -> int:
        """One out of each bucket, or none at all."""
        now = self.clock()
        buckets = [self._buckets.setdefault(key, Bucket(rate, most, most, now)) for key, rate, most in kinds]
        waits = [bucket.take(now) for bucket in buckets]
        if any(waits):
            for bucket, wait in zip(buckets, waits, strict=True):
                bucket.level += not wait
        return math.ceil(max(waits))

    def floor(self, posts: Mapping[str, int]) -> float:
        """Seconds between the first and the last of so many posts to each channel, if none is refused.

        What the buckets hold may go at once; all others go as these fill again, the slowest last.
        """
        everywhere = (sum(posts.values()) - EVERYWHERE_AT_ONCE) / self.everywhere
        busiest = (max(posts.values(), default=0) - POSTS_AT_ONCE) / POSTS_PER_SECOND
        return max(everywhere, busiest, 0.0)


@dataclass
class Order:
    """One fault for the next calls of a method: "429", "500", "503", "hang", "dropped", "cut" or an error."""

    what: str
    left: int
    retry_after: int = 1
    channel: str = ""
    """Only calls to this channel, where it is set."""


class Orders:
    """The faults still to come, by method."""

    def __init__(self) -> None:
        self._orders: dict[str, list[Order]] = defaultdict(list)
        self.served: list[tuple[str, str]] = []

    def add(self, method: str, order: Order) -> None:
        """From now on."""
        self._orders[method].append(order)

    def clear(self) -> None:
        """Everything is well again."""
        self._orders.clear()

    def take(self, method: str, channel: str) -> Order | None:
        """The fault for this call."""
        for order in self._orders[method]:
            if order.left and order.channel in ("", channel):
                order.left -= 1
                self.served.append((method, order.what))
                return order
        return None
