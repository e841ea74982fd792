"""Which platforms the stories are played on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.acts import Acts
from tests.stories.drivers import Driver
from tests.stories.drivers.counter import counter

PLATFORMS = {"counter": counter}


@pytest.fixture(params=list(PLATFORMS), autouse=True)
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Driver]:
    with PLATFORMS[request.param](tmp_path) as playing:
        yield playing


@pytest.fixture()
def acts(driver: Driver) -> Acts:
    return Acts(driver)
