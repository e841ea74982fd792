"""`usher demo` and `usher talk`: Usher on a sample school, on this machine only."""

import asyncio
import os
import signal
import sys
import webbrowser
from typing import TYPE_CHECKING

import click

from bot import log
from bot.cli.shared import load_house, progress
from bot.settings import Misset, for_demo

if TYPE_CHECKING:
    from bot.school.people import Person, School
    from bot.wiring.works import Usher


@click.command()
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="Port; 0 finds a free one.")
@click.option(
    "--open/--no-open", "open_browser", default=None, help="Open a browser, or don't. [default: if any]"
)
def demo(*, port: int, open_browser: bool | None) -> None:
    """Try Usher in the browser.

    It runs on a sample school and a store of its own, on this machine only.
    Anybody on this machine can be anybody there, so it refuses to start where a real store is set.
    """
    from bot.wiring.local import serve_page

    usher = sample()
    wanted = has_display() if open_browser is None else open_browser

    def opened(url: str) -> None:
        click.echo(url)
        click.echo("Choose who you are there. Ctrl-C stops.", err=True)
        if wanted:
            webbrowser.open(url)

    try:
        asyncio.run(serve_page(usher, port, opened))
    finally:
        usher.close()


@click.command()
@click.option("--as", "name", metavar="PERSON", help="Who you are: an id or a name of school.yml.")
@click.option("--plain", is_flag=True, help="Plain lines only, for screen readers.")
def talk(name: str | None, *, plain: bool) -> None:
    """Talk to Usher in this terminal.

    On the same sample store as the demo, which may be running beside it.
    """
    from bot.platforms.terminal.screen import screen_for
    from bot.wiring.local import talk as converse

    settings = for_demo(os.environ)
    school = load_house(settings).school
    me = who_is(school, name)
    screen = screen_for(plain=plain)
    usher = sample()
    signal.signal(signal.SIGTERM, _leave)
    try:
        converse(usher, me, screen)
    except KeyboardInterrupt:
        click.echo("\nGoodbye. Anything you had half written is kept, sealed, for 24 hours.")
    finally:
        usher.close()


def sample() -> "Usher":
    """Usher on the sample store, quiet unless told otherwise."""
    from bot.wiring.local import open_sample

    if "USHER_LOG_LEVEL" not in os.environ:
        log.be_quiet()
    settings = for_demo(os.environ)
    load_house(settings)
    return open_sample(settings, progress=progress())


def who_is(school: "School", name: str | None) -> "Person":
    """The person meant; asks when nobody was named and somebody is there to ask."""
    from bot.platforms.terminal.rooms import find_person

    people = tuple(school.people.values())
    if name is None and sys.stdin.isatty():
        for number, person in enumerate(people, 1):
            click.echo(f"{number}. {person.name}, {person.job}")
        return people[click.prompt("Who are you?", type=click.IntRange(1, len(people))) - 1]
    found = find_person(school, name or "")
    if found is None:
        known = "".join(f"\n  {person.id:<20} {person.name}, {person.job}" for person in people)
        raise Misset(f"say who you are with --as and one of:{known}")
    return found


def has_display() -> bool:
    """Whether a browser could be shown here."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _leave(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
