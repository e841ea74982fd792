"""`usher policy health`: what the policy gets wrong, leaves out or leaves open, for governors to read."""

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.shared import FAULT, light_house, settings_now, write_out
from bot.settings import Settings, for_demo

if TYPE_CHECKING:
    from bot.reading import House
    from bot.school.findings import Examined
    from bot.school.policy import PolicyVersion

PAGE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--html", type=PAGE, help="Also write the report as a page, to this file.")
@click.option("--demo", is_flag=True, help="Look at what is published in the demo's sample store.")
def health(html: Path | None, *, demo: bool) -> None:
    """Hold the policy against law, routes and platforms, and name every gap.

    Exit code 1 when something has to be put right; 0 when there are only things good to know.
    """
    from bot.cli import health_page
    from bot.school.health import examine, unwell
    from bot.wiring.works import now

    settings = for_demo(os.environ) if demo else settings_now()
    house = light_house(settings)
    today = house.school.day(now())
    version, document = _published(settings, house)
    findings = examine(_examined(house, today, version, document))
    for line in health_page.text(findings, house.policy, version, today):
        click.echo(line)
    if html:
        write_out(html, health_page.html(findings, house.policy, version, today))
    if unwell(findings):
        raise SystemExit(FAULT)


def _examined(house: "House", today: date, version: "PolicyVersion | None", document: str) -> "Examined":
    from bot.school.findings import Examined

    return Examined(
        policy=house.policy,
        standards=house.standards,
        intents=house.intents,
        retention=house.school.retention,
        today=today,
        version=version,
        document=document,
    )


def _published(settings: Settings, house: "House") -> "tuple[PolicyVersion | None, str]":
    """The official wording in force and the document it is from; neither where there are no records."""
    from bot.records.errors import RecordsFault
    from bot.settings import Misset
    from bot.wiring.works import now, open_database

    try:
        database = open_database(settings)
    except Misset:
        return None, ""
    try:
        database.ready()
        with database.read(house.school.id, now()) as books:
            version = books.policies.current(house.policy.id)
            return version, books.policies.source(version) if version else ""
    except RecordsFault:
        return None, ""
    finally:
        database.close()
