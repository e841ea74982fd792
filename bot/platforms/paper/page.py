"""The evidence as one HTML file: nothing fetched, prints on one A4 page."""

from html import escape

from bot.platforms.paper import wording
from bot.platforms.paper.chart import completion
from bot.platforms.paper.wording import Table
from bot.school.campaign_evidence import Evidence

STYLE = """
@page { size: A4; margin: 12mm; }
body { font: 9.5pt/1.3 Helvetica, Arial, sans-serif; color: #1a1a1a; background: #fff; max-width: 182mm;
       margin: 10mm auto; }
p { margin: 1mm 0; } h1 { font-size: 16pt; margin: 0; } h2 { font-size: 10.5pt; margin: 2.5mm 0 .5mm; }
.lead { font-size: 13pt; font-weight: 700; margin: 3mm 0; } .quiet { font-size: 9pt; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top;
  padding: .4mm 2mm .4mm 0; border-bottom: .2mm solid #bbb; font-weight: 400; overflow-wrap: anywhere; }
th { width: 42%; } .about th { width: 24%; }
.two { display: grid; grid-template-columns: 1fr 1fr; column-gap: 8mm; } .two th { width: 62%; }
.warning { font-weight: 700; border: .6mm solid #1a1a1a; padding: 1mm 2mm; }
section { break-inside: avoid; } svg { width: 100%; height: auto; }
@media print { body { margin: 0; } }
"""


def page(evidence: Evidence) -> str:
    """The whole file."""
    title = f"Evidence: {evidence.campaign.title}"
    parts = [
        f"<p>{escape(evidence.school)}</p><h1>{escape(title)}</h1>",
        f'<p class="lead">{escape(wording.headline(evidence))}</p>',
        *(
            [f'<p class="warning">{escape(wording.warning(evidence))}</p>']
            if wording.warning(evidence)
            else []
        ),
        f'<div class="about">{_table(wording.about(evidence))}</div>',
        "<h2>Acknowledged by day</h2>",
        completion(evidence.curve, evidence.progress.asked, evidence.campaign.due),
        '<div class="two">',
        *(f"<div>{''.join(map(_table, column))}</div>" for column in wording.columns(evidence)),
        f'</div><div class="about">{_table(wording.chain(evidence))}</div>',
        f'<p class="quiet">{escape(wording.foot(evidence))}</p>',
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en-GB"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _table(table: Table) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(value)}</td></tr>'
        for label, value in table.rows
    )
    return f"<section><h2>{escape(table.title)}</h2><table>{rows}</table></section>"
