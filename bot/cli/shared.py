"""What several commands share: settings, faults of the school's files, and what loading looks like."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.settings import Misset, Settings, read_settings

if TYPE_CHECKING:
    from bot.reading import Faulty, House
    from bot.school.matching import Matcher

FAULT = 1
"""Exit code: the command ran, and found something wrong."""


def settings_now() -> Settings:
    """The settings of this environment. Misset when they cannot be used."""
    return read_settings(os.environ)


def load_house(settings: Settings) -> "House":
    """What the one school has decided; every fault is printed, and then it is over."""
    from bot.wiring.schools import only_house

    return only_house(load_houses(settings), settings)


def light_house(settings: Settings) -> "House":
    """What the one school has decided, without the thousands of phrasings that only answers need."""
    from bot.wiring.schools import only_house

    return only_house(load_houses(settings, phrasings=False), settings)


def load_houses(settings: Settings, *, phrasings: bool = True) -> "tuple[House, ...]":
    """What every school of the deployment has decided; every fault is printed, and then it is over."""
    from bot.reading import Faulty, read_houses

    try:
        return read_houses(settings.policy, settings.intents, phrasings=phrasings)
    except Faulty as faulty:
        show_faults(faulty, "the school's files")
        raise SystemExit(FAULT) from None


def show_faults(faulty: "Faulty", of: str) -> None:
    """Every fault of what was read, and how many there are."""
    for fault in faulty.faults:
        click.echo(str(fault), err=True)
    count = len(faulty.faults)
    click.echo(f"usher: {count} fault{'s' if count > 1 else ''} in {of}.", err=True)


def write_out(file: Path, content: str | bytes) -> None:
    """Write what was asked for. Misset when it can't be written there."""
    try:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as fault:
        raise Misset(f"{file} can't be written: {fault.strerror}") from None


def load_matcher(settings: Settings, house: "House", *, stays: bool = False) -> "Matcher":
    """The engine, with a word on standard error when it has to learn first.

    A process that `stays` has another one learn, so that the memory for it is given back.
    """
    from bot.wiring.works import open_matcher

    return open_matcher(settings, house, progress(), stays=stays)


def progress() -> Callable[[str, float], None]:
    """Says once what is being waited for, and on a terminal how far it is."""
    began: list[str] = []

    def say(what: str, share: float) -> None:
        if not began:
            click.echo("Learning what staff say; only this once, about a minute ...", err=True)
        began.append(what)
        if sys.stderr.isatty():
            end = "\n" if share >= 1 else ""
            click.echo(f"\r{share:4.0%} {what:<30}{end}", nl=False, err=True)

    return say
