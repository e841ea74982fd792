"""What the people of the stories do in several steps, made of what a driver can do in one."""

import re

from tests.stories.drivers import Driver
from tests.stories.people import PEOPLE, ROOMS
from tests.waiting import until

PATIENCE = 8.0
"""Seconds until a notice must have arrived; when healthy it takes far less."""
REFERENCE = re.compile(r"\b(?:pupil|conduct|site) ([0-9A-Z]{6}(?:-[AC])?)\b")
SENT = re.compile(r"Reference:?\s+([0-9A-Z]{6})\b")
ABOUT = {
    "the headteacher": "The headteacher",
    "the headteacher and the chair": "The headteacher and the chair, or I can't tell either of them",
}


class Acts:
    """One story on one platform; `actor` is who did something last."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.actor = ""

    def id(self, who: str) -> str:
        return PEOPLE[who]

    def do(self, who: str) -> str:
        self.actor = PEOPLE[who]
        return self.actor

    def room(self, name: str) -> str:
        return ROOMS[name]

    def start(self, who: str, door: str = "Report a concern about a child") -> None:
        me = self.do(who)
        self.driver.come_back(me)
        self.driver.press(me, door)
        for begin in ("Start another one", "Start the report"):
            if begin in self.driver.dialog(me):
                self.driver.press(me, begin)
                return

    def report(self, who: str, pupil: str, what: str, adult: str = "") -> None:
        self.fill(who, pupil, what, adult)
        self.driver.press(self.do(who), "Send the report")

    def fill(self, who: str, pupil: str, what: str, adult: str = "") -> None:
        """The short way up to the last page, not sent."""
        self.start(who)
        me, driver = self.do(who), self.driver
        driver.answer(me, {"How urgent is it?": "Someone needs to act today"})
        driver.press(me, "Short way: only the essentials")
        driver.answer(me, {"Which pupil or pupils is this about?": f"{pupil}; 2B; Has been harmed"})
        driver.press(me, "Next")
        driver.answer(me, {"What happened?": f"{pupil} {what}"})
        driver.press(me, "Next")
        driver.answer(me, {"Is there an intimate image of a child, or talk of one?": "No"})
        driver.press(me, "Next")
        involved = "Is an adult who works or volunteers here involved?"
        driver.answer(me, {involved: "Yes" if adult else "No"})
        if adult:
            driver.answer(me, {"Who is it?": adult})
        driver.press(me, "Next")
        self._declare(me)

    def breach(self, who: str, about: str) -> None:
        self.start(who, "Report a broken policy")
        me, driver = self.do(who), self.driver
        driver.answer(
            me, {"Could a child have been harmed, or be at risk?": "No", "Who is it about?": ABOUT[about]}
        )
        driver.press(me, "Next")
        driver.answer(me, {"When did it happen?": "2026-11-20", "Where did it happen?": "A group chat"})
        driver.press(me, "Next")
        driver.answer(me, {"What happened?": "Complained about parents by name in a group chat"})
        driver.press(me, "Next")
        driver.answer(
            me,
            {
                "Can it still be seen online?": "Not sure",
                "Have pupils' personal details become known to people who shouldn't have them?": "No",
            },
        )
        driver.press(me, "Next")
        driver.press(me, "Next")
        self._declare(me)

    def site(self, who: str, youngest: str, least: str) -> None:
        me, driver = self.do(who), self.driver
        driver.come_back(me)
        driver.press(me, "Ask for an official site")
        driver.answer(
            me,
            {
                "Which platform, and what would": "A video site, Palatine gardening",
                "What is it for?": "Showing how the school garden grows",
                "What kind of reason is it?": "Pedagogical: it serves pupils' learning",
            },
        )
        driver.press(me, "Next")
        driver.answer(
            me,
            {
                "Who will use it or see it?": "Pupils and families",
                "How old is the youngest person who will use it?": youngest,
                "What is the provider's minimum age?": least,
            },
        )
        driver.press(me, "Next")

    def run_campaign(self, title: str) -> None:
        """From the owner's form by way of the head's yes until it runs."""
        owner, driver = self.do("the owner"), self.driver
        driver.say(owner, "campaigns")
        driver.press(owner, "New campaign")
        dates = {"When does it start?": "2026-11-23", "By when is it due?": "2027-06-25"}
        driver.answer(owner, {"What is it called?": title, "Who is asked?": "All staff", **dates})
        driver.press(owner, "Dry run")
        assert "Would be asked" in driver.dialog(owner)
        self.sees("the head", f"“{title}” waits for your approval.")
        head = self.do("the head")
        driver.press(head, "See the dry run")
        driver.press(head, "Approve")
        self.sees("the owner", f"“{title}” has been approved.")
        driver.press(owner, "Open it")
        driver.press(owner, "Run")
        assert "running" in driver.dialog(owner)
        driver.come_back(owner)
        driver.come_back(head)

    def open_case(self, who: str) -> None:
        """Press Open on the newest card; somebody who has none asks for the reference itself."""
        me = self.do(who)
        self.driver.open_case(me, self.reference())

    def reference(self) -> str:
        """The newest reference that any reader's chat shows."""
        for place, who in (("safeguarding", "the DSL"), ("chair", "the chair"), ("head-office", "the head")):
            found = REFERENCE.findall(self.driver.sees(self.id(who), place))
            if found:
                return str(found[-1])
        raise AssertionError("no notice shows a reference")

    def acknowledge(self, who: str, line: str) -> None:
        self.case_form(who, "Acknowledge", {"A line to the reporter": line}, "Acknowledge")

    def case_form(self, who: str, opens: str, answers: dict[str, str], sends: str) -> None:
        me = self.do(who)
        if "Back to the case" in self.driver.dialog(me):
            self.driver.press(me, "Back to the case")
        else:
            self.open_case(who)
        self.driver.press(me, opens)
        self.driver.answer(me, answers)
        self.driver.press(me, sends)

    def case_says(self, who: str, text: str) -> None:
        """Looking into a case is no act of its own: whoever did something last stays the actor."""
        self.driver.open_case(self.id(who), self.reference())
        assert text in self.driver.dialog(self.id(who))

    def open_part(self, who: str, part: str) -> None:
        me = self.id(who)
        mine = REFERENCE.findall(self.everything(me))
        assert mine, f"{who} has no notice"
        assert mine[-1].endswith("-C" if part == "child" else "-A")
        self.driver.open_case(me, mine[-1])
        assert "What was sent" in self.driver.dialog(me)

    def sees(self, who: str, text: str, channel: str = "") -> None:
        """The text is on show to the person, or arrives within PATIENCE."""
        me = self.id(who)
        until(
            lambda: text in self.driver.sees(me, channel),
            lambda: f"{who} doesn't see {text!r} but:\n{self.driver.sees(me, channel)}",
            PATIENCE,
        )

    def everything(self, person: str) -> str:
        rooms = (self.driver.sees(person, channel) for channel in ROOMS.values())
        return "\n".join([self.driver.sees(person), *rooms])

    def only(self, text: str, allowed: set[str]) -> None:
        for person in PEOPLE.values():
            if person not in allowed | {self.actor}:
                assert text not in self.everything(person), f"{person} sees {text!r}"

    def sees_nothing(self, who: str) -> None:
        self.driver.come_back(self.id(who))
        seen = self.everything(self.id(who))
        assert not REFERENCE.findall(seen), seen
        assert "Concern about" not in seen
        assert "Cases:" not in seen

    def nobody_opens(self) -> None:
        """No reader's chat shows it, and nobody gets in by knocking with its reference."""
        sent = SENT.findall(self.driver.dialog(self.actor))
        assert sent, "the receipt shows no reference"
        for who, person in PEOPLE.items():
            assert not REFERENCE.findall(self.everything(person)), f"{person} sees a reference"
            self.driver.open_case(person, sent[-1])
            self.sees(who, "You can't open this.")

    def _declare(self, me: str) -> None:
        self.driver.answer(me, {"This is what I know": "yes"})
        self.driver.press(me, "Next")
