"""People at the demo's page in a real browser: what they can read there, and what they click."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.school.people import School
from bot.wiring.works import Usher
from tests.stories.beside import Beside
from tests.stories.page import served
from tests.stories.sample import Sample

PATIENCE = 8.0
ARRIVING = 0.15
"""Seconds that a notice which has left the courier may take to be drawn."""
DIRECT = "Usher"
FIRST, SECOND = "first", "second"

READ = """roots => roots.flatMap(root => {
    const typed = [...root.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea, select")]
        .filter(control => control.checkVisibility())
        .map(control => control.tagName === "SELECT" ? control.selectedOptions[0]?.text : control.value);
    return [root.innerText, ...typed.filter(Boolean)];
}).join("\\n")"""

RESTS = "() => !document.querySelector('[aria-disabled=true]')"

DROP = """() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["x"], "picture.png", { type: "image/png" }));
    const drop = new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.querySelector("main").dispatchEvent(drop);
}"""

KNOCK = """async ([place, reference]) => {
    const did = { kind: "pressed", action: "case.open", value: reference };
    const answer = await fetch("act", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ id: crypto.randomUUID(), place, did }),
    });
    return await answer.text();
}"""


class Computers:
    """Everybody's own computer, with a browser profile and windows that stay for all stories."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.complaints: list[str] = []
        self._profiles: dict[str, BrowserContext] = {}
        self._windows: dict[tuple[str, str], Page] = {}

    def window(self, who: str, which: str) -> Page:
        """One of the person's windows."""
        if (who, which) not in self._windows:
            page = self._profile(who).new_page()
            page.set_default_timeout(PATIENCE * 1000)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self._windows[who, which] = page
        return self._windows[who, which]

    def leave(self) -> None:
        """Everybody goes home; what any page complained of comes out now."""
        for (who, which), page in list(self._windows.items()):
            if which == FIRST:
                page.goto("about:blank")
            else:
                self._windows.pop((who, which)).close()
        complaints, self.complaints = self.complaints, []
        assert complaints == []

    def _profile(self, who: str) -> BrowserContext:
        if who not in self._profiles:
            self._profiles[who] = self.browser.new_context(
                locale="en-GB", reduced_motion="reduce", viewport={"width": 1280, "height": 860}
            )
        return self._profiles[who]


