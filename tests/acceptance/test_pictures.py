"""The README's pictures. `USHER_PICTURES=1 pytest tests/acceptance/test_pictures.py` takes them anew.

Clock and references stand still while they are taken, so that nothing changes but the page itself.
"""

import base64
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, tzinfo
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance import papers
from tests.acceptance.demo import choose, form, press, room, say, short_report
from tests.learnt import HERE
from tests.stories.page import served
from tests.stories.sample import Sample

pytestmark = pytest.mark.browser

PICTURES = HERE / "docs" / "pictures"
WIDE, PHONE, SHEET = (1280, 800), (390, 844), (794, 960)
SIZES = {"ask": WIDE, "report": WIDE, "case": WIDE, "phone": PHONE, "dark": WIDE}
PAPERS: dict[str, Callable[[], str]] = {"evidence": papers.evidence, "term": papers.term}
"""What is handed to governors, as wide as A4 on a screen."""
TA, DSL = "Jem Karuna", "Isolde Penhallow"
MORNING = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)
REFERENCE = "K7QF3M"


ALIKE = """async pictures => {
    const [one, other] = await Promise.all(pictures.map(async picture => {
        const image = new Image();
        image.src = `data:image/png;base64,${picture}`;
        await image.decode();
        const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
        canvas.drawImage(image, 0, 0);
        return canvas.getImageData(0, 0, image.width, image.height).data;
    }));
    return one.length === other.length && one.every((shade, at) => Math.abs(shade - other[at]) < 4);
}"""


class StoppedClock(datetime):
    """A clock that stands at MORNING."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "StoppedClock":
        return cls.fromtimestamp(MORNING.timestamp(), tz)


@pytest.fixture
def url(sample: Sample, tmp_path: Path) -> Iterator[str]:
    """The demo's page on a morning that doesn't pass."""
    letters = count()
    with ExitStack() as still:
        for where in ("bot.wiring.works.datetime", "bot.platforms.web.receive.datetime"):
            still.enter_context(patch(where, StoppedClock))
        still.enter_context(
            patch("bot.records.case_rows.secrets.choice", lambda _: REFERENCE[next(letters) % len(REFERENCE)])
        )
        usher = still.enter_context(sample.usher(tmp_path))
        yield still.enter_context(served(usher))


def ask(page: Page) -> None:
    choose(page, TA)
    say(page, "Can I accept a parent's friend request?")
    expect(page.get_by_text("The policy doesn't say.", exact=True)).to_be_visible()


def report(page: Page) -> None:
    choose(page, TA)
    page.get_by_role("button", name="Report a concern about a child").click()
    expect(form(page).get_by_text("Is a child in danger now?")).to_be_visible()


def case(page: Page) -> None:
    choose(page, TA)
    short_report(page, "Robin Sample", "Robin Sample showed me messages from somebody Robin doesn't know.")
    press(page, "Send the report")
    page.goto("/".join(page.url.split("/")[:3]))
    choose(page, DSL)
    room(page, "Safeguarding")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(form(page).get_by_text("Robin Sample showed me messages")).to_be_visible()


def dark(page: Page) -> None:
    choose(page, TA)
    page.get_by_role("button", name="Report a concern about a child").click()
    press(page, "Start the report")
    readers = form(page).get_by_text("Will be able to read it")
    readers.scroll_into_view_if_needed()
    expect(readers).to_be_visible()


SCENES: dict[str, Callable[[Page], None]] = {
    "ask": ask,
    "report": report,
    "case": case,
    "phone": ask,
    "dark": dark,
}


@pytest.mark.parametrize("name", SCENES)
def test_the_readme_shows_the_page_as_it_is(name: str, request: pytest.FixtureRequest) -> None:
    picture = PICTURES / f"{name}.png"
    if os.environ.get("USHER_PICTURES") == "1":
        take(picture, SCENES[name], request.getfixturevalue("browser"), request.getfixturevalue("url"))
    assert picture.is_file(), f"{picture} is missing: run this test with USHER_PICTURES=1"
    assert size(picture.read_bytes()) == SIZES[name]


@pytest.mark.parametrize("name", PAPERS)
def test_the_readme_shows_what_governors_are_handed(name: str, request: pytest.FixtureRequest) -> None:
    picture = PICTURES / f"{name}.png"
    if os.environ.get("USHER_PICTURES") == "1":
        browser: Browser = request.getfixturevalue("browser")
        width, height = SHEET
        profile = browser.new_context(viewport={"width": width, "height": height})
        page = profile.new_page()
        page.set_content(PAPERS[name]())
        keep(picture, page.screenshot(), profile.new_page())
        profile.close()
    assert picture.is_file(), f"{picture} is missing: run this test with USHER_PICTURES=1"
    assert size(picture.read_bytes()) == SHEET


def take(picture: Path, scene: Callable[[Page], None], browser: Browser, url: str) -> None:
    """Play a scene and take its picture."""
    width, height = SIZES[picture.stem]
    profile = browser.new_context(
        locale="en-GB",
        reduced_motion="reduce",
        color_scheme="dark" if picture.stem == "dark" else "light",
        viewport={"width": width, "height": height},
    )
    page = profile.new_page()
    page.goto(url)
    scene(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)
    taken = page.screenshot(animations="disabled", caret="hide")
    keep(picture, taken, profile.new_page())
    profile.close()


def keep(picture: Path, taken: bytes, beside: Page) -> None:
    """Keep it, unless the one that is there looks the same."""
    if not (picture.exists() and alike(beside, picture.read_bytes(), taken)):
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(taken)


def alike(page: Page, *pngs: bytes) -> bool:
    """Whether two pictures look the same: smoothing may differ by a shade from one run to the next."""
    return bool(page.evaluate(ALIKE, [base64.b64encode(png).decode() for png in pngs]))


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height
