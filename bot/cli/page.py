"""Pages for governors: one file, nothing fetched, legible on a screen and on A4, charts drawn as SVG."""

from collections.abc import Iterable, Sequence
from html import escape

from bot.school.tallies import Tally, shown

ROW, LABEL, PLOT, NUMBER = 22, 345, 240, 95
LONGEST = 50
STACK = 12
"""Bars that are never torn apart between two sheets."""
COLUMN_PLOT, TALL = 640, 130
STYLE = """
:root { color-scheme: light; --ink: #1d2730; --soft: #55626d; --line: #c9d1d8; --mark: #2b5f8a; --wash:
  #eef2f6; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, "Segoe UI", Arial, sans-serif; color: var(--ink); background: #fff;
  max-width: 46rem; margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; } h2 { font-size: 1.25rem; margin: 2.2rem
  0 .5rem; }
h3 { font-size: 1rem; margin: 0 0 .3rem; } p { margin: .4rem 0; } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: .9375rem; }
caption { text-align: left; font-weight: 650; padding-bottom: .25rem; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left;
  vertical-align: top; }
thead th { border-bottom: 2px solid var(--ink); } td.n, th.n { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; padding-right: 0; padding-left: .6rem; }
figure { margin: 1rem 0; } figure.more { margin-top: -1rem; }
figcaption { font-weight: 650; margin-bottom: .25rem; } svg { display: block;
  width: 100%; height: auto; }
svg text { font: 12.5px system-ui, "Segoe UI", Arial, sans-serif; fill: var(--ink); }
svg .bar { fill: var(--mark); } svg .none { fill: none; stroke: var(--soft); stroke-dasharray: 2 2; }
svg .axis { stroke: var(--line); }
.gap { border-left: 5px solid var(--line); padding: .15rem 0 .15rem 1rem; margin: 1.1rem 0; }
.gap.first { border-color: #a1261b; } .gap.next { border-color: #b7791f; } .gap.note { border-color:
  #8795a1; }
.gap dl { display: grid; grid-template-columns: 6.5rem 1fr; gap: .15rem .75rem; margin: .25rem 0 0; }
.gap dt { color: var(--soft); } .gap dd { margin: 0; } .tag { color: var(--soft); font-size: .875rem; }
th.n { white-space: normal; vertical-align: bottom; } tbody th { font-weight: 400; min-width: 11rem; }
@page { size: A4; margin: 16mm 15mm 18mm; }
@media print {
  body { font-size: 10.5pt; max-width: none; margin: 0; padding: 0; -webkit-print-color-adjust: exact;
  print-color-adjust: exact; }
  h1 { font-size: 18pt; } h2 { font-size: 13pt; break-after: avoid; } h3, figcaption, caption {
  break-after: avoid; }
  h2 + p { break-after: avoid; } figure, .gap, tr { break-inside: avoid; }
  table { font-size: 9pt; } th, td { padding-top: .1rem; padding-bottom: .1rem; }
  thead { display: table-header-group; }
}
"""


def page(title: str, parts: Iterable[str]) -> str:
    """Parts as a page that stands alone."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
    )
    body = "\n".join((f"<h1>{escape(title)}</h1>", *parts))
    top = f'<!doctype html>\n<html lang="en-GB"><head>{head}</head>'
    return f"{top}<body><main>\n{body}\n</main></body></html>\n"


def heading(text: str) -> str:
    """A section's title."""
    return f"<h2>{escape(text)}</h2>"