class WebDriver:
    """Plays people at one running page."""

    def __init__(self, computers: Computers, url: str, usher: Usher) -> None:
        self.computers, self.url, self.usher = computers, url, usher
        self.school: School = usher.house.school
        self.beside = Beside(usher.settings, usher.house)
        self.windows: dict[str, Page] = {}
        self.glances: dict[str, Page] = {}
        self.fronts: dict[str, Page] = {}
        self.told: dict[str, str] = {}
        self.settled = True

    def say(self, who: str, text: str, channel: str = "") -> None:
        page = self._window(who)
        self._close(page)
        self._room(page, self._name(channel))
        box = page.get_by_role("textbox", name=re.compile("^Message"))
        box.fill(text)
        box.press("Enter")
        expect(box).to_have_value("")
        self._rest(page)

    def press(self, who: str, label: str) -> None:
        page = self._window(who)
        if (dialog := self._dialog(page)) is not None:
            if (button := dialog.get_by_role("button", name=label, exact=True)).count():
                button.click()
                self._rest(page)
                return
            self._close(page)
        self._settle(page)
        for room in self._rooms(page):
            self._room(page, room)
            button = page.get_by_role("main").get_by_role("button", name=label, exact=True)
            if button.count():
                button.last.click()
                self._rest(page)
                return
        raise AssertionError(f"{who} sees no button {label!r} but:\n{self._read(page)}")

    def answer(self, who: str, answers: dict[str, str]) -> None:
        dialog = self._dialog(self._window(who))
        assert dialog is not None, f"no form is open to {who}"
        for ask, text in answers.items():
            asked = re.compile(f"^{re.escape(ask)}")
            group, control = dialog.get_by_role("group", name=asked), dialog.get_by_label(asked)
            group.or_(control).first.wait_for()
            if group.count():
                fill_group(group.first, ask, text)
            elif control.get_attribute("type") == "checkbox":
                control.check()
            else:
                control.fill(text)

    def drop_file(self, who: str) -> None:
        page = self._window(who)
        page.evaluate(DROP)
        self._rest(page)

    def come_back(self, who: str) -> None:
        if who in self.windows:
            self.windows.pop(who).goto("about:blank")
        self._window(who)

    def sees(self, who: str, channel: str = "") -> str:
        page, room = self._window(who), self._name(channel)
        if room not in self._rooms(page):
            return ""
        self._settle(page)
        shown = [self._read(page)] if not channel or self._here(page) == room else []
        if self._here(page) != room:
            aside = page if self._dialog(page) is None else self._glance(who)
            self._room(aside, room)
            shown.append(self._read(aside))
        return "\n".join([*shown, "" if channel else self.told.get(who, "")])

    def dialog(self, who: str) -> str:
        dialog = self._dialog(self._window(who))
        return "" if dialog is None else str(dialog.evaluate(f"root => ({READ})([root])"))

    def open_case(self, who: str, reference: str) -> None:
        page = self._window(who)
        self._close(page)
        self._settle(page)
        exactly = re.compile(rf"\b{reference}(?![-\w])")
        for room in self._rooms(page):
            self._room(page, room)
            button = page.get_by_role("button", name="Open", exact=True)
            card = page.get_by_role("article").filter(has_text=exactly).filter(has=button)
            if card.count():
                card.last.get_by_role("button", name="Open", exact=True).click()
                self._rest(page)
                return
        self.settled = False
        self.told[who] = page.evaluate(KNOCK, [f"person:{who}", reference])

    def _window(self, who: str) -> Page:
        """The person's window; they come in by the start page when they have none."""
        if who not in self.windows:
            self.windows[who] = self._come_in(who, FIRST)
        return self._in_front(who, self.windows[who])

    def _glance(self, who: str) -> Page:
        """A second window of the same person, to look around in while a form is open in the first."""
        if who not in self.glances:
            self.glances[who] = self._come_in(who, SECOND)
        return self._in_front(who, self.glances[who])

    def _in_front(self, who: str, page: Page) -> Page:
        """A window that lies under another one is drawn once a second only."""
        if self.fronts.setdefault(who, page) is not page:
            page.bring_to_front()
            self.fronts[who] = page
        return page

    def _come_in(self, who: str, which: str) -> Page:
        page = self.computers.window(who, which)
        page.goto(self.url, wait_until="commit")
        name = self.school.people[who].name
        page.get_by_role("button", name=name).click()
        page.get_by_text(f"Hello {name.split()[0]}.").first.wait_for()
        self._rest(page)
        return page

    def _name(self, channel: str) -> str:
        return self.school.channels[channel].name if channel else DIRECT

    def _rooms(self, page: Page) -> list[str]:
        """The rooms on the rail, direct messages first, each without its count of what is unread."""
        shown = page.get_by_role("navigation").get_by_role("listitem").all_inner_texts()
        return [re.sub(r"\s*\d+\s*unread$", "", text).strip() for text in shown]

    def _here(self, page: Page) -> str:
        return page.get_by_role("main").locator("h1").inner_text()

    def _room(self, page: Page, name: str) -> None:
        if self._here(page) != name:
            room = re.compile(rf"^{re.escape(name)}(\s*\d+\s*unread)?$")
            page.get_by_role("navigation").get_by_role("button", name=room).click()
            heading = re.compile(rf"^\s*{re.escape(name)}\s*$")
            page.get_by_role("main").locator("h1").filter(has_text=heading).wait_for()

    def _dialog(self, page: Page) -> Locator | None:
        dialog = page.locator("dialog[open]")
        return dialog.last if dialog.count() else None

    def _close(self, page: Page) -> None:
        if self._dialog(page) is not None:
            page.keyboard.press("Escape")
            expect(page.locator("dialog[open]")).to_have_count(0)

    def _read(self, page: Page) -> str:
        return str(page.locator("nav, main, dialog[open]").evaluate_all(READ))

    def _rest(self, page: Page) -> None:
        """Until whatever was pressed has been done."""
        self.settled = False
        page.wait_for_function(RESTS)

    def _settle(self, page: Page) -> None:
        """Until everything on its way has been delivered and drawn."""
        if self.settled:
            return
        until = time.monotonic() + PATIENCE
        while sum(self.usher.outbox.undelivered().values()) and time.monotonic() < until:
            page.wait_for_timeout(20)
        page.wait_for_timeout(ARRIVING * 1000)
        self.settled = True


def fill_group(group: Locator, ask: str, text: str) -> None:
    """Answer a question of several controls: a choice, a moment, or rows."""
    if group.get_by_label("Date", exact=True).count():
        group.get_by_label("Date", exact=True).fill(text)
    elif group.get_by_role("group", name=f"{ask}: number 1").count():
        for number, line in enumerate(text.split(" / "), 1):
            if number > 1:
                group.get_by_role("button", name="Add another").click()
            row = group.get_by_role("group", name=f"{ask}: number {number}")
            for cell, said in zip(row.locator("input, select").all(), line.split("; "), strict=False):
                if cell.evaluate("cell => cell.tagName") == "SELECT":
                    cell.select_option(label=said)
                else:
                    cell.fill(said)
    else:
        for choice in text.split("; "):
            group.get_by_label(choice, exact=True).check()


@contextmanager
def web(sample: Sample, home: Path, computers: Computers) -> Iterator[WebDriver]:
    """The demo's page on a fresh sample store."""
    with sample.usher(home) as usher, served(usher) as url:
        yield WebDriver(computers, url, usher)
        computers.leave()
