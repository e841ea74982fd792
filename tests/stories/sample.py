"""The sample school for stories: a fresh store for each, and one engine for all of them."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot.reading import House
from bot.school.matching import Matcher
from bot.settings import Settings, for_demo
from bot.wiring.key_file import make_key_file
from bot.wiring.works import Usher, make_home, open_house, open_matcher
from tests.learnt import learnt


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What all stories share: the school's files as read, and the engine with what it has learnt."""

    house: House
    matcher: Matcher

    @contextmanager
    def usher(self, home: Path) -> Iterator[Usher]:
        """Usher on a new sample store in this folder."""
        settings = sample_settings(home)
        make_home(settings.home)
        make_key_file(settings.key_file, only_if=True)
        usher = Usher(settings=settings, house=self.house, matcher=self.matcher)
        try:
            usher.database.migrate()
            yield usher
        finally:
            usher.close()


def sample_settings(home: Path) -> Settings:
    """The demo's own settings, with its store in this folder and the tests' shared engine."""
    own = {"USHER_HOME": str(home)}
    if intents := os.environ.get("USHER_TESTS_INTENTS"):
        own["USHER_INTENTS"] = intents
    return replace(for_demo(own), learnt=learnt())


def load_sample(home: Path) -> Sample:
    """Read the school's files and load the engine: seconds, or minutes where it has to learn first."""
    settings = sample_settings(home)
    house = open_house(settings)
    with (settings.learnt / "learning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return Sample(house=house, matcher=open_matcher(settings, house))
