"""What the page's tests share: a served page, and windows to look at it as somebody."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import browser
from tests.platforms.web.served import Served

__all__ = ["browser"]

Enter = Callable[..., Page]

expect.set_options(timeout=10_000)


@pytest.fixture
def served() -> Iterator[Served]:
    """A page of its own for every test."""
    served = Served()
    yield served
    served.close()


@pytest.fixture
def window(browser: Browser) -> Iterator[Enter]:
    """Open windows, each with its own profile; what a page complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    def open(scheme: str = "light", width: int = 1280, height: int = 860) -> Page:
        context = browser.new_context(
            color_scheme=scheme,
            locale="en-GB",
            reduced_motion="reduce",
            viewport={"width": width, "height": height},
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Security Policy" in said.text else None,
        )
        return page

    yield open
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def enter(served: Served, window: Enter) -> Enter:
    """Come in as somebody, through the start page."""

    def come_in(name: str, page: Page | None = None, **look: object) -> Page:
        page = page or window(**look)
        page.goto(served.url)
        page.get_by_role("button", name=name).click()
        expect(page.get_by_text("Hello, I'm Usher.").first).to_be_visible()
        return page

    return come_in
