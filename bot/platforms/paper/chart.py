"""A chart of how many have acknowledged, day by day, as SVG that screen, printer and PDF draw alike."""

from collections.abc import Iterator, Sequence
from datetime import date
from html import escape

WIDE, HIGH = 680, 190
LEFT, RIGHT, TOP, BOTTOM = 66, 40, 12, 26
INK, LINE, MARK, LATE = "#1a1a1a", "#8a8a8a", "#1b4f8a", "#8a1f11"
MOST_DAYS = 8
"""Dates written under the chart."""


def completion(curve: Sequence[tuple[date, int]], asked: int, due: date) -> str:
    """The number done (up) by day (across), the number asked as a line, and the day it was due."""
    first, last = curve[0][0], max(curve[-1][0], due)
    span = max((last - first).days, 1)
    top = max(asked, 1)

    def across(day: date) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * (day - first).days / span

    def up(count: int) -> float:
        return HIGH - BOTTOM - (HIGH - TOP - BOTTOM) * count / top

    path = _steps([(across(day), up(count)) for day, count in curve])
    parts = [
        *(_rule(up(count), str(count)) for count in sorted({0, top // 2} - {top})),
        _rule(up(top), f"{asked} asked"),
        *(_date(across(day), day) for day in _some_days(first, span)),
        f'<path d="M{across(due):.1f},{TOP} V{HIGH - BOTTOM}" stroke="{LATE}" stroke-width="1.5" '
        'stroke-dasharray="5 4" fill="none"/>',
        _words(across(due) - 5, HIGH - BOTTOM - 7, f"due {due.day} {due:%b}", "end", LATE),
        f'<path d="{path}" stroke="{MARK}" stroke-width="2.5" fill="none"/>',
        _words(across(curve[-1][0]) + 6, up(curve[-1][1]) + 4, str(curve[-1][1]), "start", INK),
    ]
    alt = f"{curve[-1][1]} of {asked} have acknowledged by {curve[-1][0].isoformat()}."
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" '
        f'height="{HIGH}" role="img" aria-label="{escape(alt)}">{"".join(parts)}</svg>'
    )


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """A stair: a count holds until the next day."""
    (x, y), *rest = points
    moves = "".join(f" H{to:.1f} V{at:.1f}" for to, at in rest)
    return f"M{x:.1f},{y:.1f}{moves or ' h3'}"


def _rule(y: float, label: str) -> str:
    line = f'<path d="M{LEFT},{y:.1f} H{WIDE - RIGHT}" stroke="{LINE}" stroke-width="0.5" fill="none"/>'
    return line + _words(LEFT - 6, y + 4, label, "end", INK)


def _some_days(first: date, span: int) -> Iterator[date]:
    step = max(-(-span // (MOST_DAYS - 1)), 1)
    return (date.fromordinal(first.toordinal() + ahead) for ahead in range(0, span + 1, step))


def _date(x: float, day: date) -> str:
    tick = f'<path d="M{x:.1f},{HIGH - BOTTOM} v4" stroke="{LINE}" stroke-width="1" fill="none"/>'
    return tick + _words(x, HIGH - BOTTOM + 18, f"{day.day} {day:%b}", "middle", INK)


def _words(x: float, y: float, text: str, anchor: str, ink: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="Helvetica, Arial, sans-serif" font-size="11" '
        f'text-anchor="{anchor}" fill="{ink}">{escape(text)}</text>'
    )
