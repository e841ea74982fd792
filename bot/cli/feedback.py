"""`usher feedback`: which clauses' answers were what staff needed, in numbers too large to name anybody."""

import os
from calendar import monthrange
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from bot.cli.shared import load_house, settings_now
from bot.settings import for_demo

if TYPE_CHECKING:
    from bot.records.counts import Count


@click.command()
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="Which month. [default: this one]")
@click.option("--demo", is_flag=True, help="Read the demo's sample store.")
def feedback(month: datetime | None, *, demo: bool) -> None:
    """Say what staff pressed under the answers of one month.

    A line for each clause: how often "That's what I needed", how often "Not what I meant". Nothing
    else is kept, and no number below five is shown.
    """
    from bot.cli.keeping import open_records
    from bot.wiring.works import now

    settings = for_demo(os.environ) if demo else settings_now()
    school = load_house(settings).school
    first = (month.date() if month else school.day(now())).replace(day=1)
    with open_records(settings) as database, database.read(school.id, now()) as books:
        counted = books.counts.total(first, _last(first))
    for line in _lines(counted, f"{first:%B %Y}"):
        click.echo(line)


def _last(first: date) -> date:
    """The last day of the month."""
    return first.replace(day=monthrange(first.year, first.month)[1])


def _lines(counted: "tuple[Count, ...]", month: str) -> list[str]:
    """A heading and a line for each clause that was judged at all."""
    from bot.desk.was_this_right import NEEDED, NOT_MEANT
    from bot.records.counts import shown

    pressed = {(each.what, each.kind): each.n for each in counted if each.kind in (NEEDED, NOT_MEANT)}
    if not pressed:
        return [f"Nobody has pressed either button in {month}."]
    rows = [("clause", "what they needed", "not what they meant")]
    for clause in sorted({clause for clause, _ in pressed}):
        needed, missed = (pressed.get((clause, kind), 0) for kind in (NEEDED, NOT_MEANT))
        rows.append((clause, shown(needed), shown(missed)))
    return [month, *(f"{clause:<8} {needed:<18} {missed}" for clause, needed, missed in rows)]
