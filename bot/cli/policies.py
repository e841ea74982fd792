"""`usher policy`: the school's own document, aligned with the clauses and published; and its health."""

import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.desk import desk, person_named
from bot.cli.health import health
from bot.cli.shared import FAULT, light_house, settings_now
from bot.settings import Misset, Settings, for_demo

if TYPE_CHECKING:
    from bot.desk.visit import Visit
    from bot.reading import House
    from bot.reading.align import Alignment
    from bot.reading.changes import Change
    from bot.reading.pieces import Document
    from bot.school.messages import Outcome
    from bot.school.policy import PolicyVersion

MARKS = {"kept": "{}", "added": "[+ {} +]", "removed": "[- {} -]"}


@click.group()
def policy() -> None:
    """Bring in the school's own policy document, and look for its gaps."""


policy.add_command(health)


@policy.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--publish", is_flag=True, help="Store it: answers quote it from now on.")
@click.option("--label", default="", help="What the version is called. [default: its date]")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Its date. [default: today]")
@click.option("--campaign", "me", metavar="PERSON", default="", help="Publish, and draft a campaign from it.")
@click.option(
    "--editorial", default="", help="With --campaign: clauses changed in wording only (PER-1b,PRI-2)."
)
@click.option(
    "--due", type=click.DateTime(["%Y-%m-%d"]), help="With --campaign: by when. [default: 10 school days]"
)
@click.option("--demo", is_flag=True, help="Compare with, and store in, the demo's sample store.")
def bring_in(
    file: Path,
    *,
    publish: bool,
    label: str,
    day: datetime | None,
    me: str,
    editorial: str,
    due: datetime | None,
    demo: bool,
) -> None:
    """Find every clause in FILE (txt, md, docx, pdf).

    Shows what would change and what could not be aligned. Exit code 1 when a clause was not found;
    with --publish that clause goes on being quoted in our own words. With --campaign what has changed
    becomes a draft campaign in that person's name, in the same step.
    """
    if (editorial or due) and not me:
        raise Misset("--editorial and --due belong to a campaign: say --campaign PERSON as well")
    settings = for_demo(os.environ) if demo else settings_now()
    house = light_house(settings)
    document = _read(file, house)
    found = _aligned(settings, house, document)
    if publish or me:
        when = day.date() if day else datetime.now().astimezone().date()
        version = found.published(house.policy, document, label or f"{when:%d %B %Y}", when)
        who = person_named(house, me)
        with desk(settings, house, who) as (visit, say):
            before = visit.books.policies.current(house.policy.id)
            stored = _publish(visit, version, document, by=who.id if me else "usher")
            if me:
                left_out = {each.strip() for each in editorial.split(",")}
                _ask_again(visit, say, before, version, left_out, due.date() if due else None)
        published = "Published" if stored else "Already in force"
        click.echo(f'{published}: "{version.label}", {version.published.isoformat()}, sha256 {version.hash}.')
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


def _publish(visit: "Visit", version: "PolicyVersion", document: "Document", by: str) -> bool:
    """Store it; False when the very same is in force already."""
    stored = visit.books.policies.publish(version, document.text)
    if stored:
        facts = {"hash": version.hash, "day": version.published.isoformat()}
        visit.books.audit.write(by, "policy.published", version.policy, **facts)
    return stored


def _ask_again(
    visit: "Visit",
    say: "Callable[[Outcome], None]",
    before: "PolicyVersion | None",
    version: "PolicyVersion",
    editorial: set[str],
    due: date | None,
) -> None:
    """Whoever has to read it again, as a draft; nobody when all changes are editorial."""
    from bot.desk import new_version, run_campaign
    from bot.reading.changes import diff

    unknown = sorted(editorial - {""} - set(visit.policy.clauses))
    if unknown:
        raise Misset(f"--editorial: there is no clause {', '.join(unknown)}")
    clauses = new_version.material(diff(visit.policy, before, version.wording), editorial) if before else ()
    if before and not clauses:
        click.echo("Nothing but editorial changes: nobody is asked to read it again.")
        return
    draft = new_version.campaign_from(visit, clauses, due=due)
    amiss = run_campaign.problems(visit, draft)
    if amiss:
        raise Misset(*amiss)
    click.echo(
        f"Of those asked, {new_version.read_before(visit, draft)} had acknowledged an earlier version."
    )
    say(run_campaign.keep(visit, draft))
