"""Numbers as anybody may see them: never a small one, and larger ones in steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

FEWEST = 5
"""Fewer than this many are never shown as a number: in a small school they could point at somebody."""


def step(n: int) -> int:
    """A number in whole steps; 0 for fewer than five, none at all included."""
    return n - n % FEWEST


def shown(n: int) -> str:
    """A number as anybody may see it.

    In steps, so that two looks on two days don't tell who pressed in between.
    """
    return f"{step(n)} or more" if n >= FEWEST else f"fewer than {FEWEST}"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """A name and a number that has been stepped already: exact numbers don't leave the counting."""

    id: str
    name: str
    n: int
    by_week: tuple[int, ...] = ()
    """Stepped by itself, so these add up to less than `n`."""

    def __post_init__(self) -> None:
        """Refuse anything that could still be exact."""
        if any(each != step(each) for each in (self.n, *self.by_week)):
            raise ValueError("a Tally holds stepped numbers only")


@dataclass(frozen=True, kw_only=True)
class Spans:
    """How long something took: only where at least five did it."""

    n: int
    middle: timedelta | None
    worst: timedelta | None


def tally(id: str, name: str, n: int, by_week: Sequence[int] = ()) -> Tally:
    """An exact number, stepped."""
    return Tally(id=id, name=name, n=step(n), by_week=tuple(map(step, by_week)))


def spans(times: Iterable[timedelta]) -> Spans:
    """Median and worst, where there are enough of them."""
    known = sorted(times)
    if len(known) < FEWEST:
        return Spans(n=0, middle=None, worst=None)
    middle = timedelta(seconds=median(each.total_seconds() for each in known))
    return Spans(n=step(len(known)), middle=middle, worst=known[-1])


def monday(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def weeks(first: date, last: date) -> tuple[date, ...]:
    """The Mondays of all weeks from one day to another."""
    start = monday(first)
    return tuple(start + timedelta(weeks=n) for n in range((monday(last) - start).days // 7 + 1))
