"""`usher campaign`: who has to read which version of the policy by when, from the command line."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli.desk import desk, person_named
from bot.cli.shared import FAULT, light_house, settings_now, show_faults, write_out
from bot.settings import Misset, Settings, for_demo

if TYPE_CHECKING:
    from bot.desk.visit import Visit
    from bot.reading import House
    from bot.school.campaign_evidence import Evidence
    from bot.school.campaigns import Scenario
    from bot.school.messages import Outcome
    from bot.school.people import Role, School

FILE = click.Path(dir_okay=False, path_type=Path)
DAY = click.DateTime(["%Y-%m-%d"])
AS = click.option("--as", "me", metavar="PERSON", required=True, help="In whose name; they need the role.")
READS = click.option("--as", "me", metavar="PERSON", default="", help="In whose name. [default: the owner]")


@click.group()
@click.option("--demo", is_flag=True, help="Work in the demo's sample store.")
@click.pass_context
def campaign(context: click.Context, *, demo: bool) -> None:
    """Have the policy read and acknowledged."""
    context.obj = demo


@campaign.command()
@click.option("--title", required=True, help="What it is called.")
@click.option("--due", type=DAY, required=True, help="By when (YYYY-MM-DD), a school day.")
@click.option("--launch", type=DAY, help="When it starts. [default: the next school day]")
@click.option("--group", "groups", multiple=True, help="Ask a group; may be given several times.")
@click.option("--role", "roles", multiple=True, help="Ask whoever holds a role.")
@click.option("--person", "people", multiple=True, help="Ask one person.")
@click.option("--but", multiple=True, help="Leave one person out.")
@click.option("--clauses", default="", help="Only these clauses (PER-1b,PRI-2). [default: the whole text]")
@click.option("--quiz", type=click.Path(exists=True, path_type=Path), help="A file with up to 3 scenarios.")
@AS
@click.pass_obj
def create(
    demo: bool,
    *,
    title: str,
    due: datetime,
    launch: datetime | None,
    groups: tuple[str, ...],
    roles: tuple[str, ...],
    people: tuple[str, ...],
    but: tuple[str, ...],
    clauses: str,
    quiz: Path | None,
    me: str,
) -> None:
    """Make a draft, and show it as a dry run. Without groups, roles or people it asks all staff."""
    from bot.desk import run_campaign
    from bot.school.campaigns import Audience

    with _desk(demo, me) as (visit, say):
        draft = run_campaign.drafted(
            visit,
            title=title,
            audience=Audience(groups=groups, roles=_roles(roles), people=people, but=but),
            launch=launch.date() if launch else run_campaign.next_school_day(visit),
            due=due.date(),
            clauses=tuple(each.strip() for each in clauses.split(",") if each.strip()),
            quiz=_scenarios(quiz),
        )
        problems = run_campaign.problems(visit, draft)
        if problems:
            raise Misset(*problems)
        say(run_campaign.keep(visit, draft))


def _verb(name: str, about: str, act: str, who: Callable[..., Callable[..., None]]) -> None:
    """A command that does one thing to a campaign and shows where it stands then."""

    @campaign.command(name, help=about)
    @click.argument("campaign_id", metavar="CAMPAIGN")
    @who
    @click.pass_obj
    def run(demo: bool, *, campaign_id: str, me: str) -> None:
        from bot.desk import run_campaign

        with _desk(demo, me) as (visit, say):
            say(getattr(run_campaign, act)(visit, campaign_id))


_verb("dry-run", "Who would be asked and why, and when. Nothing is sent.", "dry_run", READS)
_verb("approve", "The headteacher's yes, without which nothing runs.", "approve", AS)
_verb("run", "Start it, or go on after a pause.", "run", AS)
_verb("pause", "Send no reminders until it goes on.", "pause", AS)
_verb("close", "End it. Signed links stop working; what was said stays.", "close", AS)


@campaign.command()
@click.argument("campaign_id", metavar="[CAMPAIGN]", default="")
@READS
@click.pass_obj
def status(demo: bool, *, campaign_id: str, me: str) -> None:
    """Where one campaign stands, or all of them."""
    from bot.desk import run_campaign

    with _desk(demo, me) as (visit, say):
        if campaign_id:
            say(run_campaign.open_campaign(visit, campaign_id))
            return
        for each in visit.books.campaigns.all():
            click.echo(f"{each.id}  {each.state.value:<8}  due {each.due}  {each.title}")


@campaign.command()
@click.argument("campaign_id", metavar="CAMPAIGN")
@click.argument("person")
@AS
@click.pass_obj
def link(demo: bool, *, campaign_id: str, person: str, me: str) -> None:
    """Print the path of a signed link for PERSON, who needs no account to use it."""
    from bot.desk import run_campaign

    with _desk(demo, me) as (visit, _):
        _known(visit, person)
        click.echo(f"/acknowledge/{visit.school.id}/{run_campaign.link_of(visit, campaign_id, person)}")


@campaign.command()
@click.argument("campaign_id", metavar="CAMPAIGN")
@click.argument("people", metavar="PERSON...", nargs=-1, required=True)
@AS
@click.pass_obj
def record(demo: bool, *, campaign_id: str, people: tuple[str, ...], me: str) -> None:
    """Record that PERSON has signed on paper; several may be given."""
    from bot.desk import run_campaign

    said = []
    with _desk(demo, me) as (visit, _):
        asked = run_campaign.recorded_by(visit, campaign_id)
        for person in _bar(people, "Recording", len(people)):
            _known(visit, person)
            fresh = run_campaign.put_down(visit, asked, person)
            said.append(f"{person}: {'recorded' if fresh else 'had acknowledged before, nothing changed'}")
    for line in said:  # only now is it kept: one person too many, and nobody is recorded
        click.echo(line)


@campaign.command()
@click.argument("person")
@click.option("--lift", is_flag=True, help="End the hold.")
@AS
@click.pass_obj
def hold(demo: bool, *, person: str, lift: bool, me: str) -> None:
    """Keep what PERSON has acknowledged from being erased, also long after they have left."""
    from bot.desk import run_campaign

    with _desk(demo, me) as (visit, _):
        if not visit.books.campaigns.said_by(person):
            raise Misset(f'nothing is kept that "{person}" has acknowledged: give the id they had')
        changed = run_campaign.hold(visit, person, on=not lift)
        state = "no longer under legal hold" if lift else "under legal hold"
        click.echo(f"{person}: {state}{'' if changed else ', as before'}")


@campaign.command()
@click.argument("campaign_id", metavar="CAMPAIGN")
@click.option("--html", type=FILE, help="The page for governors or inspectors, as HTML.")
@click.option("--pdf", type=FILE, help="The same page as PDF.")
@click.option("--csv", type=FILE, help="The list person by person, for a spreadsheet.")
@READS
@click.pass_obj
def evidence(
    demo: bool, *, campaign_id: str, html: Path | None, pdf: Path | None, csv: Path | None, me: str
) -> None:
    """Write what governors or inspectors ask for.

    Exit code 1 when the check of the audit finds that somebody has touched it.
    """
    from bot.cli.keeping import open_records
    from bot.desk import run_campaign
    from bot.wiring.campaign_evidence import evidence_of

    with _desk(demo, me) as (visit, say):
        said = run_campaign.evidence(visit, campaign_id)
        if not (html or pdf or csv):
            say(said)
    settings, house = _at(demo)
    with open_records(settings) as database:
        found = evidence_of(database, house, campaign_id)
    wanted = sum(1 for file in (html, pdf, csv) if file)
    files = _written(found, house.school, html=html, pdf=pdf, csv=csv)
    for name in list(_bar(files, "Writing", wanted)):
        click.echo(name)
    if not found.chain.ok:
        click.echo(f"{house.school.id}: the audit has been touched: {found.chain.fault}", err=True)
        raise SystemExit(FAULT)


def _written(
    found: "Evidence", school: "School", *, html: Path | None, pdf: Path | None, csv: Path | None
) -> Iterator[str]:
    """Each file that was asked for, by its name, once it has been written."""
    if html:
        from bot.platforms.paper.page import page

        write_out(html, page(found))
        yield str(html)
    if pdf:
        from bot.platforms.paper.pdf import pdf as printed

        write_out(pdf, printed(found))
        yield str(pdf)
    if csv:
        from bot.platforms.paper.table import table

        write_out(csv, table(found, school))
        yield str(csv)


def _bar(work: Iterable[str], label: str, length: int) -> Iterable[str]:
    """A progress bar on standard error while the work goes on; none where that is no terminal to draw on."""
    from bot.platforms.terminal.screen import wants_plain

    if wants_plain(os.environ, asked=False, tty=sys.stderr.isatty()):
        return work
    from rich.console import Console
    from rich.progress import track

    return track(work, label, total=length, console=Console(stderr=True), transient=True)


def _at(demo: bool) -> "tuple[Settings, House]":
    settings = for_demo(os.environ) if demo else settings_now()
    return settings, light_house(settings)


@contextmanager
def _desk(demo: bool, me: str) -> "Iterator[tuple[Visit, Callable[[Outcome], None]]]":
    settings, house = _at(demo)
    with desk(settings, house, person_named(house, me)) as (visit, say):
        yield visit, say


def _known(visit: "Visit", person: str) -> None:
    if person not in visit.school.people:
        raise Misset(f'there is no person "{person}" in school.yml')


def _roles(named: tuple[str, ...]) -> "tuple[Role, ...]":
    from bot.school.people import Role

    try:
        return tuple(Role(each) for each in named)
    except ValueError:
        known = ", ".join(role.value for role in Role)
        raise Misset(f"a role is one of {known}") from None


def _scenarios(file: Path | None) -> "tuple[Scenario, ...]":
    if file is None:
        return ()
    from bot.reading import Faulty
    from bot.reading.scenarios_file import read_scenarios

    try:
        return read_scenarios(file)
    except Faulty as faulty:
        show_faults(faulty, "the scenarios")
        raise SystemExit(FAULT) from None
