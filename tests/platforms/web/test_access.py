"""Everybody can use the page: no fault that axe can find, on any screen, in any colours."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.platforms.web.served import Served
from tests.platforms.web.test_page import room, say, start_report

pytestmark = pytest.mark.browser

Enter = Callable[..., Page]
SCREENS = [(s, w) for s in ("light", "dark") for w in (1280, 360)]


def faults(page: Page) -> str:
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_axe_finds_nothing_wrong(
    served: Served, window: Enter, enter: Enter, scheme: str, width: int
) -> None:
    page = window(scheme=scheme, width=width)
    page.goto(served.url)
    expect(page.locator(".person").first).to_be_visible()
    assert faults(page) == ""

    enter("Ruth", page)
    say(page, "everything")
    expect(page.get_by_text("Opening hours")).to_be_visible()
    say(page, "Can I accept a friend request?")
    expect(page.get_by_text("Not stated.").first).to_be_visible()
    assert faults(page) == ""

    dialog = start_report(page)
    dialog.get_by_role("group", name="Is there an intimate image").get_by_label("Yes").check()
    expect(dialog.get_by_label("Who has seen it?")).to_be_visible()
    dialog.get_by_role("button", name="Add another").click()
    assert faults(page) == ""
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog.locator(".wrong-list")).to_be_visible()
    assert faults(page) == ""
    page.keyboard.press("Escape")

    if width < 800:
        page.get_by_role("button", name=re.compile("^Rooms")).click()
        expect(page.locator("#rail")).to_be_in_viewport()
        assert faults(page) == ""
    room(page, "Staffroom")
    say(page, "A pupil told me something")
    expect(page.get_by_text("somewhere private").first).to_be_visible()
    page.get_by_role("button", name="Reply in thread").click()
    assert faults(page) == ""
