"""Which platforms the stories are played on."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import browser
from tests.platforms.running import Template
from tests.platforms.slack.running import make_template
from tests.platforms.teams.running import make_template as make_teams_template
from tests.stories.acts import Acts
from tests.stories.drivers import Driver
from tests.stories.drivers.counter import counter
from tests.stories.drivers.slack import slack
from tests.stories.drivers.teams import teams
from tests.stories.drivers.terminal import terminal
from tests.stories.drivers.web import Computers, web
from tests.stories.sample import Sample, load_sample

__all__ = ["browser"]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample school with its engine, loaded once."""
    return load_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The sample school with Slack addresses, and a store with keys and tables, made once."""
    return make_template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def teams_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The same with Teams addresses."""
    return make_teams_template(tmp_path_factory.mktemp("teams-template"))


@pytest.fixture(scope="module")
def computers(browser: Browser) -> Computers:
    """What people look at the page with."""
    return Computers(browser)


PLATFORMS = [
    "counter",
    "terminal",
    pytest.param("web", marks=pytest.mark.browser),
    "slack-socket",
    "slack-http",
    "teams",
]


@pytest.fixture(params=PLATFORMS, autouse=True)
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    """One platform with a school of its own, open for one story."""
    playing: AbstractContextManager[Driver]
    platform, _, mode = str(request.param).partition("-")
    if platform == "slack":
        playing = slack(request.getfixturevalue("template"), tmp_path, mode)
    elif platform == "teams":
        playing = teams(request.getfixturevalue("teams_template"), tmp_path)
    elif platform == "web":
        computers = request.getfixturevalue("computers")
        playing = web(request.getfixturevalue("sample"), tmp_path, computers)
    elif platform == "terminal":
        playing = terminal(request.getfixturevalue("sample"), tmp_path)
    else:
        playing = counter(request.getfixturevalue("sample"), tmp_path)
    with playing as people:
        yield people


@pytest.fixture
def acts(driver: Driver) -> Acts:
    return Acts(driver)
