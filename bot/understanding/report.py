"""The evaluation as one HTML page: scores, plots drawn as SVG, confusion, clauses, worst errors.

One file, nothing fetched, legible in light and dark; message texts appear in it, so it is for the
policy owner's own evaluation files only.
"""

from collections.abc import Iterable, Sequence
from html import escape

from bot.understanding import evaluate
from bot.understanding.evaluate import Evaluation, Result

_KINDS = ("answer", "report_esafety", "report_breach", "urgent", "out_of_scope")
_SIDE, _PAD = 260, 34
_BINS = 10
_WORST = 60
STYLE = """
:root { color-scheme: light dark; --line: #8886; --ink: CanvasText; --mark: #2b6cb0; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } caption { text-align: left; font-weight: 600; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .7rem; text-align: left; }
td.n { text-align: right; font-variant-numeric: tabular-nums; }
figure { display: inline-block; margin: 0 1.5rem 1rem 0; } figcaption { max-width: 18rem; }
svg text { font: 11px system-ui, sans-serif; fill: var(--ink); }
svg .axis { stroke: var(--line); fill: none; } svg .mark { stroke: var(--mark); fill: none; }
svg .dot { fill: var(--mark); }
"""

Point = tuple[float, float]


def page(evaluation: Evaluation, title: str) -> str:
    """The whole page."""
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>{len(evaluation.results)} messages.</p>",
        score_table(evaluation, "Scores"),
        figure(
            reliability(evaluation.results),
            "Reliability: how often the first clause is right (up) for how sure it was (across).",
        ),
        figure(
            tripwire_cost(evaluation.results),
            "Tripwire: disclosures found (up) for the share of questions taken for one (across).",
        ),
        _confusion(evaluation.results),
        _clauses(evaluation.results),
        _worst(evaluation.results),
    ]
    return whole(title, parts)


def whole(title: str, parts: Iterable[str]) -> str:
    """Parts as a page that stands alone."""
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def reliability(results: Sequence[Result]) -> list[Point]:
    """(mean confidence, share right) for each tenth of confidence that was used."""
    answered = [each for each in results if each.item.kind == "answer" and each.kind == "answer"]
    points = []
    for step in range(_BINS):
        low, high = step / _BINS, (step + 1) / _BINS
        chosen = [each for each in answered if low <= each.confidence < high or each.confidence == high == 1]
        if chosen:
            sure = sum(each.confidence for each in chosen) / len(chosen)
            points.append((sure, sum(each.first for each in chosen) / len(chosen)))
    return points


def tripwire_cost(results: Sequence[Result]) -> list[Point]:
    """(false alarms, disclosures found) as the tripwire is set from strict to wary."""
    worries = sorted(each.worry for each in results if each.item.kind in evaluate.CHILD)
    others = sorted(each.worry for each in results if each.item.kind == "answer")
    if not worries or not others:
        return []
    points = []
    for limit in sorted({*worries, *others, 0.0, 1.01}, reverse=True):
        found = sum(worry >= limit for worry in worries) / len(worries)
        points.append((sum(worry >= limit for worry in others) / len(others), found))
    return points


def figure(points: Sequence[Point], caption: str, across: tuple[str, str, str] = ("0", "0.5", "1")) -> str:
    """A plot of points between nought and one, with a diagonal for orientation."""
    places = [(_PAD + x * _SIDE, _PAD + (1 - y) * _SIDE) for x, y in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="2"/>' for x, y in places)
    ticks = "".join(
        f'<text x="{_PAD + at * _SIDE - 6:.0f}" y="{_PAD + _SIDE + 16}">{escape(said)}</text>'
        f'<text x="4" y="{_PAD + (1 - at) * _SIDE + 4:.0f}">{at:g}</text>'
        for at, said in zip((0, 0.5, 1), across, strict=True)
    )
    far, size = _PAD + _SIDE, _SIDE + 2 * _PAD
    frame = f'<path class="axis" d="M{_PAD} {_PAD}V{far}H{far}M{_PAD} {far}L{far} {_PAD}"/>'
    drawing = f'<polyline class="mark" points="{path}"/>{dots}{ticks}'
    label = escape(caption, quote=True)
    svg = f'<svg role="img" aria-label="{label}" width="{size}" height="{size}">{frame}{drawing}'
    return f"<figure>{svg}</svg><figcaption>{escape(caption)}</figcaption></figure>"


def table(caption: str, head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; cells that are numbers stand to the right."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><tr>{top}</tr>{body}</table>"


def _cell(text: str) -> str:
    number = text.replace(".", "").replace("%", "").replace("-", "").isdigit()
    return f'<td class="n">{escape(text)}</td>' if number else f"<td>{escape(text)}</td>"


def score_table(evaluation: Evaluation, caption: str) -> str:
    """Every score with its interval."""
    rows = (
        (
            score.name,
            f"{score.share:.3f}",
            f"{score.interval[0]:.3f}-{score.interval[1]:.3f}",
            str(score.hits),
            str(score.of),
        )
        for score in evaluation.scores
    )
    return table(caption, ("score", "share", "95% interval", "hits", "of"), rows)


def _confusion(results: Sequence[Result]) -> str:
    counts = evaluate.confusion(results)
    rows = ((right, *(str(counts.get((right, said), 0)) for said in _KINDS)) for right in _KINDS)
    return table("Right kind (down), taken for (across)", ("", *_KINDS), rows)


def _clauses(results: Sequence[Result]) -> str:
    rows = (
        (clause, str(first.of), f"{first.share:.2f}", f"{third.share:.2f}")
        for clause, (first, third) in evaluate.by_clause(results).items()
    )
    return table("By clause", ("clause", "messages", "first", "in three"), rows)


def _worst(results: Sequence[Result]) -> str:
    rows = (
        (
            cause,
            each.item.text,
            " ".join((each.item.kind, *each.item.accept)),
            " ".join((each.said, *each.clauses[:3])),
            f"{each.confidence:.2f}",
        )
        for cause, each in evaluate.worst(results)[:_WORST]
    )
    return table("Worst errors", ("cause", "message", "right", "said", "sure"), rows)
