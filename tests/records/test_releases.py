"""A school that skips releases loses nothing: every stored database of a release can still be read."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.records import migrations
from bot.records.audit import verify
from bot.records.backup import restore
from bot.records.database import Database
from bot.records.vault import KeyRing
from tests.records import releases
from tests.records.given import SCHOOL

STORED = sorted(releases.HERE.glob("*.backup"))


@pytest.mark.parametrize("stored", STORED, ids=[file.stem for file in STORED])
def test_the_database_of_every_release_can_be_read(
    stored: Path, empty_url: Callable[[], str], ring: KeyRing
) -> None:
    url = empty_url()
    restore(stored, url, ring)
    database = Database(url, ring)
    database.ready()
    releases.check(database)
    assert verify(database, SCHOOL).ok
    database.close()


def test_this_release_has_a_stored_database() -> None:
    assert migrations.head() in {file.stem for file in STORED}
