"""Usher in Microsoft's own Agents Playground, in a real browser: words, cards, buttons, a whole report."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import browser  # noqa: F401 - the fixture
from tests.learnt import HERE, learnt
from tests.platforms.teams.npm import fetch
from tests.platforms.teams.playground import HERE_ONLY, PROGRAM, playground

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

PICTURE = HERE / "docs" / "pictures" / "teams-playground.png"
OURS = ("USHER_", "DATABASE_URL", "PORT", "SLACK_", "TEAMS_")
QUESTION = "Can I accept a parent's friend request?"
MARKED = "A **bold** [word](https://x.example) _there_\n1. first\n# last <b>of all</b>"


class Spy:
    """A proxy that the machine names: whoever wants out of here comes by."""

    def __init__(self) -> None:
        self.heard = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._door.accept()
            except OSError:
                return
            self.heard += 1
            caller.close()

    def close(self) -> None:
        self._door.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("playground")


@pytest.fixture(scope="module")
def modules(folder: Path) -> Path:
    return fetch(folder, PROGRAM)


@pytest.fixture(scope="module")
def spy() -> Iterator[Spy]:
    spy = Spy()
    yield spy
    spy.close()


@pytest.fixture(scope="module")
def endpoint(modules: Path, folder: Path, spy: Spy) -> Iterator[str]:
    """`usher playground`, on a sample store of its own; where it listens."""
    home = folder / "home"
    home.mkdir()
    (home / "learnt").symlink_to(learnt())
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    own = {"USHER_HOME": str(home), "HTTP_PROXY": spy.url, "http_proxy": spy.url, "NO_PROXY": ""}
    if intents := os.environ.get("USHER_TESTS_INTENTS"):
        own["USHER_INTENTS"] = intents
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "playground", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE, env=kept | own,
    )  # fmt: skip
    try:
        assert running.stdout is not None
        said = running.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/messages", said), said
        yield said
    finally:
        running.terminate()
        running.communicate(timeout=30)


@pytest.fixture(scope="module")
def url(modules: Path, endpoint: str, folder: Path) -> Iterator[str]:
    with playground(modules, endpoint, folder) as found:
        yield found


@pytest.fixture
def page(url: str, browser: Browser) -> Iterator[Page]:  # noqa: F811 - the fixture
    """Its page, which may fetch nothing from anywhere else, with Usher's greeting on it."""
    profile = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 860})
    page = profile.new_page()
    page.set_default_timeout(20_000)
    page.route(lambda at: not any(f"//{host}:" in at for host in HERE_ONLY), lambda route: route.abort())
    page.goto(url)
    expect(cards(page).last).to_contain_text("Hello Jem.")
    yield page
    profile.close()


def cards(page: Page) -> Locator:
    return page.locator(".ac-adaptiveCard")


def say(page: Page, words: str) -> Locator:
    """Type and send; the card that answers."""
    before = cards(page).count()
    page.get_by_role("textbox").last.click()
    page.keyboard.type(words)
    page.get_by_role("button", name="Send Message").click()
    return newest(page, before)


def press(page: Page, label: str) -> Locator:
    """Press a button of the newest card; the card that answers."""
    before = cards(page).count()
    cards(page).last.get_by_role("button", name=label, exact=True).click()
    return newest(page, before)


def newest(page: Page, before: int) -> Locator:
    expect(cards(page).nth(before)).to_be_visible()
    return cards(page).nth(before)


def pick(page: Page, choice: str) -> None:
    cards(page).last.get_by_text(choice).click()


def ask(page: Page) -> None:
    answer = say(page, QUESTION)
    expect(answer).to_contain_text("The policy doesn't say.")
    expect(answer).to_contain_text("PER-1b")
    needed = answer.get_by_role("button", name="That's what I needed")
    expect(needed).to_be_visible()
    if os.environ.get("USHER_PICTURES") == "1":
        picture(page)
    thanks = press(page, "That's what I needed")
    expect(thanks).to_contain_text("Thank you.")
    expect(needed).to_have_count(0)


def picture(page: Page) -> None:
    """The guide's picture: the chat alone, without the developers' log."""
    page.get_by_role("button", name="Hide log panel").click()
    page.set_viewport_size({"width": 1280, "height": 1180})
    page.mouse.move(0, 0)
    # In full view, with a little room above it.
    page.get_by_text(QUESTION).last.evaluate(
        "said => { said.style.scrollMarginTop = '3rem'; said.scrollIntoView({block: 'start'}); }"
    )
    page.wait_for_timeout(800)
    page.screenshot(path=PICTURE, animations="disabled", caret="hide")


def report(page: Page) -> str:
    """The short way, with one page that is sent back; the reference of the receipt."""
    say(page, "report")
    expect(press(page, "Report a concern about a child")).to_contain_text("Is a child in danger now?")
    press(page, "Start the report")
    expect(press(page, "Short way: only the essentials")).to_contain_text("Will be able to read it")
    expect(press(page, "Next")).to_contain_text("Please look at this again")
    pick(page, "Someone needs to act today")
    who = press(page, "Next")
    who.get_by_label("Full name").fill("Robin Sample")
    who.get_by_role("combobox").click()
    page.get_by_role("option", name="Has been harmed").click()
    press(page, "Next").get_by_label("What happened?").fill(MARKED)
    for _ in ("an intimate image", "an adult"):
        press(page, "Next").get_by_text("No", exact=True).click()
    press(page, "Next").get_by_text("I confirm this").click()
    check = press(page, "Next")
    expect(check).to_contain_text("Robin Sample, Has been harmed")
    for line in MARKED.splitlines():
        expect(check).to_contain_text(line)
    receipt = press(page, "Send the report")
    expect(receipt).to_contain_text("Your report is on its way")
    found = re.search(r"Reference: ([A-Z0-9]{6})\b", receipt.inner_text())
    assert found is not None, receipt.inner_text()
    return found[1]


def test_staff_ask_and_report_in_the_real_playground_and_no_word_leaves_the_machine(
    page: Page, spy: Spy
) -> None:
    """One test, so that all of this is started once."""
    ask(page)
    reference = report(page)
    expect(say(page, "my reports")).to_contain_text(reference)
    expect(page.get_by_text("Robin Sample"), "what was typed goes on standing in the chat").to_have_count(0)
    assert spy.heard == 0


def test_the_guide_shows_what_it_looks_like() -> None:
    assert PICTURE.is_file(), "run these tests with USHER_PICTURES=1"
