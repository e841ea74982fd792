"""One answer outside any conversation: the desk's own words, with nothing kept of the question."""

from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from bot.desk.answer_question import answer_question
from bot.desk.visit import Visit
from bot.reading import House
from bot.records.books import Books
from bot.records.errors import RecordsFault
from bot.school.activities import Place
from bot.school.forms import Answers, Draft
from bot.school.matching import Disclosure, Match, Matcher, Unsure, Urgent
from bot.school.messages import Bullets, Message, Paragraph
from bot.school.policy import PolicyVersion
from bot.settings import Misset, Settings
from bot.wiring.works import now, open_database

UNKEPT = (
    "Nothing of what you typed was kept, and nobody has been told. Tell the person in charge "
    "yourself, or start the report in a conversation with Usher."
)


def answer(house: House, matcher: Matcher, text: str, published: PolicyVersion | None) -> Message:
    """What the desk says to a question; a worry is not kept and says so."""
    visit = _visit(house, matcher, published)
    message = answer_question(visit, text).reply.messages[0]
    match = matcher.match(text)
    if isinstance(match, Disclosure | Urgent):
        lasting = (p for p in message.parts if not (isinstance(p, Paragraph) and p.quiet))
        message = replace(message, parts=(*lasting, Paragraph(text=UNKEPT)))
    if isinstance(match, Unsure):
        options = tuple(button.label for button in message.buttons)
        message = replace(message, parts=(*message.parts, Bullets(items=options)))
    return replace(message, buttons=())


def why(match: Match) -> tuple[str, ...]:
    """Why the engine decided as it did, line by line."""
    kind = type(match).__name__
    return (
        f"Decided: {kind}, confidence {match.confidence:.2f}, margin {match.why.margin:.2f}",
        f"Runner-up: {match.why.runner_up or 'none'}",
        f"Signs: {', '.join(match.why.cues) or 'none'}",
        "Nearest phrasings:",
        *(f"  {near:.2f}  {intent}: {phrasing}" for near, intent, phrasing in match.why.nearest),
    )


def published_version(settings: Settings, house: House) -> PolicyVersion | None:
    """The official wording in force, where there are records that hold one."""
    try:
        database = open_database(settings)
    except Misset:
        return None
    try:
        database.ready()
        with database.read(house.school.id, now()) as books:
            return books.policies.current(house.policy.id)
    except RecordsFault:
        return None
    finally:
        database.close()


@dataclass(frozen=True)
class _Unkept:
    """Stands where the books would be, and keeps nothing."""

    published: PolicyVersion | None

    @property
    def counts(self) -> "_Unkept":
        return self

    @property
    def policies(self) -> "_Unkept":
        return self

    @property
    def drafts(self) -> "_Unkept":
        return self

    def add(self, day: date, what: str, kind: str, n: int = 1) -> None:
        """Count nothing."""

    def current(self, policy: str) -> PolicyVersion | None:
        """The official wording in force."""
        del policy
        return self.published

    def start(self, person: str, form: str, page: str, answers: Answers) -> Draft:
        """A draft that is not kept."""
        at = now()
        return Draft(
            id="", school="", person=person, form=form, page=page, answers=answers, started=at, changed=at
        )


def _visit(house: House, matcher: Matcher, published: PolicyVersion | None) -> Visit:
    return Visit(
        school=house.school,
        policy=house.policy,
        forms=house.forms,
        step_zero=house.step_zero,
        intents=house.intents,
        matcher=matcher,
        books=cast(Books, _Unkept(published)),
        who=next(iter(house.school.people.values())),
        place=Place(),
        now=now(),
    )