def said(text: str, *, soft: bool = False) -> str:
    """A paragraph."""
    return f'<p class="soft">{escape(text)}</p>' if soft else f"<p>{escape(text)}</p>"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; everything but the first column stands to the right."""
    top = "".join(f'<th scope="col"{_right(n)}>{escape(cell)}</th>' for n, cell in enumerate(head))
    body = "".join(f"<tr>{''.join(_cell(n, cell) for n, cell in enumerate(row))}</tr>" for row in rows)
    head_row, rest = f"<thead><tr>{top}</tr></thead>", f"<tbody>{body}</tbody>"
    return f"<table><caption>{escape(caption)}</caption>{head_row}{rest}</table>"


def bars(caption: str, rows: Sequence[Tally]) -> str:
    """A bar for each, its number in words beside it; a dashed stub stands for fewer than five."""
    if not rows:
        nothing = said("Nothing to show.", soft=True)
        return f"<figure><figcaption>{escape(caption)}</figcaption>{nothing}</figure>"
    most = max((row.n for row in rows), default=0) or 1
    stacks = [rows[at : at + STACK] for at in range(0, len(rows), STACK)]
    return "".join(_stack(caption, stack, most, goes_on=number > 0) for number, stack in enumerate(stacks))


def _stack(caption: str, rows: Sequence[Tally], most: int, *, goes_on: bool) -> str:
    """So many bars that paper has room for them; the next stack may stand on the next sheet."""
    drawn = "".join(_bar(row, number, most) for number, row in enumerate(rows))
    named = [(row.name, row.n) for row in rows]
    return _figure(caption, drawn, LABEL + PLOT + NUMBER, ROW * len(rows) + 4, named, goes_on=goes_on)


def columns(caption: str, named: Sequence[tuple[str, int]]) -> str:
    """A column for each week, with its number above it."""
    most = max((n for _, n in named), default=0) or 1
    wide = COLUMN_PLOT / max(len(named), 1)
    drawn = "".join(_column(name, n, number * wide, wide, most) for number, (name, n) in enumerate(named))
    line = f'<path class="axis" d="M0 {TALL + 20}H{COLUMN_PLOT}"/>'
    return _figure(caption, line + drawn, COLUMN_PLOT, TALL + 44, named)


def _figure(
    caption: str,
    drawn: str,
    wide: int,
    tall: int,
    named: Iterable[tuple[str, int]],
    *,
    goes_on: bool = False,
) -> str:
    spoken = "; ".join(f"{name}: {shown(n)}" for name, n in named)
    label = escape(f"{caption}. {spoken}", quote=True)
    svg = f'<svg role="img" aria-label="{label}" viewBox="0 0 {wide} {tall}">{drawn}</svg>'
    if goes_on:
        return f'<figure class="more">{svg}</figure>'
    return f"<figure><figcaption>{escape(caption)}</figcaption>{svg}</figure>"


def _bar(row: Tally, number: int, most: int) -> str:
    top, base = number * ROW + 3, number * ROW + 16
    name = row.name if len(row.name) <= LONGEST else f"{row.name[: LONGEST - 1].rstrip()}…"
    long = max(row.n / most * PLOT, 2)
    mark = (
        f'<rect class="bar" x="{LABEL}" y="{top}" width="{long:.1f}" height="16"/>'
        if row.n
        else f'<rect class="none" x="{LABEL + 1}" y="{top}" width="12" height="16"/>'
    )
    after = LABEL + (long if row.n else 14) + 6
    return (
        f'<text x="{LABEL - 8}" y="{base}" text-anchor="end">{escape(name)}</text>{mark}'
        f'<text x="{after:.1f}" y="{base}">{shown(row.n)}</text>'
    )


def _column(name: str, n: int, left: float, wide: float, most: int) -> str:
    """`5+` and `<5`: there is no room for words over a column, the caption explains them."""
    tall = n / most * TALL
    middle, foot = left + wide / 2, TALL + 20
    mark = (
        f'<rect class="bar" x="{left + wide * 0.15:.1f}" y="{foot - tall:.1f}" '
        f'width="{wide * 0.7:.1f}" height="{tall:.1f}"/>'
        if n
        else f'<rect class="none" x="{left + wide * 0.15:.1f}" y="{foot - 6}" '
        f'width="{wide * 0.7:.1f}" height="6"/>'
    )
    over = foot - max(tall, 6) - 5
    return (
        f'{mark}<text x="{middle:.1f}" y="{over:.1f}" text-anchor="middle">{f"{n}+" if n else "&lt;5"}</text>'
        f'<text x="{middle:.1f}" y="{foot + 17}" text-anchor="middle">{escape(name)}</text>'
    )


def _right(column: int) -> str:
    return ' class="n"' if column else ""


def _cell(column: int, text: str) -> str:
    return f"<td{_right(column)}>{escape(text)}</td>" if column else f'<th scope="row">{escape(text)}</th>'
