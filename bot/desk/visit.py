"""One person's visit at the counter: who came, where and when, and what the school has decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.records.books import Books
from bot.school.activities import Place
from bot.school.campaigns import Scenario
from bot.school.concerns import Case
from bot.school.forms import Form, StepZero
from bot.school.matching import Intent, Matcher
from bot.school.people import Person, School
from bot.school.policy import Citation, Policy, cite
from bot.school.routing import Powers, powers, readers


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What every verb of the desk is given. `now` is aware; `books` is the one open transaction."""

    school: School
    policy: Policy
    forms: Mapping[str, Form]
    step_zero: StepZero
    intents: Mapping[str, Intent]
    matcher: Matcher
    books: Books
    who: Person
    place: Place
    now: datetime
    scenarios: tuple[Scenario, ...] = ()
    """Small cases that a campaign may ask under the text."""

    @property
    def local(self) -> datetime:
        """Now, on the school's own clock."""
        return self.now.astimezone(ZoneInfo(self.school.timezone))

    @property
    def today(self) -> date:
        """The school's calendar day."""
        return self.local.date()

    def may(self, case: Case) -> Powers:
        """What this person may do with a case, today."""
        return powers(self.school, case, self.who.id, self.today)

    def readers(self, case: Case) -> tuple[Person, ...]:
        """Who may read a case, today."""
        return readers(self.school, case, self.today)

    def cite(self, clause: str) -> Citation:
        """A clause in the words in force."""
        return cite(self.policy, self.books.policies.current(self.policy.id), clause)

    def clock(self, moment: datetime) -> str:
        """A moment as staff read it: "10:42" today, "10:42 on Friday 20 November" on other days."""
        local = moment.astimezone(ZoneInfo(self.school.timezone))
        if local.date() == self.today:
            return f"{local:%H:%M}"
        return f"{local:%H:%M} on {local:%A} {local.day} {local:%B %Y}"

    def clock_of(self, iso: str) -> str:
        """The same for a moment written as ISO 8601; "" for none."""
        return self.clock(datetime.fromisoformat(iso)) if iso else ""
