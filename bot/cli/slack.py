"""`usher slack`: the app's manifest to paste into Slack, and whether a workspace is as it must be."""

import asyncio
from typing import TYPE_CHECKING

import click

from bot.cli.shared import FAULT, load_houses, settings_now
from bot.settings import Misset

if TYPE_CHECKING:
    from bot.wiring.slack_check import Looked


@click.group()
def slack() -> None:
    """Connect Usher to Slack."""


@slack.command()
@click.option("--url", default="", help="For HTTP mode: the public address of `usher serve`, https://...")
@click.option("--oauth", is_flag=True, help="With --url: also for schools that install it themselves.")
def manifest(url: str, *, oauth: bool) -> None:
    """Print the app's manifest, to be pasted into Slack.

    Without --url it is the one for Socket Mode, just as manifest.yml has it.
    """
    from bot.platforms.slack.manifest import as_yaml, for_http, read_manifest
    from bot.wiring.slack_proof import MANIFEST

    if oauth and not url:
        raise click.UsageError("--oauth needs --url: Slack sends people back to a public address")
    if not url:
        click.echo(MANIFEST.read_text("utf-8"), nl=False)
        return
    if not url.startswith("https://") or " " in url:
        raise click.UsageError("--url must be a public address that begins with https://")
    made = for_http(read_manifest(MANIFEST), url)
    if oauth:
        from bot.platforms.slack.install import BACK

        made["oauth_config"]["redirect_urls"] = [url.rstrip("/") + BACK]
    click.echo(as_yaml(made), nl=False)


@slack.command()
def check() -> None:
    """Look at everything that the workspace must have.

    Tokens, scopes, rooms and people: a line for each fault, exit code 1 when there is any.
    """
    from bot.wiring.slack_check import look_over

    settings = settings_now()
    if settings.slack is None:
        raise Misset("Slack is not set up: set SLACK_BOT_TOKEN; docs/install-slack.md says how")
    looked = asyncio.run(look_over(settings, settings.slack, load_houses(settings)))
    faults = [line for each in looked for line in each.faults]
    for each in looked:
        _say(each)
    for fault in faults:
        click.echo(fault, err=True)
    if faults:
        click.echo(f"usher: {len(faults)} to put right.", err=True)
        raise SystemExit(FAULT)
    click.echo("All is well.")


def _say(looked: "Looked") -> None:
    """Who is who, in numbers."""
    if not looked.team:
        return
    click.echo(f"{looked.school}: workspace {looked.team}, where Usher is {looked.us}.")
    there = f"{looked.found} of {looked.people} people of school.yml are there"
    click.echo(f"  {there}, {looked.more} more are staff.")
    if looked.missing:
        click.echo(f"  Not there: {', '.join(looked.missing)}.")
