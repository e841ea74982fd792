"""`usher policy import`: the school's own document, aligned with the clauses and published."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.shared import FAULT, load_house, settings_now
from bot.settings import Misset, Settings, for_demo

if TYPE_CHECKING:
    from bot.reading import House
    from bot.reading.align import Alignment
    from bot.reading.changes import Change
    from bot.reading.pieces import Document
    from bot.school.policy import PolicyVersion

MARKS = {"kept": "{}", "added": "[+ {} +]", "removed": "[- {} -]"}


@click.group()
def policy() -> None:
    """Bring in the school's own policy document."""


@policy.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Store it: answers quote it from now on.")
@click.option("--label", default="", help="What the version is called. [default: its date]")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its date. [default: today]")
@click.option("--demo", is_flag=True, help="Compare with, and store in, the demo's sample store.")
def bring_in(file: Path, *, publish: bool, label: str, day: datetime | None, demo: bool) -> None:
    """Find every clause in FILE (txt, md, docx, pdf).

    Shows what would change and what could not be aligned. Exit code 1 when a clause was not found;
    with --publish that clause goes on being quoted in our own words.
    """
    settings = for_demo(os.environ) if demo else settings_now()
    house = load_house(settings)
    document = _read(file, house)
    found = _aligned(settings, house, document)
    if publish:
        when = day.date() if day else datetime.now().astimezone().date()
        _publish(settings, house, document, found, label or f"{when:%d %B %Y}", when)
    if found.unaligned:
        raise SystemExit(FAULT)


def _read(file: Path, house: "House") -> "Document":
    from bot.reading.document import read_document
    from bot.reading.pieces import Unreadable

    try:
        return read_document(file, tuple(house.policy.sections.values()))
    except Unreadable as fault:
        raise Misset(str(fault)) from None


def _aligned(settings: Settings, house: "House", document: "Document") -> "Alignment":
    """The alignment with the version in force, shown."""
    from bot.reading.align import align
    from bot.reading.changes import diff
    from bot.wiring.asking import published_version

    before = published_version(settings, house)
    found = align(document, house.policy, before)
    for line in _shown(diff(house.policy, before, found.wording), found, before):
        click.echo(line)
    return found


def _shown(
    changes: "tuple[Change, ...]", found: "Alignment", before: "PolicyVersion | None"
) -> Iterator[str]:
    for change in changes:
        if change.kind != "same":
            score = found.score.get(change.clause)
            like = f", {score:.0%} like our wording" if score is not None else ""
            yield f"{change.clause} {change.kind.value}{like}:"
            yield "  " + _worded(change, marked=before is not None)
    for clause in found.unaligned:
        yield f"{clause} not found: look for it in the document, or say that the school dropped it."
    for left in found.leftover:
        yield f'Belongs to no clause, under "{left.heading}": {left.text}'
    for twice in found.duplicates:
        yield f'{twice.clause} said again, under "{twice.heading}": {twice.text}'
    same = sum(change.kind == "same" for change in changes)
    yield (
        f"{len(found.wording)} clauses found, {same} unchanged, {len(found.unaligned)} not found; "
        f"{len(found.leftover)} passages belong to no clause."
    )


def _worded(change: "Change", *, marked: bool) -> str:
    pattern = MARKS if marked else {**MARKS, "added": "{}"}
    return " ".join(pattern[words.mark.value].format(words.text) for words in change.words)


def _publish(
    settings: Settings,
    house: "House",
    document: "Document",
    found: "Alignment",
    label: str,
    when: date,
) -> None:
    from bot.cli.keeping import open_records
    from bot.wiring.works import now

    version = found.published(house.policy, document, label, when)
    with open_records(settings) as database, database.books(house.school.id, now()) as books:
        stored = books.policies.publish(version, document.text)
        if stored:
            facts = {"hash": version.hash, "day": when.isoformat()}
            books.audit.write("usher", "policy.published", house.policy.id, **facts)
    said = "Published" if stored else "Already in force"
    click.echo(f'{said}: "{label}", {when.isoformat()}, sha256 {version.hash}.')
