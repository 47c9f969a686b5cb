"""A Dash component tree as HTML, so that a page is complete before any script has run."""

from collections.abc import Callable, Mapping
from typing import Any

from dash.development.base_component import Component

from dashboard.html.attributes import attributes_text
from dashboard.html.markup import escape_text
from dashboard.html.svg import figure_svg

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "link", "meta", "param", "source", "track", "wbr"}
UNUSUAL_TAGS = {"MapEl": "map"}
REFUSED = {
    "Script",
    "Iframe",
    "ObjectEl",
    "Embed",
    "Base",
    "Frame",
    "Frameset",
    "Plaintext",
    "Xmp",
    "Template",
}
WIDE, NARROW = 760, 328  # pixels; the style sheet shows the one that fits, so that labels stay readable
DEFAULT_HEIGHT = 400


def render(component: Any) -> str:
    """Return the HTML of a Dash component, a text, a number, None or a (nested) list of these.

    Raises TypeError for a component this site does not use: a page must never lose a piece silently.

    >>> from dash import html
    >>> render(html.P(["5 < 6", html.Br(), 7], className="note"))
    '<p class="note">5 &lt; 6<br>7</p>'
    """
    if component is None or isinstance(component, bool):
        return ""
    if isinstance(component, (str, int, float)):
        return escape_text(component)
    if isinstance(component, (list, tuple)):
        return "".join(render(child) for child in component)
    if isinstance(component, Component):
        node: Mapping[str, Any] = component.to_plotly_json()  # type: ignore[no-untyped-call]
        return _render_component(node)
    raise TypeError(f"Cannot render {type(component).__name__!r} as HTML: give a Dash component, text or list.")


def _render_component(node: Mapping[str, Any]) -> str:
    kind, namespace, props = node["type"], node["namespace"], node["props"]
    if namespace == "dash_html_components" and kind not in REFUSED:
        return _tag(UNUSUAL_TAGS.get(kind, kind.lower()), props)
    if namespace == "dash_core_components" and kind in CORE:
        return CORE[kind](props)
    raise TypeError(f"{namespace}.{kind} has no plain HTML form here: use dash.html, or add it to html/render.py.")


def _tag(name: str, props: Mapping[str, Any]) -> str:
    opening = f"<{name}{attributes_text(props)}>"
    if name in VOID:
        return opening
    content = render(props.get("children"))
    if name in {"pre", "textarea"} and content.startswith("\n"):
        content = "\n" + content  # the parser swallows the first line break
    return f"{opening}{content}</{name}>"


def _nothing(_props: Mapping[str, Any]) -> str:
    return ""


def _link(props: Mapping[str, Any]) -> str:
    return _tag("a", props)


def _input(props: Mapping[str, Any]) -> str:
    """Dash wraps its input in a box that carries class and style; the same box here keeps the page still."""
    checked = "is-checked" in (props.get("className") or "").split()
    hidden = "dash-input-hidden" if props.get("type") == "hidden" else None
    outer = " ".join(filter(None, ["dash-input-container", props.get("className"), hidden]))
    inner = {key: value for key, value in props.items() if key not in {"className", "style"}}
    box = attributes_text({"className": outer, "style": props.get("style")})
    return f"<div{box}><input{attributes_text({'className': 'dash-input-element', 'checked': checked, **inner})}></div>"


def _graph(props: Mapping[str, Any]) -> str:
    """Draw the figure twice, wide and narrow: one scaled drawing would be unreadable on a telephone.

    A figure with a width of its own, as small as a word, is drawn once.
    """
    figure = props.get("figure") or {}
    layout = figure.get("layout") or {}
    own = layout.get("width")
    sizes = (("small", own),) if own else (("wide", WIDE), ("narrow", NARROW))
    height = None if layout.get("height") else _height_of_style(props.get("style") or {})
    drawings = "".join(
        figure_svg(figure, width=width, height=height, css_class=f"chart chart--{name}") for name, width in sizes
    )
    outer = " ".join(filter(None, ["dash-graph", props.get("className")]))
    box = {"id": props.get("id"), "className": outer, "style": props.get("style")}
    return f"<div{attributes_text(box)}>{drawings}</div>"


def _height_of_style(style: Mapping[str, Any]) -> int:
    digits = str(style.get("height") or "").removesuffix("px")
    return int(float(digits)) if digits.replace(".", "", 1).isdigit() else DEFAULT_HEIGHT


CORE: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "Location": _nothing,
    "Store": _nothing,
    "Link": _link,
    "Input": _input,
    "Graph": _graph,
}
