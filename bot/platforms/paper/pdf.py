"""The evidence as one A4 page of PDF, drawn without a browser."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.platforms.paper import wording
from bot.platforms.paper.chart import HIGH, WIDE, completion
from bot.platforms.paper.wording import Table
from bot.school.campaign_evidence import Evidence

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN, ACROSS, DOWN = 14.0, 210.0, 297.0
WIDTH = ACROSS - 2 * MARGIN
GUTTER = 8.0
FONT = "Helvetica"
LEADING = 0.45
"""Height of a line in millimetres, for each point of its size."""
PLAIN = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "..."})


def pdf(evidence: Evidence) -> bytes:
    """The file: the same words and the same chart as on the page."""
    from fpdf import FPDF

    sheet = FPDF(format="A4")
    sheet.set_auto_page_break(auto=False)
    sheet.set_title(_plain(f"Evidence: {evidence.campaign.title}"))
    sheet.set_lang("en-GB")
    sheet.set_creation_date(evidence.made)
    sheet.add_page()
    y = _text(sheet, evidence.school, MARGIN, MARGIN, WIDTH, 9)
    y = _text(sheet, f"Evidence: {evidence.campaign.title}", MARGIN, y, WIDTH, 16, bold=True)
    y = _text(sheet, wording.headline(evidence), MARGIN, y + 2, WIDTH, 12, bold=True)
    if wording.warning(evidence):
        y = _text(sheet, wording.warning(evidence), MARGIN, y + 1, WIDTH, 11, bold=True)
    y = _table(sheet, wording.about(evidence), MARGIN, y + 2, WIDTH, 0.22)
    y = _text(sheet, "Acknowledged by day", MARGIN, y + 3, WIDTH, 11, bold=True)
    chart = completion(evidence.curve, evidence.progress.asked, evidence.campaign.due)
    sheet.image(io.BytesIO(chart.encode()), x=MARGIN, y=y + 1, w=WIDTH, h=WIDTH * HIGH / WIDE)
    y = _columns(sheet, wording.columns(evidence), y + 3 + WIDTH * HIGH / WIDE)
    _table(sheet, wording.chain(evidence), MARGIN, y, WIDTH, 0.22)
    _text(sheet, wording.foot(evidence), MARGIN, DOWN - MARGIN - 8, WIDTH, 8.5)
    return bytes(sheet.output())


def _columns(sheet: "FPDF", columns: Sequence[Sequence[Table]], top: float) -> float:
    """Tables in two columns; where the longer one ends."""
    wide = (WIDTH - GUTTER) / 2
    ends = [top, top]
    for column, tables in enumerate(columns):
        for table in tables:
            x = MARGIN + column * (wide + GUTTER)
            ends[column] = 3 + _table(sheet, table, x, ends[column], wide, 0.62)
    return max(ends)


def _table(sheet: "FPDF", table: Table, x: float, y: float, wide: float, share: float) -> float:
    """A heading with its rows; where it ends."""
    y = _text(sheet, table.title, x, y, wide, 11, bold=True)
    for label, value in table.rows:
        ends = (
            _text(sheet, label, x, y + 0.6, wide * share - 2, 9.5),
            _text(sheet, value, x + wide * share, y + 0.6, wide * (1 - share), 9.5),
        )
        y = max(ends) + 0.4
        sheet.set_draw_color(190)
        sheet.line(x, y, x + wide, y)
    return y


def _text(
    sheet: "FPDF", text: str, x: float, y: float, wide: float, size: float, *, bold: bool = False
) -> float:
    """Words from a place on, broken where they must be; where they end."""
    sheet.set_font(FONT, "B" if bold else "", size)  # type: ignore[arg-type]  # the stub says int; points may be broken
    sheet.set_xy(x, y)
    sheet.multi_cell(wide, size * LEADING, _plain(text), align="L")
    return float(sheet.get_y())


def _plain(text: str) -> str:
    """What the fonts that every reader of PDF has can show; anything else becomes a question mark."""
    return text.translate(PLAIN).encode("latin-1", "replace").decode("latin-1")
