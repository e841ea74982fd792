"""`usher phrasing`: a policy owner teaches Usher how the school's own staff put things."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from bot.cli.shared import FAULT, load_house, progress, settings_now
from bot.settings import Misset, Settings

if TYPE_CHECKING:
    from bot.reading import House
    from bot.school.matching import Match, Phrasing
    from bot.understanding.engine import Engine
    from bot.understanding.evaluate import Evaluation, Result
    from bot.understanding.preview import Preview

OURS = "our-school"
SHOWN = ("top1", "top3", "kind", "disclosure_recall", "false_alarm", "out_of_scope_recall")
MOST_TURNED = 12


@click.group()
def phrasing() -> None:
    """Teach Usher how staff put things."""


@phrasing.command()
@click.argument("intent")
@click.argument("text")
@click.option("--voice", default=OURS, show_default=True, help="Whose file it goes into.")
@click.option("--clauses", default="", help="Clauses right as the first one. [default: the intent's own]")
@click.option("--yes", is_flag=True, help="Save without asking.")
def add(intent: str, text: str, *, voice: str, clauses: str, yes: bool) -> None:
    """Show what one more phrasing would change, then keep it.

    TEXT is what somebody might say, INTENT what they want by it: an id of the files in the intents
    folder. Nothing is kept unless you say so.
    """
    from bot.understanding.cautions import cautions

    settings = settings_now()
    house = load_house(settings)
    new = _phrasing(house, intent, text, voice, clauses)
    usher = _engine(settings, house)
    seen = _preview(usher, house, new)
    people = [person.name for person in house.school.people.values()]
    for line in _lines(seen, new):
        click.echo(line)
    for caution in cautions(new, house.phrasings, people, usher.match(new.text).why):
        click.echo(f"Take care: {caution}")
    if not _heard(house, new):
        click.echo("Take care: there are more phrasings than Usher learns from, and this is left out.")
    if not yes and not click.confirm("Save?", default=False):
        click.echo("Nothing was saved.")
        return
    _save(settings, new)


def _phrasing(house: "House", intent: str, text: str, voice: str, clauses: str) -> "Phrasing":
    """The phrasing meant; Misset with every reason that it cannot be one."""
    from bot.reading.intents_files import KEBAB
    from bot.school.matching import Phrasing
    from bot.understanding.cautions import SaidAlready, refuse_copies

    wanted = tuple(filter(None, re.split(r"[,\s]+", clauses)))
    faults = [f"there is no clause {clause}" for clause in wanted if clause not in house.policy.clauses]
    if intent not in house.intents:
        faults.append(f'there is no intent "{intent}": {_nearest(house, intent)}')
    if not KEBAB.fullmatch(voice):
        faults.append("name the voice in small letters, digits and -, such as our-school")
    said = " ".join(text.split())
    if not any(letter.isalnum() for letter in said) or not said.isprintable():
        faults.append("give the words that somebody might say")
    if faults:
        raise Misset(*faults)
    new = Phrasing(voice=voice, text=said, intent=intent, clauses=wanted)
    try:
        refuse_copies(new, house.phrasings)
    except SaidAlready as already:
        raise Misset(f"{already}: nothing to add") from None
    return new


def _nearest(house: "House", intent: str) -> str:
    import difflib

    close = difflib.get_close_matches(intent, house.intents, n=3, cutoff=0.4)
    return f"did you mean {', '.join(close)}?" if close else "intents/README.md lists them"


def _engine(settings: Settings, house: "House") -> "Engine":
    from bot.understanding import engine
    from bot.wiring.works import make_home

    make_home(settings.learnt)
    return engine.load(house.intents, house.phrasings, settings.learnt, progress())


def _heard(house: "House", new: "Phrasing") -> bool:
    """Whether it would be among the phrasings that are learnt from."""
    from bot.understanding import engine, training

    return new in training.spread((*house.phrasings, new, *engine.titles(house.intents)))


def _preview(usher: "Engine", house: "House", new: "Phrasing") -> "Preview":
    from bot.understanding.preview import preview

    click.echo("Working out what it would change; a few seconds ...", err=True)
    return preview(usher, house.phrasings, new)


def _lines(seen: "Preview", new: "Phrasing") -> Iterator[str]:
    """What a policy owner needs to decide."""
    yield f'"{new.text}"'
    yield f"  now:     {_said(seen.text[0])}"
    yield f"  with it: {_said(seen.text[1])}"
    yield from _compared("Neighbouring intents, each phrasing as if it had not been learnt", *seen.near)
    yield from _compared("Phrasings from everywhere, cut short", *seen.elsewhere)
    turned = seen.turned()
    yield f"\n{len(turned)} of these would be decided otherwise{':' if turned else '.'}"
    for before, after in turned[:MOST_TURNED]:
        yield f"  {_judged(before, after)}: {before.item.text}"
        yield f"    {_short(before)} -> {_short(after)}"
    if len(turned) > MOST_TURNED:
        yield f"  and {len(turned) - MOST_TURNED} more"
    yield (
        "\nAn estimate: solved among the nearest phrasings, with vocabulary, evidence and thresholds as they "
        "are. Usher learns it all anew once it is saved."
    )


def _said(match: "Match") -> str:
    from bot.understanding import jsonl

    clauses = " ".join(jsonl.clauses_of(match)[:3])
    return (
        f"{jsonl.kind_of(match)}, {jsonl.intent_of(match)}, {clauses or 'no clause'} ({match.confidence:.2f})"
    )


def _compared(title: str, before: "Evaluation", after: "Evaluation") -> Iterator[str]:
    yield f"\n{title} ({len(before.results)})"
    for name in SHOWN:
        old, new = before.score(name), after.score(name)
        if old.of:
            yield f"  {name:<20} {old.share:6.1%} -> {new.share:6.1%}  ({new.hits - old.hits:+d} of {old.of})"


def _judged(before: "Result", after: "Result") -> str:
    """Whether it got better; `kind` and, for questions, the first clause have to be right."""
    old, new = (
        each.kind == each.item.kind and (each.first or each.item.kind != "answer") for each in (before, after)
    )
    return {(False, True): "better", (True, False): "worse"}.get((old, new), "changed")


def _short(result: "Result") -> str:
    return f"{result.said} {' '.join(result.clauses[:1])}".strip()


def _save(settings: Settings, new: "Phrasing") -> None:
    from bot.reading.add_phrasing import Unwritable, add

    try:
        path = add(settings.intents / "phrasings", new)
    except Unwritable as fault:
        click.echo(f"usher: {fault}", err=True)
        raise SystemExit(FAULT) from None
    except OSError as refused:
        raise Misset(f"{settings.intents} cannot be written to ({refused.strerror})") from None
    click.echo(f"Saved in {path}. `usher train` learns it now, and the next start learns it anyway.")
