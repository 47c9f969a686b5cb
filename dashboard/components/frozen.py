"""What has nothing to draw in the browser goes there as finished HTML.

Dash looks at every component of a page again and again while it draws it: with the few thousand of a page with tables
that takes many seconds. Only what is alive (a figure) and what it stands in stays a component; the tree is the same.
"""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from dashboard.components.browser import Figure, Frozen
from dashboard.html.render import node_of, render, tag_name

LIVE = (Figure,)


def freeze(tree: Any) -> Any:
    """The tree with each part that holds nothing alive as one component of finished HTML.

    >>> from dash import html
    >>> freeze(html.P(["5 < 6", html.Br()], className="note")).html
    '5 &lt; 6<br>'
    """
    return _frozen(tree, _alive(tree))


def _frozen(tree: Any, alive: set[int]) -> Any:
    if isinstance(tree, list | tuple):
        return [_frozen(child, alive) for child in tree]
    if not isinstance(tree, Component) or isinstance(tree, LIVE):
        return tree
    node = node_of(tree)
    tag = tag_name(node)
    if tag is None:
        return tree
    if id(tree) in alive:
        tree.children = _frozen(tree.children, alive)
        return tree
    attributes = {name: value for name, value in node["props"].items() if name != "children"}
    return Frozen(tag=tag, attributes=attributes, html=render(node["props"].get("children")))


def _alive(tree: Any) -> set[int]:
    """The ids of the components that are alive or hold one that is: each is looked at once."""
    if isinstance(tree, list | tuple):
        return set().union(*map(_alive, tree))
    if not isinstance(tree, Component):
        return set()
    within = _alive(getattr(tree, "children", None))
    return within | {id(tree)} if within or isinstance(tree, LIVE) else within
