"""A school of any size with a campaign for all of them, and a concern reported in the middle of it."""

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.reading import read_house
from bot.school.people import Role
from tests.platforms.running import INTENTS, Running, Template, environment
from tests.platforms.spawn import spawn
from tests.stories.people import PEOPLE
from tests.waiting import until

TITLE = "Everybody reads it"
ASKED = f"Please read “{TITLE}”"
TICK = 60.0
"""Seconds between looks at what campaigns have to say."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def crowded(template: Template, folder: Path, count: int) -> Template:
    """The sample school with so many more on its staff, in a place where it is a school day's noon now."""
    policy = folder / "policy"
    shutil.copytree(template.policy, policy)
    file = policy / "school.yml"
    text = file.read_text("utf-8")
    people = "".join(
        f"  colleague-{n:04d}:\n    name: Colleague {n:04d}\n    job: Teacher\n"
        f"    email: colleague-{n:04d}@palatine.example\n"
        for n in range(1, count + 1)
    )
    text = text.replace("\nchannels:\n", f"\n{people}channels:\n", 1)
    text = text.replace("\ntimezone: Europe/London\n", f"\ntimezone: {_where_it_is_noon()}\n", 1)
    file.write_text(_always_school(text), "utf-8")
    return replace(template, policy=policy, school=read_house(policy, INTENTS, phrasings=False).school)


def _where_it_is_noon() -> str:
    """A time zone without clock changes; the signs of these names are the wrong way round."""
    west = datetime.now(UTC).hour - 12
    return f"Etc/GMT{west:+d}"


def _always_school(text: str) -> str:
    """Every day of these weeks is a school day, from morning to evening."""
    today = datetime.now(UTC).date()
    first, last = (today + timedelta(days=days) for days in (-60, 120))
    hours = "".join(f"  {day}: 06:00 to 18:00\n" for day in DAYS)
    terms = f'  - {{name: "One long term", first: "{first}", last: "{last}"}}\n'
    for name, held in (("hours", hours), ("terms", terms), ("closed", "  {}\n")):
        block = re.compile(rf"^{name}:\n(?:(?: .*)?\n)*", re.M)
        text, found = block.subn(f"{name}:\n{held}\n", text)
        assert found == 1, name
    return f"bank_holidays: none\n{text}"


def launch(usher: Running) -> None:
    """`usher campaign create`, `approve` and `run`, each by whoever may."""
    due = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    owner, head = PEOPLE["the owner"], PEOPLE["the head"]
    made = _said(usher, "create", "--title", TITLE, "--due", due, "--as", owner)
    assert TITLE in made
    campaign = _said(usher, "status").split()[0]
    _said(usher, "approve", campaign, "--as", head)
    assert "running" in _said(usher, "run", campaign, "--as", owner)


def _said(usher: Running, *words: str) -> str:
    """What one command said."""
    told = environment(usher.template, usher.home, **usher.told())
    running = spawn(["campaign", *words], told)
    assert running.stdout is not None
    said = running.stdout.read()
    assert running.wait(60) == 0, said
    return said


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What a fake platform can tell of a campaign that it has seen."""

    asked: Callable[[], dict[str, int]]
    """Person -> how many messages of the campaign they have."""
    report: Callable[[], None]
    """Send the report that has been filled in."""
    alerted: Callable[[], bool]
    """Whether the alert is in the DSL's room."""
    posts: Callable[[], list[float]]
    """When each post was taken (time.monotonic)."""
    refused: Callable[[], int]
    """How many calls were too fast."""
    floor: Callable[[], float]
    """Seconds that the platform's own limits make of it at the least."""


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """How it went."""

    people: int
    began: float
    """Seconds from the launch until the messages were queued: the clock ticks once a minute."""
    first: float
    """When they were queued (time.monotonic)."""
    took: float
    """Seconds from queued to the last post."""
    floor: float
    refused: int
    alert: float
    """Seconds from sending the report to the alert in the DSL's room."""
    ahead: int
    """How many messages of the campaign had still to go when the alert was there."""
    put_off: int
    """How often a message was sent away to come again."""

    @property
    def ratio(self) -> float:
        """How far off the floor it is."""
        return self.took / self.floor

    def told(self, name: str) -> str:
        """One line for docs/pace.md."""
        return (
            f"\n{name}, {self.people} people: {self.took:.1f} s, floor {self.floor:.1f} s, ratio "
            f"{self.ratio:.3f} (goal 1.10); {self.refused} refused, {self.put_off} times put off; "
            f"alert after {self.alert:.2f} s with {self.ahead} still to go; "
            f"queued {self.began:.0f} s after the launch\n"
        )


def campaign(usher: Running, watched: Watched) -> Campaign:
    """Launch it, report a concern when a third is through, and wait for the last one."""
    staff = {p.id for p in usher.template.school.people.values() if Role.STAFF in p.roles and p.reachable}
    launched = time.monotonic()
    launch(usher)
    until(lambda: '"campaign.reminded"' in "\n".join(usher.lines), usher.last_lines, TICK + 30)
    queued = time.monotonic()
    until(lambda: len(watched.asked()) > len(staff) / 3, usher.last_lines, 600)
    sent = time.monotonic()
    watched.report()
    until(watched.alerted, usher.last_lines, 60)
    alert, ahead = time.monotonic() - sent, len(staff - watched.asked().keys())
    until(lambda: staff <= watched.asked().keys(), usher.last_lines, 600)
    assert usher.delivered(30), "\n".join(line for line in usher.lines if "delivered" not in line)[-3000:]
    assert watched.asked() == dict.fromkeys(staff, 1)
    return Campaign(
        people=len(staff),
        began=queued - launched,
        first=queued,
        took=max(watched.posts()) - queued,
        floor=watched.floor(),
        refused=watched.refused(),
        alert=alert,
        ahead=ahead,
        put_off=sum('"event":"courier.put_off"' in line for line in list(usher.lines)),
    )
