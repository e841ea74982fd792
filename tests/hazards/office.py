"""A school at work in the test's own process: people act, and what they may see can be asked."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

from bot.reading import House
from bot.reception import Reception
from bot.records.database import Database
from bot.records.vault import KeyRing
from bot.school.activities import Activity, Did, Filled, Place, Pressed, Said
from bot.school.concerns import Case
from bot.school.forms import Answer
from bot.school.messages import Dialog, Reply
from tests.hazards.doing import KEY, Clock, house
from tests.hazards.rules import Rules

TA, TEACHER, OFFICE, GOVERNOR = (
    "jem-karuna",
    "tamsin-quillfeather",
    "dorothea-appiah-lund",
    "merrily-stannard",
)
DSL, DEPUTY, HEAD, CHAIR = "isolde-penhallow", "gethin-marchbanks", "rafferty-oduya", "cressida-wainfleet"
OWNER, PARENT = "honor-bexwell", "idris-hollowell"

CHILD: Mapping[str, Answer] = {
    "urgency": "today",
    "pupils": ({"name": "Wilf Amberley", "role": "harmed"},),
    "account": "Wilf was sent unkind messages.",
    "image": "no",
    "adult": "no",
    "declaration": "yes",
}
CONDUCT: Mapping[str, Answer] = {
    "harm": "no",
    "about": "unknown",
    "happened": "2026-10-01",
    "platform": "A group chat",
    "account": "Somebody posted a class list.",
    "visible": "no",
    "personal_data": "no",
    "declaration": "yes",
}
SITE: Mapping[str, Answer] = {
    "platform": "A page for Year 4",
    "purpose": "News",
    "reason": "pedagogical",
    "audience": "families",
    "youngest_age": "18",
    "minimum_age": "13",
    "administrators": ({"name": "Honor Bexwell"}, {"name": "Jem Karuna"}),
    "content_rules": "No names",
    "images_consent": "No pictures",
    "moderation": "Daily",
    "review_date": "2027-09-01",
    "declaration": "yes",
}
WHOLE = {"esafety": CHILD, "breach": CONDUCT, "site": SITE}


class Office:
    """One reception on one database, and a clock that moves on by itself."""

    def __init__(self, url: str, home: House | None = None) -> None:
        self.home = home or house()
        self.school = self.home.school
        self.clock = Clock(0)
        self.ids = count(1)
        self.database = Database(url, KeyRing.parse(KEY))
        self.reception = Reception(
            database=self.database,
            houses={self.school.id: self.home},
            matchers={self.school.id: Rules(tuple(self.home.intents))},
        )

    def act(self, who: str, did: Did, *, channel: str = "", id: str = "") -> Reply:
        """Somebody does something now."""
        activity = Activity(
            id=id or f"a{next(self.ids)}",
            school=self.school.id,
            person=who,
            place=Place(channel=channel),
            did=did,
            at=self.clock(),
        )
        return self.reception.admit(activity)

    def press(self, who: str, action: str, value: str = "") -> Reply:
        """Press a button."""
        return self.act(who, Pressed(action=action, value=value))

    def fill(self, who: str, action: str, value: str, answers: Mapping[str, Answer]) -> Reply:
        """Send a form."""
        return self.act(who, Filled(action=action, value=value, answers=answers))

    def say(self, who: str, text: str, channel: str = "") -> Reply:
        """Type something."""
        return self.act(who, Said(text=text), channel=channel)

    def begin(self, who: str, form: str) -> str:
        """A new draft's id."""
        return dialog_of(self.press(who, "report.begin", form)).draft

    def report(self, who: str, form: str, **more: Answer) -> tuple[Case, ...]:
        """Send a whole report; the cases it became."""
        draft = self.begin(who, form)
        return self.sent(self.fill(who, "draft.send", draft, {**WHOLE[form], **more}))

    def sent(self, reply: Reply) -> tuple[Case, ...]:
        """The cases behind a receipt."""
        dialog = dialog_of(reply)
        assert dialog.id.startswith("receipt:"), [field.error for field in dialog.fields if field.error]
        with self.database.read(self.school.id, self.clock()) as books:
            return books.cases.concern(dialog.id.removeprefix("receipt:")).cases

    def case(self, reference: str) -> Case:
        """The case as it stands."""
        with self.database.read(self.school.id, self.clock()) as books:
            return books.cases.by_reference(reference)


def dialog_of(reply: Reply) -> Dialog:
    """The dialog of a reply that has one."""
    assert reply.dialog is not None, [message.summary for message in reply.messages]
    return reply.dialog


def with_family(home: House, person: str, child: str) -> House:
    """The same school, where a person has a child of their own."""
    parent = replace(home.school.people[person], family=(child,))
    return replace(home, school=replace(home.school, people={**home.school.people, person: parent}))


@contextmanager
def quick_database() -> Iterator[str]:
    """A SQLite database in memory-backed files where there are such: for laws, not for durability."""
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as folder:
        url = f"sqlite:///{folder}/usher.db"
        database = Database(url, KeyRing.parse(KEY))
        database.migrate()
        database.close()
        yield url
