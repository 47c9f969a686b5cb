"""Writing HTML and SVG elements so that nothing a publisher wrote can become markup."""

import re
from html import escape

from dashboard.i18n.plain import FIRST_STRONG, POP, TURNING, UNWRITTEN

_FORBIDDEN = re.compile(f"[{UNWRITTEN}{TURNING}]")
_SPECIAL = re.compile(f"[&<>\"'{FIRST_STRONG}{POP}]|{_FORBIDDEN.pattern}")
"""What most texts have nothing of: these are looked at once and written as they are."""


def escape_text(value: object) -> str:
    """Escape a value for element content or a quoted attribute; what is no text is dropped, and so is
    what turns the direction of letters.

    >>> escape_text('5 < 6 & "x"')
    '5 &lt; 6 &amp; &quot;x&quot;'
    """
    text = str(value)
    return escape(shown_text(text), quote=True) if _SPECIAL.search(text) else text


def shown_text(text: str) -> str:
    """The text without what is no text and what turns the direction of letters, but isolates that end.

    >>> shown_text("a\\u202eb\\x00"), shown_text("\\u2068a\\u2069") == "\\u2068a\\u2069", shown_text("\\u2068a")
    ('ab', True, 'a')
    """
    plain = _FORBIDDEN.sub("", text)
    return plain if _is_closed(plain) else plain.replace(FIRST_STRONG, "").replace(POP, "")


def _is_closed(text: str) -> bool:
    """Whether each isolate ends within the text: one of a publisher's that does not would hold all behind it."""
    depth = 0
    for sign in text if FIRST_STRONG in text or POP in text else "":
        depth += (sign == FIRST_STRONG) - (sign == POP)
        if depth < 0:
            return False
    return depth == 0


def number(value: float) -> str:
    """Write a coordinate with at most one decimal: a tenth of a pixel is enough and keeps pages small.

    >>> number(12.0), number(3.14159), number(-0.01)
    ('12', '3.1', '0')
    """
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def element(name: str, *content: str, **attributes: object) -> str:
    """Return one SVG element; `content` is markup already, attribute values are escaped here.

    A trailing underscore is dropped (`class_`), inner ones become hyphens, None is left out.

    >>> element("rect", x=1.0, stroke_width=2)
    '<rect x="1" stroke-width="2"/>'
    """
    pairs = "".join(_attribute(key, value) for key, value in attributes.items() if value is not None)
    inside = "".join(content)
    return f"<{name}{pairs}>{inside}</{name}>" if inside else f"<{name}{pairs}/>"


def _attribute(key: str, value: object) -> str:
    text = number(value) if isinstance(value, float) else escape_text(value)
    return f' {key.rstrip("_").replace("_", "-")}="{text}"'
