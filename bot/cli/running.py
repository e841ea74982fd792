"""`usher serve`, `usher work` and `usher run`: Usher for a real school, until told to stop."""

import asyncio
from functools import partial

import click

from bot.cli.shared import load_houses, load_matcher, settings_now


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
    from bot.wiring.schools import open_matchers
    from bot.wiring.works import Usher, prove_records

    settings = settings_now()
    houses = load_houses(settings)
    prove_records(settings)
    load = partial(load_matcher, settings, stays=True)
    matchers = open_matchers(houses, load) if doors else [None] * len(houses)
    (house, matcher), *others = zip(houses, matchers, strict=True)
    usher = Usher(settings=settings, house=house, matcher=matcher, others=tuple(others))
    try:
        asyncio.run(go(usher, doors=doors, delivery=delivery))
    finally:
        usher.close()
