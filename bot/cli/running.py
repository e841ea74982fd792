"""`usher serve`, `usher work` and `usher run`: Usher for a real school, until told to stop."""

import asyncio

import click

from bot.cli.shared import load_house, load_matcher, settings_now


@click.command()
def serve() -> None:
    """Open the web doors on PORT.

    The platforms' addresses, /health and /ready.
    """
    _run(doors=True, delivery=False)


@click.command()
def work() -> None:
    """Carry notices, and keep the clock."""
    _run(doors=False, delivery=True)


@click.command()
def run() -> None:
    """Do both in one process."""
    _run(doors=True, delivery=True)


def _run(*, doors: bool, delivery: bool) -> None:
    from bot.wiring.doors import run as go
    from bot.wiring.works import Usher

    settings = settings_now()
    house = load_house(settings)
    matcher = load_matcher(settings, house) if doors else None
    usher = Usher(settings=settings, house=house, matcher=matcher)
    try:
        asyncio.run(go(usher, doors=doors, delivery=delivery))
    finally:
        usher.close()
