"""A fake Microsoft of the sample school, alone or with an Usher of its own beside it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.reading import read_house
from bot.school.people import School
from tests.platforms.running import HERE
from tests.platforms.teams.phone import Phone
from tests.platforms.teams.running import Running, Template, make_template, running
from tests.platforms.teams.server import FakeTeams
from tests.platforms.teams.tenant import school_tenant, user_of
from tests.platforms.teams.tiny import Tiny


@pytest.fixture(scope="session")
def sample_school() -> School:
    """The sample school as it is shipped."""
    return read_house(HERE / "policy", HERE / "intents", phrasings=False).school


@pytest.fixture
def fake(sample_school: School, tmp_path: Path) -> Iterator[FakeTeams]:
    """A tenant with nobody's bot behind the address."""
    fake = FakeTeams(school_tenant(sample_school), tmp_path / "microsoft").start()
    yield fake
    fake.stop()


@pytest.fixture
def phone(fake: FakeTeams, sample_school: School) -> Callable[[str], Phone]:
    """A person's phone in that tenant."""
    return lambda person: Phone(fake, user_of(sample_school, person))


@pytest.fixture
async def tiny(fake: FakeTeams) -> AsyncIterator[Tiny]:
    """A bot that knows the way out."""
    tiny = await Tiny(fake=fake).start()
    yield tiny
    await tiny.stop()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A home with keys and tables, made once."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def start(template: Template, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts an Usher in a tenant of its own."""
    with ExitStack() as stack:

        def go(**how: Any) -> Running:
            return stack.enter_context(running(template, tmp_path / "usher", **how))

        yield go


@pytest.fixture
def usher(start: Callable[..., Running]) -> Running:
    """An Usher that proves itself by a secret."""
    return start()
