"""Shades of a scale, and which letters are read on them."""

from collections.abc import Sequence
from functools import lru_cache

DARK, LIGHT = "#0d1520", "#ffffff"
DARK_SCALE = ("#1c2a42", "#26477f", "#3b6fc4", "#86b0f2", "#dbe8ff")
"""A heat map's shades on dark paper: what is low recedes into it, as it does on white."""


def between(scale: Sequence[str], share: float) -> str:
    """Return the colour at a share of an even scale of `#rrggbb` colours.

    >>> between(["#000000", "#ffffff"], 0.5), between(["#000000", "#102030", "#ffffff"], 0.5)
    ('#808080', '#102030')
    """
    place = min(max(share, 0.0), 1.0) * (len(scale) - 1)
    low = min(int(place), len(scale) - 2)
    mixed = (a + (b - a) * (place - low) for a, b in zip(_rgb(scale[low]), _rgb(scale[low + 1]), strict=True))
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


@lru_cache(maxsize=1 << 10)
def readable_on(colour: str) -> str:
    """Return the darkest or lightest letters, whichever stand out more; always at least 4.5:1.

    >>> readable_on("#e4edfb"), readable_on("#16357a")
    ('#0d1520', '#ffffff')
    """
    return max((DARK, LIGHT), key=lambda letters: contrast(letters, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as WCAG 2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    parts = (value / 255 for value in _rgb(colour))
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
