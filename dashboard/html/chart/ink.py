"""What a drawing is inked with: the page's CSS variables, or fixed colours for a picture that leaves it."""

from dataclasses import dataclass

PICTURE_FONT = "Inter"


@dataclass(frozen=True)
class Ink:
    """Colours and font of everything but the data, whose colours come from the figure."""

    text: str
    muted: str
    grid: str
    zero: str
    paper: str
    font: str


INLINE = Ink(
    text="var(--chart-text, #1b2733)",
    muted="var(--chart-muted, #54616e)",
    grid="var(--chart-grid, #dfe4e8)",
    zero="var(--chart-zero, #7b8793)",
    paper="var(--chart-paper, #ffffff)",
    font="inherit",
)
PICTURE = Ink(
    text="#1b2733",
    muted="#54616e",
    grid="#dfe4e8",
    zero="#7b8793",
    paper="#ffffff",
    font=f"{PICTURE_FONT}, sans-serif",
)
