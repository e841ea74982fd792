"""A real Chromium for tests that look at pages: finds it, starts it, and says so when there is none."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--in-process-gpu",
    "--renderer-process-limit=2",
)


def chromium(playwright: Playwright) -> str:
    """Where Chromium is: USHER_CHROMIUM, on the PATH, or the one Playwright fetched; "" if nowhere."""
    named = os.environ.get("USHER_CHROMIUM", "")
    found = next((path for name in NAMES if (path := shutil.which(name))), "")
    own = playwright.chromium.executable_path
    return named or found or (own if Path(own).exists() else "")


def missing(reason: str) -> None:
    """Skip, saying why; where nothing may be skipped (USHER_TESTS_STRICT=1), fail."""
    if os.environ.get("USHER_TESTS_STRICT") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module of tests, with a fresh profile that is thrown away.

    Playwright's blocking interface holds the thread's event loop while it is open: keep browser
    tests in modules without async tests."""
    with sync_playwright() as playwright:
        path = chromium(playwright)
        if not path:
            missing("no Chromium here: install it (apt-get install chromium) or set USHER_CHROMIUM")
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()
