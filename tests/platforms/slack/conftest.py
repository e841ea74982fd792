"""A fake Slack of the sample school, alone or with an Usher of its own beside it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.reading import read_house
from bot.school.people import School
from tests.platforms.slack.phone import Phone
from tests.platforms.slack.running import Running, Template, make_template, running
from tests.platforms.slack.server import HERE, FakeSlack
from tests.platforms.slack.workspace import school_workspace, user_of


@pytest.fixture(scope="session")
def sample_school() -> School:
    """The sample school as it is shipped."""
    return read_house(HERE / "policy", HERE / "intents").school


@pytest.fixture
def fake(sample_school: School) -> Iterator[FakeSlack]:
    """A workspace with nobody's app connected."""
    fake = FakeSlack(school_workspace(sample_school)).start()
    yield fake
    fake.stop()


@pytest.fixture
def phone(fake: FakeSlack, sample_school: School) -> Callable[[str], Phone]:
    """A person's phone in that workspace."""
    return lambda person: Phone(fake, user_of(sample_school, person))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A home with keys and tables, made once."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def start(template: Template, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts an Usher in a workspace of its own, in one mode or the other."""
    with ExitStack() as stack:

        def go(mode: str, **how: Any) -> Running:
            return stack.enter_context(running(template, tmp_path / mode, mode, **how))

        yield go


@pytest.fixture(params=["socket", "http"])
def usher(request: pytest.FixtureRequest, start: Callable[..., Running]) -> Running:
    """An Usher, in both modes."""
    return start(request.param)
