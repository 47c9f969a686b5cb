"""How annotations break into lines, known before the plot is placed so that they get room above it."""

from dashboard.html.chart.sheet import Json, Sheet
from dashboard.html.chart.text import LINE, SMALL, plain_lines, wrap

NOTE_SHARE = 0.62  # of the width, at most, for a line of an annotation
LEAST_WIDTH = 120.0
MOST_LINES = 6  # a note that is cut may say the opposite: "(not Helsinki)" stands at its end


def note_rows(note: Json, width: float) -> list[str]:
    """Return the annotation's lines in a chart of this width."""
    room = max(width * NOTE_SHARE, LEAST_WIDTH)
    lines = plain_lines(note.get("text") or "")
    if stands_above(note):  # broken for plotly on a telephone; here it takes one line where there is room for it
        lines = [" ".join(lines)]
    return [row for line in lines for row in wrap(line, room, SMALL, lines=MOST_LINES)]


def stands_above(note: Json) -> bool:
    """Say whether the annotation belongs at the top: there it stands above the plot, never over the data."""
    return str(note.get("yref")).endswith(("paper", "domain")) and float(note.get("y") or 0) >= 0.9


def notes_height(sheet: Sheet, width: float) -> float:
    """Return the room that the annotations above the plot take."""
    above = [note for note in sheet.layout.get("annotations") or [] if stands_above(note)]
    return max((len(note_rows(note, width)) * SMALL * LINE + 5 for note in above), default=0.0)
