"""How often Slack lets an app call a method, and the faults that a test may order."""

import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

POSTS_PER_SECOND, POSTS_AT_ONCE = 1.0, 3.0


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
        self.clock = clock
        self._buckets: dict[str, Bucket] = {}

    def wait(self, method: str, channel: str, per_minute: int) -> int:
        """Seconds for Retry-After; 0 when the call is let through."""
        if not self.on:
            return 0
        key = method if per_minute else f"{method} {channel}"
        rate, most = (per_minute / 60, per_minute) if per_minute else (POSTS_PER_SECOND, POSTS_AT_ONCE)
        now = self.clock()
        bucket = self._buckets.setdefault(key, Bucket(rate, most, most, now))
        return math.ceil(bucket.take(now))


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
