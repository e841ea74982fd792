"""A request for an official site: the provider's minimum age, and the register of what was granted."""

from datetime import date, timedelta

from bot.desk.visit import Visit
from bot.school.casework import told_so_far
from bot.school.concerns import Case
from bot.school.forms import Answers
from bot.school.routing import rows, text

A_YEAR = timedelta(days=365)


def too_young(visit: Visit, form: str, answers: Answers) -> dict[str, str]:
    """An audience under the provider's minimum age is refused beside the question, with the clause."""
    youngest, least = text(answers, "youngest_age"), text(answers, "minimum_age")
    if form != "site" or not (_number(youngest) and _number(least)) or int(youngest) >= int(least):
        return {}
    return {
        "youngest_age": f"The provider asks for {least} and the youngest here is {youngest}, so this site "
        f"can't be requested. OFF-3b: {visit.cite('OFF-3b').text}"
    }


def _number(said: str) -> bool:
    """Digits that are one; what isn't is said beside the question itself."""
    return said.isascii() and said.isdigit() and len(said) < 10


def register(visit: Visit, case: Case, conditions: str) -> None:
    """Enter a granted site, with its administrators and review date, in the register."""
    answers = told_so_far(visit.books.cases.entries(case))
    due = text(answers, "review_date")
    visit.books.sites.register(
        platform=text(answers, "platform"),
        name=text(answers, "platform"),
        purpose=text(answers, "purpose"),
        administrators=[row["name"] for row in rows(answers, "administrators") if row.get("name")],
        review=date.fromisoformat(due) if due else visit.today + A_YEAR,
        conditions=conditions,
        reference=case.reference,
        granted_by=visit.who.id,
    )
