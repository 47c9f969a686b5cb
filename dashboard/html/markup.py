"""Writing HTML and SVG elements so that nothing a publisher wrote can become markup."""

import re
from html import escape

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def escape_text(value: object) -> str:
    """Escape a value for element content or a quoted attribute; control characters are dropped.

    >>> escape_text('5 < 6 & "x"')
    '5 &lt; 6 &amp; &quot;x&quot;'
    """
    return escape(_FORBIDDEN.sub("", str(value)), quote=True)


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
