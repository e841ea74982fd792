"""`usher playground`: Usher behind Microsoft's Agents Playground: a sample school, on this machine only."""

import asyncio
import os

import click

from bot.cli.local import sample, who_is
from bot.cli.shared import load_house
from bot.settings import Misset, for_demo

SOMEBODY = "jem-karuna"
"""Whom the sample school has as a teaching assistant."""
PORT = 3978
"""Where the Playground looks by itself."""


@click.command()
@click.option(
    "--as", "name", metavar="PERSON", default=SOMEBODY, show_default=True,
    help="Who you are there: an id or a name of school.yml.",
)  # fmt: skip
@click.option(
    "--port", default=PORT, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 finds a free one."
)
def playground(*, name: str, port: int) -> None:
    """Try Usher in Microsoft's Agents Playground.

    On the demo's sample store, for this machine only. Nobody vouches for who anybody is there, so it
    refuses to start where Teams or a real store is set.
    """
    from bot.wiring.playground import serve_playground

    if os.environ.get("TEAMS_APP_ID"):
        raise Misset(
            "TEAMS_APP_ID is set, and the Playground cannot verify who anybody is: unset it for trials, or "
            "start `usher run`"
        )
    me = who_is(load_house(for_demo(os.environ)).school, name)
    usher = sample()

    def opened(url: str) -> None:
        click.echo(url)
        click.echo(f"You are {me.name}, {me.job}. Ctrl-C stops.", err=True)

    try:
        asyncio.run(serve_playground(usher, me, port, opened))
    finally:
        usher.close()
