"""How often Teams lets a bot call it: so many calls in a second and in an hour."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

Window = tuple[float, int]
THREAD: tuple[Window, ...] = ((1.0, 7), (3600.0, 1800))
"""Seconds, and calls that may begin within them, in one conversation thread."""
TENANT: tuple[Window, ...] = ((1.0, 30),)


class Limits:
    """Teams' rate limits, always on: a call too many is answered by 429 and counts for nothing."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.on = True
        self.clock = clock
        self.refused = 0
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def wait(self, thread: str) -> int:
        """Seconds for Retry-After; 0 when the call is let through. "" is a call about no thread."""
        if not self.on:
            return 0
        now = self.clock()
        asked = [("tenant", TENANT), *([(f"thread {thread}", THREAD)] if thread else [])]
        late = max(self._late(key, windows, now) for key, windows in asked)
        if late > 0:
            self.refused += 1
            return math.ceil(late)
        for key, _ in asked:
            self._calls[key].append(now)
        return 0

    def _late(self, key: str, windows: tuple[Window, ...], now: float) -> float:
        calls = self._calls[key]
        longest = max(length for length, _ in windows)
        while calls and now - calls[0] >= longest:
            calls.popleft()
        waits = [0.0]
        for length, most in windows:
            if len(calls) >= most and now - calls[-most] < length:
                waits.append(length - (now - calls[-most]))
        return max(waits)
