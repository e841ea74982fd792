"""`usher check`: everything that could keep Usher from doing its work, said at once."""

import os
from collections.abc import Iterator

import click

from bot.cli.shared import FAULT
from bot.settings import Misset, Settings, read_settings


@click.command()
@click.option("--files", is_flag=True, help="Look at the school's files only, not at the records.")
def check(*, files: bool) -> None:
    """Check everything before the first start.

    Settings, the school's files, roles, database and keys: every fault at once, with what to do.
    """
    faults = list(_faults(files=files))
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo(f"usher: {len(faults)} to put right.", err=True)
        raise SystemExit(FAULT)
    click.echo("All is well." if not files else "The school's files are well.")


def _faults(*, files: bool) -> Iterator[str]:
    try:
        settings = read_settings(os.environ)
    except Misset as misset:
        yield from misset.faults
        return
    yield from _files(settings)
    if not files:
        yield from _records(settings)


def _files(settings: Settings) -> Iterator[str]:
    from bot.delivery.watch import nobody_on_duty, unfilled
    from bot.reading import Faulty, read_houses
    from bot.school.people import ROLE_NAMES
    from bot.wiring.works import now

    try:
        schools = [house.school for house in read_houses(settings.policy, settings.intents)]
    except Faulty as faulty:
        yield from (str(fault) for fault in faulty.faults)
        return
    for school in schools:
        where = f"{school.id}: " if len(schools) > 1 else ""
        for role in unfilled(school):
            yield f"{where}school.yml: nobody is {ROLE_NAMES[role]}. Give somebody the role {role.value}."
        for role_name in nobody_on_duty(school, school.day(now())):
            click.echo(f"note: {where}everybody who is {role_name} is away today.", err=True)


def _records(settings: Settings) -> Iterator[str]:
    from bot.records.errors import RecordsFault
    from bot.wiring.works import open_database

    try:
        database = open_database(settings)
        try:
            database.ready()
        finally:
            database.close()
    except Misset as misset:
        yield from misset.faults
    except RecordsFault as fault:
        yield str(fault)
