"""Waiting for what must come, and how long at most; how fast something is, tests/pace measures."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 60.0
"""Seconds for what a process does: start, end, be ready. On a quiet machine a start takes two."""
ANSWERED = 15.0
"""Seconds for what somebody waits for in a chat."""

T = TypeVar("T")


def nothing() -> str:
    """Nothing more is known."""
    return "it never came"


def until(found: Callable[[], T], told: Callable[[], str] = nothing, patience: float = ANSWERED) -> T:
    """What is found, as soon as there is something; AssertionError with what is told when nothing comes."""
    end = time.monotonic() + patience
    while not (it := found()):
        assert time.monotonic() < end, told()
        time.sleep(0.05)
    return it
