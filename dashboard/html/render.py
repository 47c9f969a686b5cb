"""A Dash component tree as HTML, so that a page is complete before any script has run."""

from collections.abc import Callable, Mapping
from typing import Any

from dash.development.base_component import Component

from dashboard.html.attributes import WILD, attributes_text
from dashboard.html.markup import escape_text

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
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


def render(component: Any) -> str:
    """Return the HTML of a Dash component, a text, a number, None or a (nested) list of these.

    Raises TypeError for a component this site does not use: a page must never lose a piece silently.

    >>> from dash import html
    >>> render(html.P(["5 < 6", html.Br(), 7], className="note"))
    '<p class="note">5 &lt; 6<br>7</p>'
    """
    if isinstance(component, str):  # the most there is
        return escape_text(component)
    if isinstance(component, Component):
        return _render_component(node_of(component))
    if isinstance(component, (list, tuple)):
        return "".join(map(render, component))
    if component is None or isinstance(component, bool):
        return ""
    if isinstance(component, (int, float)):
        return escape_text(component)
    raise TypeError(f"Cannot render {type(component).__name__!r} as HTML: give a Dash component, text or list.")


def node_of(component: Component) -> Mapping[str, Any]:
    """What `Component.to_plotly_json` gives, in a fraction of its time, which asks each property that there might be.

    >>> from dash import html
    >>> made = html.P("5 < 6", className="note", **{"aria-label": "sum"})
    >>> node_of(made) == made.to_plotly_json()
    True
    """
    given = vars(component)
    props = {name: given[name] for name in component._prop_names if name in given}
    props |= {name: value for name, value in given.items() if name.startswith(WILD)}
    return {"props": props, "type": component._type, "namespace": component._namespace}


def tag_name(node: Mapping[str, Any]) -> str | None:
    """The name of the HTML element that a component of dash.html is (as `to_plotly_json` gives it); None of others."""
    kind = str(node["type"])
    if node["namespace"] != "dash_html_components" or kind in REFUSED:
        return None
    return UNUSUAL_TAGS.get(kind, kind.lower())


def _render_component(node: Mapping[str, Any]) -> str:
    name = tag_name(node)
    if name is not None:
        return _tag(name, node["props"])
    if node["namespace"] == "kuusi":
        return OURS[node["type"]](node["props"])
    raise TypeError(
        f"{node['namespace']}.{node['type']} has no plain HTML form: use dash.html or dashboard.components.browser."
    )


def _tag(name: str, props: Mapping[str, Any]) -> str:
    return _element(name, props, render(props.get("children")))


def _element(name: str, attributes: Mapping[str, Any], content: str) -> str:
    opening = f"<{name}{attributes_text(attributes)}>"
    if name in VOID:
        return opening
    if name in {"pre", "textarea"} and content.startswith("\n"):
        content = "\n" + content  # the parser swallows the first line break
    return f"{opening}{content}</{name}>"


def _nothing(_props: Mapping[str, Any]) -> str:
    return ""


def _input(props: Mapping[str, Any]) -> str:
    return _tag("input", props)


def _figure(props: Mapping[str, Any]) -> str:
    box = attributes_text({"id": props["id"], "className": "figure", "style": props.get("style")})
    return f'<div{box}><div class="figure__drawings">{props["drawings"]}</div></div>'


def _frozen(props: Mapping[str, Any]) -> str:
    return _element(props["tag"], props["attributes"], props["html"])


OURS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "Address": _nothing,
    "Figure": _figure,
    "Frozen": _frozen,
    "Input": _input,
}
"""How the components of `dashboard.components.browser` are written; `assets/components.js` draws the same."""
