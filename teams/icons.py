"""Draws the two pictures that Teams shows for Usher: `python teams/icons.py` writes them anew.

The mark is that of the page (bot/platforms/web/static/usher.svg): a U that holds a point of light.
"""

import struct
import zlib
from math import hypot
from pathlib import Path

HERE = Path(__file__).resolve().parent
Shade = tuple[int, int, int]
TEAL, WHITE, GOLD = (29, 92, 88), (255, 255, 255), (242, 200, 121)

# The mark on a field of 32 by 32, as the page has it.
LEFT, RIGHT, TOP, BEND = 9.5, 22.5, 8.0, 16.2
MIDDLE = (LEFT + RIGHT) / 2
HALF_STROKE = 1.7
LIGHT = (MIDDLE, 11.0, 2.3)


def stroke(x: float, y: float) -> float:
    """How far a point is outside the U; below nought inside."""
    if y >= BEND:
        away = abs(hypot(x - MIDDLE, y - BEND) - (RIGHT - LEFT) / 2)
    else:
        away = min(hypot(x - side, min(y - TOP, 0)) for side in (LEFT, RIGHT))
    return away - HALF_STROKE


def light(x: float, y: float) -> float:
    """How far a point is outside the light."""
    across, down, radius = LIGHT
    return hypot(x - across, y - down) - radius


def covered(away: float, scale: float) -> float:
    """How much of a pixel lies inside, from its middle's distance to the edge."""
    return min(1.0, max(0.0, 0.5 - away * scale))


def blend(under: Shade, over: Shade, share: float) -> Shade:
    """One colour laid over another."""
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(under, over, strict=True))
    return red, green, blue


def points(size: int, scale: float) -> list[list[tuple[float, float]]]:
    """The middle of each pixel, on the mark's own field; `scale` is pixels to one unit."""
    middle = (MIDDLE, (TOP - HALF_STROKE + BEND + (RIGHT - LEFT) / 2 + HALF_STROKE) / 2)
    at = [(n + 0.5 - size / 2) / scale for n in range(size)]
    return [[(middle[0] + across, middle[1] + down) for across in at] for down in at]


def colour() -> bytes:
    """192 by 192 on a full ground; Teams rounds the corners. The mark keeps inside the middle 120."""
    scale = 6.6
    rows = []
    for row in points(192, scale):
        shades = (
            blend(
                blend(TEAL, WHITE, covered(stroke(x, y), scale)),
                GOLD,
                covered(light(x, y), scale),
            )
            for x, y in row
        )
        rows.append(b"".join(bytes((*shade, 255)) for shade in shades))
    return png(192, rows)


def outline() -> bytes:
    """32 by 32, white on nothing, up to the edge."""
    scale = 1.75
    rows = [
        b"".join(bytes((*WHITE, round(255 * covered(min(stroke(x, y), light(x, y)), scale)))) for x, y in row)
        for row in points(32, scale)
    ]
    return png(32, rows)


def png(size: int, rows: list[bytes]) -> bytes:
    """A square PNG of red, green, blue and opacity."""
    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    drawn = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", head), (b"IDAT", drawn), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
        for kind, held in chunks
    )


if __name__ == "__main__":
    (HERE / "color.png").write_bytes(colour())
    (HERE / "outline.png").write_bytes(outline())
