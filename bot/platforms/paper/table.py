"""The list of a campaign, person by person, for a spreadsheet."""

import csv
import io
from collections.abc import Iterator

from bot.school.campaign_evidence import Evidence
from bot.school.people import School
from bot.school.progress import Line

MARK = "\ufeff"
"""Without it Excel takes UTF-8 for something else."""
STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins like this is a formula to a spreadsheet; some take the wide forms as well."""
HEADINGS = (
    *("name", "job", "groups", "asked because", "state", "due", "school days overdue"),
    *("acknowledged at", "how", "typed name", "entered by", "policy version", "hash of the text"),
)


def table(evidence: Evidence, school: School) -> str:
    """The file's text, in UTF-8 with its mark, lines ended as spreadsheets want them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADINGS)
    for line in evidence.lines:
        writer.writerow([guarded(cell) for cell in _cells(line, evidence, school)])
    return MARK + out.getvalue()


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, wherever in it a formula could begin."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(STARTS) or cell.startswith(STARTS) else cell


def _cells(line: Line, evidence: Evidence, school: School) -> Iterator[str]:
    yield from (line.name, line.job, ", ".join(line.groups), line.why, _state(line), line.due.isoformat())
    yield str(line.late)
    done = line.done
    if done is None:
        yield from ("", "", "", "", "", "")
        return
    entered = school.people.get(done.by)
    zone = evidence.made.tzinfo
    yield from (f"{done.at.astimezone(zone):%Y-%m-%d %H:%M}", done.how.value, done.name)
    yield from (entered.name if entered else done.by, done.version, done.hash)


def _state(line: Line) -> str:
    if line.done:
        return "acknowledged"
    if line.away_until:
        return "on long absence"
    return "overdue" if line.late else "open"
