"""Pictures to take away as PNG, drawn with our own font so that they look the same on every machine."""

from pathlib import Path

import resvg_py

from dashboard.html.chart.ink import PICTURE_FONT

FONT_FILES = ("Inter-Regular.ttf", "Inter-SemiBold.ttf")
FONT_FOLDER = Path(__file__).resolve().parents[2] / "assets" / "fonts"


def svg_png(svg: str, *, scale: float = 2) -> bytes:
    """Return the SVG as PNG bytes, `scale` pixels for each of its own; raises ValueError for broken SVG."""
    picture = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=scale,
        skip_system_fonts=True,
        font_files=[str(FONT_FOLDER / name) for name in FONT_FILES],
        font_family=PICTURE_FONT,
        sans_serif_family=PICTURE_FONT,
    )
    return bytes(picture)
