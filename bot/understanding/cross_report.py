"""The cross-validation as one HTML page: all voices together, each by itself, what each part is worth."""

from collections.abc import Iterable, Sequence

from bot.understanding.crossval import Crossed, over_voices
from bot.understanding.evaluate import MEASURES, Evaluation, Score
from bot.understanding.report import figure, score_table, table, whole
from bot.understanding.training import HELD_OUT


def page(made: Sequence[Crossed], how: str) -> str:
    """The whole page; `how` says in a sentence how it was measured."""
    first = made[0]
    curve = [each for each in made if each.plan.keep is not None]
    parts = [
        "<h1>Voices never heard</h1>",
        f"<p>{how} {len(first.whole.results)} messages.</p>",
        score_table(first.whole, "All voices"),
        _spread(first),
        score_table(first.only(HELD_OUT), "Voices that the encoder was not tuned on either"),
        *(_both([each for each in made if each.plan.keep is None], "What each part is worth")),
        *(_curve([*curve, first]) if curve else ()),
        *(score_table(found, f"Voice: {name}") for name, found in first.voices().items()),
    ]
    return whole("Usher: voices never heard", parts)


def _spread(first: Crossed) -> str:
    """How far the scores would move with other voices."""
    rows = [
        (name, *(f"{end:.3f}" for end in over_voices(first, name)))
        for name in MEASURES
        if first.whole.score(name).of
    ]
    return table("With other voices, 95 times in 100", ("score", "from", "to"), rows)


def _both(made: Sequence[Crossed], caption: str) -> tuple[str, str]:
    """One column for each plan: on all voices, and on those that the encoder was not tuned on."""
    head = ("score", *(each.plan.name for each in made))
    unheard = [each.only(HELD_OUT) for each in made]
    return (
        table(caption, head, _columns([each.whole for each in made])),
        table(f"{caption}: on voices that the encoder was not tuned on", head, _columns(unheard)),
    )


def _columns(made: Sequence[Evaluation]) -> Iterable[tuple[str, ...]]:
    return [(name, *(_share(each.score(name)) for each in made)) for name in MEASURES]


def _share(score: Score) -> str:
    return f"{score.share:.3f}" if score.of else ""


def _curve(made: Sequence[Crossed]) -> tuple[str, ...]:
    """The learning curve, as a table and drawn."""
    most = max(each.learnt_from for each in made)
    across = ("0", f"{most // 2:,}", f"{most:,}")
    drawn = (
        figure(
            [(each.learnt_from / most, each.whole.score(name).share) for each in made],
            f"Learning curve: {name} (up) for the number of phrasings learnt from (across).",
            across,
        )
        for name in ("top1", "top3", "kind")
    )
    return (*_both(made, "Learning curve"), *drawn)
