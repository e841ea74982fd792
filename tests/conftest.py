"""What holds for every test: a slow machine is no fault, and how fast Usher is, is measured in tests/pace.

Where nothing may be skipped, hypothesis tries the same examples every time, so that a run says something
about the change and not about luck; at a desk it tries others each time, and what it finds there is kept.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

STRICT = os.environ.get("USHER_TESTS_STRICT") == "1"
HERE = Path(__file__).resolve().parent
LEARNT = frozenset({"acceptance", "operate", "platforms", "stories", "understanding"})
"""Folders whose tests want an engine that has learnt, for which they wait."""

settings.register_profile(
    "usher", deadline=None, derandomize=STRICT, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("usher")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In a fresh checkout one worker has the engine learn, for minutes; the others begin without it.

    Each worker is given the next of as many equal parts of the list as there are workers. What waits long
    comes early: at the end the other workers would wait with it.
    """
    others = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) - 1
    if others < 1:
        return
    early = [item for item in items if item.path.relative_to(HERE).parts[0] not in LEARNT]
    late = [item for item in items if item.path.relative_to(HERE).parts[0] in LEARNT]
    late.sort(key=lambda item: item.get_closest_marker("long") is None)
    first, late = late[: len(items) // (others + 1)], late[len(items) // (others + 1) :]
    shares = [_share(some, number, others) for number in range(others) for some in (early, late)]
    items[:] = [*first, *(item for share in shares for item in share)]


def _share(some: Sequence[pytest.Item], number: int, count: int) -> Sequence[pytest.Item]:
    return some[len(some) * number // count : len(some) * (number + 1) // count]
