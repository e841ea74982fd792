"""The desk from the command line: one transaction in a person's name, and what comes of it on the screen."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.settings import Misset, Settings

if TYPE_CHECKING:
    from bot.desk.visit import Visit
    from bot.reading import House
    from bot.school.messages import Outcome
    from bot.school.people import Person


@contextmanager
def desk(
    settings: Settings, house: "House", who: "Person"
) -> "Iterator[tuple[Visit, Callable[[Outcome], None]]]":
    """The desk; a refusal is one clear line, and then nothing was done."""
    from bot.cli.keeping import open_records
    from bot.desk.refusals import Refusal
    from bot.desk.wording import REFUSED
    from bot.wiring.at_desk import at_desk, post

    try:
        with open_records(settings) as database, at_desk(database, house, who) as visit:
            yield visit, lambda outcome: show(post(visit, outcome))
    except Refusal as refusal:
        raise Misset(" ".join(REFUSED[type(refusal)])) from None


def person_named(house: "House", name: str) -> "Person":
    """Somebody by id or name; the policy owner when nobody is named. Misset."""
    from bot.platforms.terminal.rooms import find_person
    from bot.school.people import Role

    found = find_person(house.school, name) if name else house.school.holders(Role.POLICY_OWNER)[0]
    if found is None:
        raise Misset(f'there is nobody called "{name}" in school.yml')
    return found


def show(outcome: "Outcome") -> None:
    """What would be said, as plain lines."""
    from bot.platforms.terminal import render
    from bot.platforms.terminal.screen import screen_for

    screen = screen_for(plain=False)
    dialog = outcome.reply.dialog
    if dialog:
        screen.show(render.parts(dialog.parts))
        click.echo(f"\nCampaign {dialog.id.split(':')[1]}")
    for message in outcome.reply.messages:
        screen.show(render.message(message))
