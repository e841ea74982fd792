"""Rows written line by line, for a repeating answer that has more of them than a platform has boxes."""

import re
from collections.abc import Iterator, Sequence

from bot.school.forms import Row

BAR = " | "
SIGNS = {"\\": "\\\\", "|": "\\|", "\n": "\\n"}
"""What would end a cell or a line, as it is written inside one."""
SIGN = re.compile(r"\\(.)|( ?\| ?)|(.)", re.DOTALL)


def as_lines(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """Every row as a line, its cells in the order of the columns."""
    return "\n".join(BAR.join(_written(row.get(column, "")) for column in columns) for row in rows)


def from_lines(columns: Sequence[str], text: str) -> tuple[Row, ...]:
    """The rows behind the lines; what stands after the last bar that is needed belongs to the last column."""
    return tuple(row for line in text.split("\n") if (row := _row(columns, line)))


def _written(cell: str) -> str:
    return "".join(SIGNS.get(letter, letter) for letter in cell)


def _row(columns: Sequence[str], line: str) -> Row:
    return {
        column: cell
        for column, cell in zip(columns, _cells(line, len(columns)), strict=False)
        if cell.strip()
    }


def _cells(line: str, most: int) -> Iterator[str]:
    """The line parted at its bars; a backslash takes the next sign as it is."""
    cell, parted = "", 1
    for kept, bar, letter in SIGN.findall(line):
        if bar and parted < most:
            yield cell
            cell, parted = "", parted + 1
        else:
            cell += "\n" if kept == "n" else kept or bar or letter
    yield cell
