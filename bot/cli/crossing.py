"""`usher evaluate --cross`: how the engine does on voices it has never heard, and what each part is worth."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.reading import House
    from bot.understanding.crossval import Crossed, Plan, Remembering
    from bot.understanding.evaluate import Evaluation


def cross(
    settings: Settings,
    house: "House",
    *,
    without: Sequence[str],
    curve: bool,
    folds: int | None,
    html: Path | None,
) -> None:
    """Measure, print, and write the page."""
    from bot.understanding import crossval

    groups = crossval.groups(house.phrasings, folds)
    if len(groups) < 2:
        raise click.UsageError("--cross needs phrasings in two voices or more: add a file to phrasings/")
    plans = crossval.plans(without, curve=curve, most=_heard(house, folds))
    voices = len({phrasing.voice for phrasing in house.phrasings})
    how = _how(voices, len(groups))
    click.echo(f"{how} {len(plans)} x {len(groups)} times learning; this takes a while.", err=True)
    encoder = _encoder(settings, house)
    with _bar(len(plans) * len(groups)) as tell:
        made = [_crossed(house, encoder, plan, folds, tell) for plan in plans]
    for line in _lines(made):
        click.echo(line)
    if html:
        from bot.understanding.cross_report import page

        html.write_text(page(made, how), encoding="utf-8")
        click.echo(f"Written to {html}.")


def _crossed(
    house: "House", encoder: "Remembering", plan: "Plan", folds: int | None, tell: Callable[[str], None]
) -> "Crossed":
    from bot.understanding.crossval import crossed

    return crossed(house.intents, house.phrasings, encoder, plan, folds, tell)


def _heard(house: "House", folds: int | None) -> int:
    """How many phrasings are left to learn from, whatever is left out."""
    from bot.understanding.crossval import groups

    return min(
        sum(phrasing.voice not in group for phrasing in house.phrasings)
        for group in groups(house.phrasings, folds)
    )


def _how(voices: int, folds: int) -> str:
    if voices == folds:
        return f"{voices} voices, each left out in turn."
    return f"{voices} voices in {folds} groups, each group left out in turn."


def _encoder(settings: Settings, house: "House") -> "Remembering":
    """The encoder, which is asked for each phrasing once and remembers it between runs."""
    from bot.understanding import embedding, engine
    from bot.understanding.crossval import remembering
    from bot.understanding.remembered import Meanings
    from bot.wiring.works import make_home

    make_home(settings.learnt)
    meanings = Meanings(embedding.Encoder(), settings.learnt)
    with _bar(100, "encoding phrasings") as tell:
        told = 0

        def said(_what: str, share: float) -> None:
            nonlocal told
            while told < share * 100:
                told += 1
                tell("")

        every = (*house.phrasings, *engine.titles(house.intents))
        return remembering(every, lambda texts: meanings.embed_all(texts, progress=said))


@contextmanager
def _bar(length: int, label: str = "learning") -> Iterator[Callable[[str], None]]:
    """A progress bar on standard error, on a terminal only."""
    with click.progressbar(length=length, label=label, file=sys.stderr, item_show_func=_doing) as bar:
        advance: Any = bar.update
        yield lambda what: advance(1, what)


def _doing(what: int | str | None) -> str:
    return what if isinstance(what, str) else ""


def _lines(made: "Sequence[Crossed]") -> Iterator[str]:
    from bot.understanding.training import HELD_OUT

    first = made[0]
    yield from _scores("All voices", first.whole)
    yield from _spread(first)
    unheard = first.only(HELD_OUT)
    if unheard.results:
        yield from _scores("Voices that the encoder was not tuned on either", unheard)
    for name, found in first.voices().items():
        yield from _scores(f"Voice: {name}", found)
    for each in made[1:]:
        yield from _compared(first, each)


def _scores(title: str, found: "Evaluation") -> Iterator[str]:
    from bot.cli.answers import score_line

    yield f"\n{title} ({len(found.results)} messages)"
    yield from (score_line(score) for score in found.scores if score.of)


def _spread(first: "Crossed") -> Iterator[str]:
    from bot.understanding.crossval import over_voices
    from bot.understanding.evaluate import MEASURES

    yield "\nWith other voices, 95 times in 100"
    for name in MEASURES:
        if first.whole.score(name).of:
            low, high = over_voices(first, name)
            yield f"{name:<22} from {low:.1%} to {high:.1%}"


def _compared(first: "Crossed", other: "Crossed") -> Iterator[str]:
    """Another plan's scores, how far they are from the whole engine's in points, and on which voices."""
    from bot.understanding.training import HELD_OUT

    unheard = (first.only(HELD_OUT), other.only(HELD_OUT))
    yield f"\n{other.plan.name[0].upper()}{other.plan.name[1:]} (learnt from {other.learnt_from})"
    for score in other.whole.scores:
        if score.of:
            low, high = score.interval
            own = score.share - first.whole.score(score.name).share
            theirs = unheard[1].score(score.name)
            shift = theirs.share - unheard[0].score(score.name).share
            yield (
                f"{score.name:<22} {score.share:6.1%} {own * 100:+5.1f}  95% from {low:.1%} to {high:.1%}"
                + (f";  not tuned on: {theirs.share:6.1%} {shift * 100:+5.1f}" if theirs.of else "")
            )
