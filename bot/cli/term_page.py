"""The term report and the silence map: lines, a page that prints on A4, rows for a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.cli.page import bars, columns, heading, page, said, table
from bot.platforms.paper.table import guarded
from bot.school.silence import SilenceMap
from bot.school.tallies import FEWEST, Spans, Tally, shown
from bot.school.term import TermReport

HOW = (
    f"No number below {FEWEST} is shown, and larger ones in steps of {FEWEST}, so parts don't add up to "
    "wholes. No names, no references, no words; drills are left out."
)
CASES_HOW = (
    "A report that is about a child and an adult counts once for each. Times are hours of the clock, not of "
    f"school, and are shown where {FEWEST} or more cases were looked at. Cases erased since are not in it."
)
WIDE = 56
"""Characters for a name in the terminal."""
SILENCE_HOW = (
    "Questions that found no clause, by where they belong. What was asked is not kept, only how often."
)
COLUMNS_HOW = f"5+ means 5 or more; a dashed stub means fewer than {FEWEST}."


def days(first: date, last: date) -> str:
    """1 September to 18 December 2026."""
    begins = f"{first.day} {first:%B}" + (f" {first.year}" if first.year != last.year else "")
    return f"{begins} to {last.day} {last:%B %Y}"


def text(report: TermReport) -> Iterator[str]:
    """The term report, line by line."""
    yield f"{report.school}: {days(report.first, report.last)}"
    yield HOW
    yield from _lines("Questions", [report.asked, *report.questions])
    yield from _lines("Answers by section", report.sections)
    yield ""
    yield "Was this right?"
    if not report.clauses:
        yield f"  No clause was asked about {FEWEST} times."
    for liked in report.clauses:
        said_of = f"needed {shown(liked.needed.n)}, missed {shown(liked.missed.n)}"
        yield f"  {liked.clause:<8} answered {shown(liked.answered.n)}, {said_of}"
    yield from _lines("Cases", [*report.cases, report.unopened, report.unacknowledged])
    yield ""
    yield "Until opened and acknowledged (half of them within; the longest)"
    for waited in report.waited:
        opened, acknowledged = _span(waited.opened), _span(waited.acknowledged)
        yield f"  {waited.name:<{WIDE}} opened {opened}; acknowledged {acknowledged}"
    yield from _lines("Alarms of the escalation clock", report.escalations)
    yield ""
    yield from silence_text(report.silence)


def silence_text(found: SilenceMap) -> Iterator[str]:
    """The silence map, line by line."""
    yield f"Questions without a clause, {days(found.first, found.last)}: {shown(found.whole.n)}"
    yield SILENCE_HOW
    for title, rows in _parts(found):
        yield from _lines(title, rows)
    yield ""
    yield "By week"
    for at, week in enumerate(found.weeks):
        own = [row for row in found.places if row.by_week[at]]
        named = "".join(f"; {row.name}: {shown(row.by_week[at])}" for row in own)
        yield f"  {_week(week)}: {shown(found.whole.by_week[at])}{named}"


def html(report: TermReport) -> str:
    """The term report as a page."""
    liked = [
        (each.clause, shown(each.answered.n), shown(each.needed.n), shown(each.missed.n))
        for each in report.clauses
    ]
    waits = [(each.name, *_pair(each.opened), *_pair(each.acknowledged)) for each in report.waited]
    head = ("", "opened: half within", "longest", "acknowledged: half within", "longest")
    by_week = list(zip(map(_short, report.weeks), report.asked.by_week, strict=True))
    open_ = [(each.name, shown(each.n)) for each in (report.unopened, report.unacknowledged)]
    parts = [
        said(f"{report.school}, {days(report.first, report.last)}"),
        said(f"{report.policy}. {HOW}", soft=True),
        heading("Questions"),
        bars("What came of them", report.questions),
        columns("Questions a week, by the Monday", by_week),
        said(COLUMNS_HOW, soft=True),
        bars("Answers by section of the policy", report.sections),
        *(
            [
                table(
                    "Was this right?",
                    ("clause", "answered", "that's what I needed", "not what I meant"),
                    liked,
                )
            ]
            if liked
            else [said(f"No clause was asked about {FEWEST} times.", soft=True)]
        ),
        heading("Cases"),
        said(CASES_HOW, soft=True),
        bars("Cases by kind and urgency", report.cases),
        table("How long until somebody looked", head, waits),
        table("Still waiting at the end", ("", "cases"), open_),
        bars("Alarms of the escalation clock, by step", report.escalations),
        heading("The silence map"),
        *_silence_parts(report.silence),
    ]
    return page("Term report", parts)


def silence_html(found: SilenceMap) -> str:
    """The silence map as a page."""
    return page("The silence map", [said(days(found.first, found.last)), *_silence_parts(found)])


def rows(report: TermReport) -> str:
    """Everything as CSV, for a spreadsheet. A number is what is at least so; blank means fewer than five."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(("part", "what", "measure", "at least", "in words"))
    sheet.writerow(("period", guarded(report.school), "days", "", days(report.first, report.last)))
    for part, tally in _tallies(report):
        sheet.writerow((part, guarded(tally.name), "times", tally.n or "", shown(tally.n)))
    for liked in report.clauses:
        for measure in (liked.answered, liked.needed, liked.missed):
            name = {id(liked.answered): "answered", id(liked.needed): "needed"}.get(id(measure), "not meant")
            sheet.writerow(("was this right", guarded(liked.clause), name, measure.n or "", shown(measure.n)))
    for waited in report.waited:
        for name, found in (("opened", waited.opened), ("acknowledged", waited.acknowledged)):
            for measure_, span in (("median", found.middle), ("worst", found.worst)):
                minutes = int(span.total_seconds() // 60) if span is not None else ""
                sheet.writerow(
                    (f"minutes until {name}", guarded(waited.name), measure_, minutes, _time(span))
                )
    for part, row in (("questions a week", report.asked), ("silence a week", report.silence.whole)):
        for week, n in zip(report.weeks, row.by_week, strict=True):
            sheet.writerow((part, week.isoformat(), "times", n or "", shown(n)))
    return "\ufeff" + written.getvalue()


def _tallies(report: TermReport) -> Iterator[tuple[str, Tally]]:
    parts: tuple[tuple[str, Sequence[Tally]], ...] = (
        ("questions", (report.asked, *report.questions)),
        ("answers by section", report.sections),
        ("cases", (*report.cases, report.unopened, report.unacknowledged)),
        ("alarms", report.escalations),
        ("no clause: belongs to", report.silence.places),
        ("no clause: nearest", report.silence.nearest),
        ("policy doesn't say", report.silence.unsaid),
    )
    for part, tallies in parts:
        yield from ((part, tally) for tally in tallies)


def _silence_parts(found: SilenceMap) -> list[str]:
    by_week = list(zip(map(_short, found.weeks), found.whole.by_week, strict=True))
    parts = [said(f"{SILENCE_HOW} All together: {shown(found.whole.n)}.", soft=True)]
    parts += [bars(title, rows) for title, rows in _parts(found)]
    parts += [columns("Without a clause, by the Monday of the week", by_week), said(COLUMNS_HOW, soft=True)]
    busy = [at for at, _ in enumerate(found.weeks) if any(row.by_week[at] for row in found.places)]
    if busy:
        cells = [
            (row.name, *(str(row.by_week[at]) + "+" if row.by_week[at] else "" for at in busy))
            for row in found.places
        ]
        parts.append(
            table(
                "By week and place; empty means fewer than five",
                ("", *(_short(found.weeks[at]) for at in busy)),
                cells,
            )
        )
    return parts


def _parts(found: SilenceMap) -> tuple[tuple[str, Sequence[Tally]], ...]:
    return (
        ("Where they belong", found.places),
        ("The clauses that came nearest", found.nearest),
        ("Asked, and the policy doesn't say", found.unsaid),
    )


def _lines(title: str, tallies: Sequence[Tally]) -> Iterator[str]:
    yield ""
    yield title
    if not tallies:
        yield f"  Nothing {FEWEST} times or more."
    for tally in tallies:
        yield f"  {tally.name:<{WIDE}} {shown(tally.n)}"


def _span(found: Spans) -> str:
    return "-" if found.middle is None else f"{_time(found.middle)}; {_time(found.worst)}"


def _pair(found: Spans) -> tuple[str, str]:
    return _time(found.middle) or "-", _time(found.worst) or "-"


def _time(span: timedelta | None) -> str:
    """34 min, 5 h 20 min, 2 days 3 h."""
    if span is None:
        return ""
    minutes = int(span.total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    if hours < 1:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    spare = hours % 24
    return f"{hours // 24} day{'s' if hours >= 48 else ''}{f' {spare} h' if spare else ''}"


def _week(week: date) -> str:
    return f"Week of {week.day} {week:%B %Y}"


def _short(week: date) -> str:
    return f"{week.day}/{week.month}"
