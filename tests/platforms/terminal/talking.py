"""A conversation at a terminal without a terminal: lines go in, text comes out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from bot.platforms.terminal.read import Reader
from bot.platforms.terminal.receive import Conversation
from bot.platforms.terminal.rooms import Posting
from bot.platforms.terminal.screen import PlainScreen
from bot.school.activities import Activity
from bot.school.messages import Message, Reply
from bot.school.people import Channel, Person, Role, School

NOW = datetime(2026, 11, 20, 10, 42, tzinfo=UTC)


def person(id: str, name: str, *roles: Role) -> Person:
    return Person(id=id, name=name, job="Teacher", roles=frozenset({Role.STAFF, *roles}))


def school() -> School:
    people = [person("amy", "Amy Lund"), person("dee", "Dee Lark", Role.DSL)]
    channels = [
        Channel(id="staffroom", name="Staffroom", role=Role.STAFF),
        Channel(id="safe", name="Safeguarding", role=Role.DSL),
    ]
    return School(
        id="s",
        name="Sample",
        timezone="UTC",
        people={each.id: each for each in people},
        channels={each.id: each for each in channels},
        hours={},
        terms=(),
        closed={},
        phones={},
        retention={},
    )


@dataclass
class Counter:
    """Stands where reception would be: remembers what came in, and says what it is told to say."""

    replies: list[Reply] = field(default_factory=list)
    came: list[Activity] = field(default_factory=list)
    then: Callable[[Activity], None] = lambda _activity: None

    def admit(self, activity: Activity) -> Reply:
        self.came.append(activity)
        self.then(activity)
        return self.replies.pop(0) if self.replies else Reply()

    @property
    def did(self) -> list[object]:
        return [activity.did for activity in self.came]


@dataclass
class Room:
    """Everything that has been posted."""

    posted: list[Posting] = field(default_factory=list)

    def after(self, places: Sequence[str], revision: int) -> Sequence[Posting]:
        return [p for p in self.posted if p.place in places and p.revision > revision]

    def share(self, place: str, message: Message) -> int:
        self.post(place, message)
        return len(self.posted)

    def post(self, place: str, message: Message) -> None:
        number = len(self.posted) + 1
        self.posted.append(Posting(revision=number, place=place, card="", message=message, at=NOW))


def talk(counter: Counter, typed: Iterable[str], *, who: str = "amy", room: Room | None = None) -> str:
    """Type these lines and then hang up; everything that was shown."""
    out: list[str] = []
    lines, numbers, here = iter(typed), count(1), school()

    def read(prompt: str) -> str:
        out.append(prompt)
        try:
            return next(lines)
        except StopIteration:
            raise EOFError from None

    Conversation(
        school=here,
        me=here.people[who],
        admit=counter.admit,
        rooms=room or Room(),
        screen=PlainScreen(out.append, read),
        reader=Reader(now=lambda: NOW),
        now=lambda: NOW,
        new_id=lambda: f"terminal-{next(numbers)}",
    ).run()
    return "".join(out)
