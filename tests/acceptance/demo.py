"""`usher demo` as its own process, on a home of its own, and people who look at it in a browser."""

import os
import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.learnt import HERE, learnt

OURS = ("USHER_", "DATABASE_URL", "PORT", "SLACK_", "TEAMS_")


class Demo:
    """The demo: started, killed, started again on the same port."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        home.mkdir(parents=True, exist_ok=True)
        (home / "learnt").symlink_to(learnt())

    def start(self) -> None:
        """Start it, and wait for its address."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        port = self.url.rpartition(":")[2] or "0"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo", "--port", port, "--no-open"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=HERE,
            env=kept | {"USHER_HOME": str(self.home)},
        )  # fmt: skip
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.url

    def kill(self) -> None:
        """SIGKILL: no goodbye, no flush."""
        assert self._process is not None
        self._process.kill()
        self._process.communicate(timeout=30)
        self._process = None

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self._process is not None:
            self._process.terminate()
            self._process.communicate(timeout=30)


class Visitors:
    """People at the demo, each in a browser profile of their own."""

    def __init__(self, demo: Demo, browser: Browser) -> None:
        self.demo, self.browser = demo, browser
        self.profiles: list[BrowserContext] = []
        self.complaints: list[str] = []

    def enter(self, name: str) -> Page:
        """A new person with a window of their own."""
        profile = self.browser.new_context(
            locale="en-GB", reduced_motion="reduce", viewport={"width": 1280, "height": 860}
        )
        self.profiles.append(profile)
        page = profile.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(self.demo.url)
        choose(page, name)
        return page

    def leave(self) -> None:
        """Everybody goes; what their pages complained of comes out now."""
        for profile in self.profiles:
            profile.close()
        assert self.complaints == []


def choose(page: Page, name: str) -> None:
    """Become somebody on the start page."""
    page.get_by_role("button", name=name).click()
    expect(page.get_by_text(f"Hello {name.split()[0]}.").first).to_be_visible()


def room(page: Page, name: str) -> None:
    """Go to a room of the rail."""
    rail = page.get_by_role("navigation")
    rail.get_by_role("button", name=re.compile(rf"^{name}(\s*\d+\s*unread)?$")).click()
    expect(page.get_by_role("main").locator("h1")).to_have_text(name)


def say(page: Page, text: str) -> None:
    """Type a message and send it."""
    box = page.get_by_role("textbox", name=re.compile("^Message"))
    box.fill(text)
    box.press("Enter")
    expect(box).to_have_value("")


def form(page: Page) -> Locator:
    """The dialog on show."""
    return page.locator("dialog[open]").last


def pick(page: Page, ask: str, choice: str) -> None:
    """Answer a question by one of its choices."""
    asked = re.compile(f"^{re.escape(ask)}")
    form(page).get_by_role("group", name=asked).get_by_label(choice, exact=True).check()


def press(page: Page, label: str) -> None:
    """Press a button of the dialog and wait until it is done."""
    form(page).get_by_role("button", name=label, exact=True).click()
    expect(page.locator("[aria-disabled=true]")).to_have_count(0)


def short_report(page: Page, pupil: str, what: str) -> None:
    """An e-safety report by the short way, up to the page before it is sent."""
    page.get_by_role("button", name="Report a concern about a child").last.click()
    press(page, "Start the report")
    pick(page, "How urgent is it?", "Someone needs to act today")
    press(page, "Short way: only the essentials")
    row = form(page).get_by_role("group", name="number 1")
    row.get_by_label("Full name").fill(pupil)
    row.get_by_label("Class").fill("2B")
    row.get_by_label("Part in it").select_option(label="Has been harmed")
    press(page, "Next")
    form(page).get_by_label("What happened?").fill(what)
    press(page, "Next")
    pick(page, "Is there an intimate image of a child", "No")
    press(page, "Next")
    pick(page, "Is an adult who works or volunteers here involved?", "No")
    press(page, "Next")
    form(page).get_by_label("This is what I know").check()
    press(page, "Next")
    expect(form(page).get_by_role("heading", name="Check and send")).to_be_visible()
