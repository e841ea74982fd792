"""`usher report`: the term, and the questions without an answer, in numbers that point at nobody."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.health import PAGE
from bot.cli.shared import light_house, settings_now, write_out
from bot.settings import Misset, for_demo

if TYPE_CHECKING:
    from bot.reading import House
    from bot.records.books import Books

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def report() -> None:
    """Write a report for governors."""


@report.command()
@click.option("--from", "first", type=DAY, help="The first day. [default: that of the term]")
@click.option("--to", "last", type=DAY, help="The last day. [default: today, or that of the term]")
@click.option("--html", type=PAGE, help="Also write it as a page that prints on A4, to this file.")
@click.option("--csv", type=PAGE, help="Also write it as rows for a spreadsheet, to this file.")
@click.option("--demo", is_flag=True, help="Read the demo's sample store.")
def term(
    first: datetime | None, last: datetime | None, html: Path | None, csv: Path | None, *, demo: bool
) -> None:
    """Say what was asked and told in a term, and how fast it was looked at.

    No names, no references, no number below five; drills are left out.
    """
    from bot.cli import term_page
    from bot.desk.tell_term import tell_term

    with _reading(first, last, demo=demo) as (house, books, days):
        made = tell_term(house.school, house.policy, house.intents, books, days)
    for line in term_page.text(made):
        click.echo(line)
    if html:
        write_out(html, term_page.html(made))
    if csv:
        write_out(csv, term_page.rows(made))


@report.command()
@click.option("--from", "first", type=DAY, help="The first day. [default: that of the term]")
@click.option("--to", "last", type=DAY, help="The last day. [default: today, or that of the term]")
@click.option("--html", type=PAGE, help="Also write it as a page, to this file.")
@click.option("--demo", is_flag=True, help="Read the demo's sample store.")
def silence(first: datetime | None, last: datetime | None, html: Path | None, *, demo: bool) -> None:
    """Say where questions went that found no clause.

    By the place they belong, the nearest clause and the week; counts only, none below five.
    """
    from bot.cli import term_page
    from bot.desk.tell_term import tell_silence

    with _reading(first, last, demo=demo) as (house, books, days):
        found = tell_silence(house.policy, house.intents, books, days)
    for line in term_page.silence_text(found):
        click.echo(line)
    if html:
        write_out(html, term_page.silence_html(found))


@contextmanager
def _reading(
    first: datetime | None, last: datetime | None, *, demo: bool
) -> "Iterator[tuple[House, Books, tuple[date, date]]]":
    """The house, its books, and the days meant."""
    from bot.cli.keeping import open_records
    from bot.school.term import period
    from bot.wiring.works import now

    settings = for_demo(os.environ) if demo else settings_now()
    house = light_house(settings)
    begins, ends = period(house.school, house.school.day(now()))
    begins, ends = (first.date() if first else begins), (last.date() if last else ends)
    if ends < begins:
        raise Misset(f"the last day, {ends.isoformat()}, comes before the first, {begins.isoformat()}")
    with open_records(settings) as database, database.read(house.school.id, now()) as books:
        yield house, books, (begins, ends)
