"""The picture that social media show beside a link: whose page it is, its title, what it found, of which release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.html.chart.axes import draw_text
from dashboard.html.chart.chrome import BAND_FILL, BAND_TEXT, Lines
from dashboard.html.chart.ink import PICTURE
from dashboard.html.chart.text import LINE, wrap
from dashboard.html.document import PREVIEW_SIZE
from dashboard.html.markup import element

MARGIN = 72.0
NAME_SIZE, TITLE_SIZE, FINDING_SIZE, FOOT_SIZE = 34.0, 64.0, 38.0, 26.0
STRIPE = 14.0


@dataclass(frozen=True)
class Preview:
    """What the picture says; `sample_note` is set when the data are made up, `colours` are those of the cities."""

    site: str
    title: str
    finding: str
    release: str
    sample_note: str | None
    colours: Sequence[str]


def preview_svg(preview: Preview) -> str:
    """The picture as SVG, of the size that social media ask for."""
    width, height = map(float, PREVIEW_SIZE)
    name_top = STRIPE + 40
    title = _lines(preview.title, TITLE_SIZE, PICTURE.text, weight=600, rows=2)
    title_top = name_top + NAME_SIZE * LINE + 44
    finding = _lines(preview.finding, FINDING_SIZE, PICTURE.muted, rows=3)
    foot_middle = height - MARGIN + FOOT_SIZE / 2
    content = (
        element("rect", width=width, height=height, fill=PICTURE.paper)
        + _stripes(preview.colours, width)
        + _lines(preview.site, NAME_SIZE, PICTURE.text, weight=600, rows=1).draw(MARGIN, name_top)
        + title.draw(MARGIN, title_top)
        + finding.draw(MARGIN, title_top + title.height + 20)
        + draw_text(preview.release, MARGIN, foot_middle, fill=PICTURE.muted, size=FOOT_SIZE)
        + (_note(preview.sample_note, width, foot_middle) if preview.sample_note else "")
    )
    return element(
        "svg", content, xmlns="http://www.w3.org/2000/svg", width=width, height=height, font_family=PICTURE.font
    )


def _lines(text: str, size: float, fill: str, *, weight: int | None = None, rows: int) -> Lines:
    room = PREVIEW_SIZE[0] - 2 * MARGIN
    return Lines(tuple(wrap(text, room, size, lines=rows, bold=weight is not None)), size, fill, weight)


def _stripes(colours: Sequence[str], width: float) -> str:
    part = width / len(colours)
    return "".join(
        element("rect", x=index * part, width=part, height=STRIPE, fill=colour) for index, colour in enumerate(colours)
    )


def _note(text: str, width: float, middle: float) -> str:
    """A band at the foot that cannot be mistaken for decoration."""
    height = FOOT_SIZE * 2
    top = middle - height - FOOT_SIZE
    band = element("rect", y=top, width=width, height=height, fill=BAND_FILL)
    return band + draw_text(text, MARGIN, top + height / 2, fill=BAND_TEXT, size=FOOT_SIZE, font_weight=600)
