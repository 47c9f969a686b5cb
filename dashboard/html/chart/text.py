"""How wide a text will be, and how to make it fit, without asking a browser.

The widths are those of Inter, which pictures use. It is wider than the system fonts that pages use,
so what fits here fits there.
"""

import re
from functools import lru_cache
from html import unescape

SIZE = 13.0
SMALL = 12.0
LINE = 1.25  # line height in ems
ELLIPSIS = "…"

_BOLD_FACTOR = 1.08
_UNKNOWN = 1.0
_WIDTHS = {  # ems, rounded up; made from assets/fonts/Inter-Regular.ttf
    0.0: "\u200b",
    0.25: "\u2009\u202f’'ijlìíîï",
    0.3: "I¦¸ÌÍÎÏ \xa0!,.:;¡·",
    0.35: "¹|",
    0.4: "()[]t{}/\\fr”",
    0.45: '"²ª¯º³',
    0.5: "-_\xad°1^*`´–",
    0.55: "?¿Jkz¥sx«¬»",
    0.6: "Laàáâãäå•cvy¢§çýÿ7uðùúûüEo¶ÈÉÊËòóôõöøFehn¨èéêëñ",
    0.65: "25gpqßþ8bd#069Z£µÞ$&3PRS4BTX",
    0.7: "+<=>K~±×÷−Y®Ý€AVÀÁÂÃÄÅ",
    0.75: "DÐC¤ÇGUÙÚÛÜH",
    0.8: "NÑOQÒÓÔÕÖØ",
    0.85: "%w…",
    0.9: "mM¼",
    1.0: "©@W¾½æ→Æ—",
}
_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def plain_lines(text: object) -> list[str]:
    """Split plotly's little markup into plain lines: `<br>` breaks, other tags go, entities are the letters they name.

    >>> plain_lines("<b>Rajakohta</b><br>1.1.2023"), plain_lines("A &lt;B&gt; Oy")
    (['Rajakohta', '1.1.2023'], ['A <B> Oy'])
    """
    given = str(text)
    if "<" not in given and "&" not in given:
        return [given.strip()]
    return [unescape(_TAG.sub("", line)).strip() for line in _BREAK.split(given)]


def plain(text: object) -> str:
    """Return the text on one line without markup."""
    return " ".join(plain_lines(text))


def measure(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return a width in pixels that the text will not exceed in ordinary fonts."""
    return _ems(text) * size * (_BOLD_FACTOR if bold else 1)


@lru_cache(maxsize=1 << 13)
def _ems(text: str) -> float:
    """Kept: a text is tried in several sizes, and drawn wide and narrow."""
    return sum([_WIDTH_OF.get(letter, _UNKNOWN) for letter in text])


def shorten(text: str, width: float, size: float = SIZE, *, bold: bool = False) -> str:
    """Cut the text with an ellipsis so that it is at most `width` pixels wide.

    >>> shorten("Helsingin kaupunki", 70)
    'Helsingin…'
    """
    if measure(text, size, bold=bold) <= width:
        return text
    kept = text
    while kept and measure(kept + ELLIPSIS, size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip(" \xa0,-–") + ELLIPSIS


def wrap(text: str, width: float, size: float = SIZE, *, lines: int = 2, bold: bool = False) -> list[str]:
    """Break the text at spaces into at most `lines` lines of `width` pixels; the last one is shortened.

    >>> wrap("Sosiaali- ja terveyspalvelut", 90)
    ['Sosiaali- ja', 'terveyspalv…']
    """
    out: list[str] = []
    rest = text.split(" ")
    while rest and len(out) < lines - 1:
        count = _fitting(rest, width, size, bold=bold)
        out.append(shorten(" ".join(rest[:count]), width, size, bold=bold))
        rest = rest[count:]
    return [*out, shorten(" ".join(rest), width, size, bold=bold)] if rest else out


def _fitting(words: list[str], width: float, size: float, *, bold: bool) -> int:
    """Return how many words fit on a line; at least one."""
    count = 1
    while count < len(words) and measure(" ".join(words[: count + 1]), size, bold=bold) <= width:
        count += 1
    return count
