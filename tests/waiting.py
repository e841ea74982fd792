"""Waiting for what must come. How soon it comes is measured in tests/pace and asserted nowhere."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 60.0
"""Seconds: a machine that runs tests may be busy with others, and whoever sees what they wait for goes on."""

T = TypeVar("T")


def nothing() -> str:
    """Nothing more is known."""
    return "it never came"


def until(found: Callable[[], T], told: Callable[[], str] = nothing, patience: float = PATIENCE) -> T:
    """What is found, as soon as there is something; AssertionError with what is told when nothing comes."""
    end = time.monotonic() + patience
    while not (it := found()):
        assert time.monotonic() < end, told()
        time.sleep(0.05)
    return it
