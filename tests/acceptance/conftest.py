"""The demo and the people at it, for tests of the whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.acceptance.demo import Demo, Visitors
from tests.browser import browser
from tests.stories.sample import Sample, load_sample

__all__ = ["browser"]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The sample school with its engine, which has learnt before any demo starts."""
    return load_sample(tmp_path_factory.mktemp("sample"))


@pytest.fixture
def demo(sample: Sample, tmp_path: Path) -> Iterator[Demo]:
    """The demo, running."""
    demo = Demo(tmp_path / "home")
    demo.start()
    yield demo
    demo.stop()


@pytest.fixture
def visitors(demo: Demo, browser: Browser) -> Iterator[Visitors]:
    """People who come to the demo."""
    visitors = Visitors(demo, browser)
    yield visitors
    visitors.leave()
