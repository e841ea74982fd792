"""`usher teams`: whether the tenant is as it must be; `usher teams-package`: the app to upload there."""

import asyncio
import os
from pathlib import Path

import click

from bot.cli.shared import FAULT, load_houses, settings_now
from bot.settings import Misset

WHOSE = "--app-id, or TEAMS_APP_ID"
LIKE = "such as 1b0b5a52-3d2e-4f0c-9c3f-6a2f0e6b7d11"


@click.group()
def teams() -> None:
    """Connect Usher to Microsoft Teams."""


@teams.command()
def check() -> None:
    """Look at everything that the tenant must have.

    Login, rooms, people and their chats: a line for each fault, exit code 1 when there is any.
    """
    from bot.wiring.teams_check import look_over

    settings = settings_now()
    if settings.teams is None:
        raise Misset("Teams is not set up: set TEAMS_APP_ID; docs/install-teams.md says how")
    looked = asyncio.run(look_over(settings, settings.teams, load_houses(settings, phrasings=False)))
    if looked.seen:
        there = f"{looked.people - len(looked.missing)} of {looked.people} people of school.yml are there"
        click.echo(f"{looked.school}: tenant {looked.tenant}.\n  {there}, {looked.more} more are staff.")
    if looked.seen and looked.missing:
        click.echo(f"  Not there: {', '.join(looked.missing)}.")
    for fault in looked.faults:
        click.echo(fault, err=True)
    if looked.faults:
        click.echo(f"usher: {len(looked.faults)} to put right.", err=True)
        raise SystemExit(FAULT)
    click.echo("All is well.")


@click.command("teams-package")
@click.option("--app-id", metavar="GUID", help="The bot's application (client) id. [default: TEAMS_APP_ID]")
@click.option("--id", "own_id", metavar="GUID", help="The package's own id. [default: made from the bot's]")
@click.option("--name", default="Usher", show_default=True, help="What it is called in Teams.")
@click.option("--site", metavar="URL", help="The school's web site, named under About.")
@click.option("--version", metavar="X.Y.Z", help="Higher than the last one uploaded. [default: Usher's own]")
@click.option(
    "--out",
    default=Path("usher-teams.zip"),
    show_default=True,
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write it.",
)
def teams_package(
    *, app_id: str | None, own_id: str | None, name: str, site: str | None, version: str | None, out: Path
) -> None:
    """Write the app package for Teams, a zip to upload in the admin centre.

    It is looked over first. The same options give the same package, byte for byte.
    """
    from bot.platforms.teams import manifest
    from bot.platforms.teams.package import PackageFaulty, build

    bot = _bot(app_id)
    own = _guid(own_id, "--id") if own_id else manifest.app_id(bot)
    if own == bot:
        raise Misset("--id must not be the bot's id: leave it out, and one is made from the bot's")
    wanted = manifest.Package(
        bot=bot, app=own, name=name.strip(), site=site or manifest.NOWHERE, version=version or ""
    )
    try:
        packed = build(wanted)
    except PackageFaulty as faulty:
        raise Misset(*faulty.faults) from None
    _write(out, packed)
    click.echo(f"{out}: bot {bot}, package {own}. Upload it in the Teams admin centre.")
    if not site:
        click.echo(f"Under About it names {manifest.NOWHERE}: --site names your own.", err=True)


def _bot(given: str | None) -> str:
    """The bot's id: given, or the one that runs here; never two."""
    here = os.environ.get("TEAMS_APP_ID", "").strip().lower()
    bot = _guid(given or here, WHOSE)
    if here and bot != here:
        raise Misset("--app-id and TEAMS_APP_ID name two bots: leave one out")
    if bot == os.environ.get("TEAMS_TENANT_ID", "").strip().lower():
        raise Misset(f"{WHOSE}, is the tenant's id: take the bot's Application (client) ID")
    return bot


def _guid(text: str, called: str) -> str:
    """An id as Entra shows it, in small letters."""
    from bot.platforms.teams.manifest import is_guid

    given = text.strip().lower()
    if not given:
        raise Misset(f"the bot's id is missing: give {called}; it is its Application (client) ID, {LIKE}")
    if not is_guid(given):
        raise Misset(f"{called}, must be an id as Entra shows it, {LIKE}")
    return given


def _write(out: Path, packed: bytes) -> None:
    try:
        out.write_bytes(packed)
    except OSError as refused:
        raise Misset(f"{out} can't be written ({refused.strerror})") from None
