"""The rooms somebody at the terminal may look into, and what has been posted there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.school.activities import Place
from bot.school.messages import Message
from bot.school.people import Channel, Person, School


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One notice as it hangs in a room; a later revision of the same card replaces it."""

    revision: int
    place: str
    card: str
    message: Message
    at: datetime


class Rooms(Protocol):
    """What hangs in the rooms: the courier's notices, and what Usher answered there for everybody."""

    def after(self, places: Sequence[str], revision: int) -> Sequence[Posting]:
        """Postings in these places with a later revision than this one, oldest first."""
        ...

    def share(self, place: str, message: Message) -> int:
        """Hang an answer in a shared room; its revision. The question itself is not kept."""
        ...


def channels(school: School, person: Person) -> tuple[Channel, ...]:
    """The channels the person is in, from our own list each time."""
    return tuple(c for c in school.channels.values() if person in school.seats(c))


def places(school: School, person: Person) -> tuple[str, ...]:
    """The names of every place the person may see: own direct messages first."""
    return (f"person:{person.id}", *(f"channel:{c.id}" for c in channels(school, person)))


def place_name(school: School, place: str) -> str:
    """What a place is called."""
    kind, _, id = place.partition(":")
    return "Direct message" if kind == "person" else school.channels[id].name


def where(place: str) -> Place:
    """The place of an activity."""
    kind, _, id = place.partition(":")
    return Place() if kind == "person" else Place(channel=id)


def find_person(school: School, words: str) -> Person | None:
    """The one person meant by an id, a full name, or the beginning of either."""
    wanted = words.strip().casefold()
    people = list(school.people.values())
    for test in (str.__eq__, str.startswith):
        found = [p for p in people if test(p.id.casefold(), wanted) or test(p.name.casefold(), wanted)]
        if wanted and len(found) == 1:
            return found[0]
    named = school.named(words)
    return named[0] if len(named) == 1 else None


def find_channel(school: School, person: Person, words: str) -> Channel | None:
    """The one channel of the person's own that is meant by an id, a name, or the beginning of one."""
    wanted = words.strip().casefold().removeprefix("#")
    mine = channels(school, person)
    for test in (str.__eq__, str.startswith):
        found = [c for c in mine if test(c.id.casefold(), wanted) or test(c.name.casefold(), wanted)]
        if wanted and len(found) == 1:
            return found[0]
    return None
