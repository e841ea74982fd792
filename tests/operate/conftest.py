"""The `usher` command on a home of its own, with an engine that has learnt a little, once."""

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.platforms.spawn import done

HERE = Path(__file__).resolve().parent.parent.parent
USHER = (sys.executable, "-m", "bot")
OURS = ("USHER_", "DATABASE_URL", "PORT", "SLACK_", "TEAMS_", "NO_COLOR", "TERM", "DISPLAY")
COVERAGE = ("COVERAGE_", "COV_")


@dataclass(frozen=True)
class Terminal:
    """Types commands, and looks at what comes of them."""

    home: Path
    intents: Path

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        own = {"USHER_HOME": str(self.home), "USHER_INTENTS": str(self.intents), "TERM": "dumb"}
        return kept | own | more

    def usher(self, *words: str, typed: str | bytes = "", **more: str) -> "subprocess.CompletedProcess[str]":
        given = typed if isinstance(typed, bytes) else typed.encode()
        return done(words, self.environment(**more), given, timeout=120)

    def start(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*USHER, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=HERE,
            stdin=subprocess.DEVNULL, env=self.environment(**more),
        )  # fmt: skip

    def right(self, *words: str, typed: str = "", **more: str) -> str:
        """What a command prints that must succeed."""
        done = self.usher(*words, typed=typed, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="session")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """All intents with the phrasings of two voices, learnt: enough for the command line."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    with (shared / "learning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _learnt(shared / "learnt")


def _learnt(folder: Path) -> Terminal:
    """Learn in this folder; quick when another worker has."""
    terminal = Terminal(folder / "home", folder / "intents")
    if not folder.exists():
        shutil.copytree(HERE / "intents", folder / "intents", ignore=lambda at, names: _left_out(names))
    terminal.right("train")
    return terminal


def _left_out(names: list[str]) -> list[str]:
    voices = {"young-ta.yml", "anxious-new-teacher.yml"}
    return [name for name in names if "young-ta.yml" in names and name not in voices]


@pytest.fixture
def terminal(learnt: Terminal, tmp_path: Path) -> Terminal:
    """A fresh home."""
    shutil.copytree(learnt.home / "learnt", tmp_path / "home" / "learnt")
    return Terminal(tmp_path / "home", learnt.intents)


@pytest.fixture
def records(terminal: Terminal) -> Terminal:
    """A fresh home with a key and tables."""
    terminal.right("keys", "new")
    terminal.right("migrate")
    return terminal
