"""How a process is killed, and what the story looks like when nobody is."""

import signal
from functools import cache
from pathlib import Path
from typing import Any

from tests.hazards.checks import Shape, shape_of
from tests.hazards.conftest import TURNS, Ground
from tests.hazards.forge import Ended, Forge

LATER, MUCH_LATER = 40.0, 3600.0
"""Seconds: past the lease, and long after everything."""


def which(turn: int, times: int) -> int:
    """Which of the times a point is passed this turn strikes at: spread evenly, the middle first."""
    return 1 + (times // 2 + turn * max(1, times // TURNS)) % times


def live(forge: Forge, act: str, url: str, folder: Path, **wishes: Any) -> Ended:
    """A process that nobody kills."""
    ended = forge.do(act, url=url, folder=str(folder), **wishes)
    assert ended.code == 0, ended.trouble
    return ended


def die(forge: Forge, act: str, url: str, folder: Path, **wishes: Any) -> None:
    """A process that is killed where it should be."""
    ended = forge.do(act, url=url, folder=str(folder), **wishes)
    assert ended.killed_by == signal.SIGKILL, ended


@cache
def whole(forge: Forge, ground: Ground, broken: tuple[str, ...]) -> tuple[Shape, dict[str, int]]:
    """The story without a kill: what is left of it, and how often each point was passed."""
    url = ground.copy()
    folder = ground.folder / f"whole-{len(broken)}"
    folder.mkdir()
    ended = live(forge, "walk", url, folder, rounds=3, broken=list(broken))
    if broken:
        live(forge, "repeat", url, folder, seconds=MUCH_LATER)
    shape = shape_of(url, folder)
    ground.remove(url)
    return shape, ended.said["seen"]
