"""Dash's property names as HTML attributes, the way React would write them.

React and this module must agree, or the page would change under the reader when Dash takes over.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from dashboard.html.markup import escape_text

RENAMED = {
    "className": "class",
    "htmlFor": "for",
    "httpEquiv": "http-equiv",
    "acceptCharset": "accept-charset",
}
NOT_IN_HTML = {
    "children", "key", "n_clicks", "n_clicks_timestamp", "disable_n_clicks", "debounce", "n_submit",
    "n_submit_timestamp", "n_blur", "n_blur_timestamp", "persistence", "persisted_props", "persistence_type",
    "selectionStart", "selectionEnd", "selectionDirection", "componentPath", "refresh", "setProps",
}  # fmt: skip
ENUMERATED = {"contentEditable", "draggable", "spellCheck"}  # "false" is a value, not an absence
BOOLEAN = {
    "async", "autoFocus", "autoPlay", "controls", "default", "defer", "disabled", "formNoValidate", "hidden",
    "loop", "multiple", "muted", "noValidate", "open", "playsInline", "readOnly", "required", "reversed",
    "selected",
}  # fmt: skip
WILD = ("aria-", "data-")
ADDRESSES = {"href", "src", "action", "formAction", "cite", "poster"}
DRAWING = "data:image/svg+xml,"
"""A picture that stands in the address itself: shown by `src` it runs nothing and leads nowhere."""
UNITLESS = {"flex", "flexGrow", "flexShrink", "fontWeight", "lineHeight", "opacity", "order", "zIndex"}

_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_SAFE_SCHEMES = {"http:", "https:", "mailto:", "tel:"}
_IGNORED_IN_SCHEME = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\ufeff]")
NAMES_KEPT = 200
"""More than there are on all pages together."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.\-]*\Z")


def is_safe_address(address: str) -> bool:
    """Say whether a link may be written: relative ones, and the few schemes that only ever navigate.

    >>> is_safe_address("/fi/kaupungit?x=1:2"), is_safe_address("java\\tscript:alert(1)")
    (True, False)
    """
    scheme = _SCHEME.match(_IGNORED_IN_SCHEME.sub("", address))
    return scheme is None or scheme.group().lower() in _SAFE_SCHEMES


def style_text(style: Mapping[str, Any]) -> str:
    """Turn a React style dict into CSS; bare numbers are pixels, as in React.

    >>> style_text({"maxWidth": 40, "--share": 0.5, "lineHeight": 1.4, "color": None})
    'max-width:40px;--share:0.5;line-height:1.4'
    """
    return ";".join(
        f"{_css_name(name)}:{_css_value(name, value)}" for name, value in style.items() if value is not None
    )


def _css_name(name: str) -> str:
    return name if name.startswith("--") else re.sub(r"[A-Z]", lambda found: "-" + found.group().lower(), name)


def _css_value(name: str, value: object) -> str:
    is_length = isinstance(value, (int, float)) and value and name not in UNITLESS and not name.startswith("--")
    return f"{value}px" if is_length else str(value).replace(";", "")


def component_id(value: object) -> str:
    """Write an id as Dash does: a dict becomes JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")) if isinstance(value, dict) else str(value)


def attributes_text(props: Mapping[str, Any]) -> str:
    """Return ` name="value"` pairs, escaped, for every property that HTML knows."""
    return "".join(f" {name}" if value is True else f' {name}="{escape_text(value)}"' for name, value in _pairs(props))


def _pairs(props: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for prop in _in_order(props):
        value = props[prop]
        if prop in NOT_IN_HTML or value is None:
            continue
        name = _name(prop)
        written = _written(prop, value)
        if written is not None:
            yield name, written


@lru_cache(NAMES_KEPT)
def _name(prop: str) -> str:
    """The property's name in HTML. Raises ValueError where it has none that is written."""
    if not _NAME.match(prop) or prop.lower().startswith("on"):
        raise ValueError(f"{prop!r} cannot be an attribute: event handlers and odd names are not written.")
    return RENAMED.get(prop, prop.lower())


def _in_order(props: Mapping[str, Any]) -> Iterable[str]:
    """aria-* and data-* come last, in the alphabet's order: a page must be the same bytes every time."""
    wild = sorted(name for name in props if name.startswith(WILD))
    return [*(name for name in props if name not in wild), *wild] if wild else props


def _written(prop: str, value: object) -> object:
    """Return the attribute's value, True for a bare attribute, None to leave it out."""
    if prop in BOOLEAN:
        return True if value or value == "" else None
    if prop in ADDRESSES:
        is_drawing = prop == "src" and str(value).startswith(DRAWING)
        return value if is_drawing or is_safe_address(str(value)) else None
    if prop == "style":
        return style_text(value) if isinstance(value, Mapping) else None
    if prop == "id":
        return component_id(value)
    return _written_flag(prop, value=value) if isinstance(value, bool) else value


def _written_flag(prop: str, *, value: bool) -> object:
    if prop.startswith(WILD) or prop in ENUMERATED:
        return str(value).lower()
    return True if value else None
