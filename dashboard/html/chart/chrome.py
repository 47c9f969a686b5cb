"""What a picture must say about itself once it has left the site: title, source, licence, release, sample."""

from dataclasses import dataclass

from dashboard.html.chart.axes import draw_text
from dashboard.html.chart.ink import Ink
from dashboard.html.chart.text import LINE, SMALL, wrap
from dashboard.html.markup import element

MARGIN = 24.0
TITLE_SIZE = 20.0
SUBTITLE_SIZE = 14.0
BAND_SIZE = 14.0
SOURCE_ROWS = 4
"""Of all six cities' publishers; a licence asks for each."""
BAND_FILL, BAND_TEXT = "#ffd84d", "#1b2733"


@dataclass(frozen=True)
class Chrome:
    """The words around an exported picture; `sample_note` is set when the data is made up, `site` is the address of
    what it shows."""

    title: str
    subtitle: str
    source: str
    licence: str
    release: str
    sample_note: str | None
    site: str


@dataclass(frozen=True)
class Lines:
    """A block of text lines, broken to fit."""

    rows: tuple[str, ...]
    size: float
    fill: str
    weight: int | None = None

    @property
    def height(self) -> float:
        """Pixels from the block's top to its bottom."""
        return len(self.rows) * self.size * LINE

    def draw(self, x: float, top: float) -> str:
        """Return the lines as SVG, the first one starting at `top`."""
        return "".join(
            draw_text(
                row,
                x,
                top + (index + 0.5) * self.size * LINE,
                fill=self.fill,
                size=self.size,
                font_weight=self.weight,
            )
            for index, row in enumerate(self.rows)
        )


def draw_head(chrome: Chrome, ink: Ink, width: float) -> tuple[str, float]:
    """Return the sample band, title and subtitle, and how high they are."""
    band, top = _band(chrome.sample_note, width)
    parts, top = [band], top + MARGIN * 0.8
    for lines in (
        _lines(chrome.title, width, TITLE_SIZE, ink.text, weight=600, rows=3),
        _lines(chrome.subtitle, width, SUBTITLE_SIZE, ink.muted, rows=3),
    ):
        parts.append(lines.draw(MARGIN, top))
        top += lines.height + (4 if lines.rows else 0)
    return "".join(parts), top + 8


def draw_foot(chrome: Chrome, ink: Ink, width: float, top: float) -> tuple[str, float]:
    """Return source, licence and release under a thin rule, and how high they are."""
    rule = element("line", x1=MARGIN, y1=top + 12, x2=width - MARGIN, y2=top + 12, stroke=ink.grid)
    parts, y = [rule], top + 20
    release = " · ".join(filter(None, [chrome.release, chrome.site]))
    for text, rows in ((chrome.source, SOURCE_ROWS), (chrome.licence, 2), (release, 2)):
        lines = _lines(text, width, SMALL, ink.muted, rows=rows)
        parts.append(lines.draw(MARGIN, y))
        y += lines.height + (2 if lines.rows else 0)
    return "".join(parts), y - top + MARGIN * 0.6


def _band(note: str | None, width: float) -> tuple[str, float]:
    """Return a band across the top that cannot be mistaken for decoration."""
    if not note:
        return "", 0.0
    lines = _lines(note, width, BAND_SIZE, BAND_TEXT, weight=600, rows=3)
    height = lines.height + 16
    return element("rect", x=0, y=0, width=width, height=height, fill=BAND_FILL) + lines.draw(MARGIN, 8), height


def _lines(text: str, width: float, size: float, fill: str, *, weight: int | None = None, rows: int) -> Lines:
    broken = wrap(text, width - 2 * MARGIN, size, lines=rows, bold=weight is not None) if text else []
    return Lines(tuple(broken), size, fill, weight)
