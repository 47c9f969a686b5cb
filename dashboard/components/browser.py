"""Dash components of our own: what a page needs in the browser and dash.html does not have.

Their other half is `assets/components.js`; `html/render.py` writes them for the server. With them a page needs
nothing of `dash.dcc`, which is several times as large as all else that Dash loads.
"""

from __future__ import annotations

from typing import Any, ClassVar

from dash.development.base_component import Component

from dashboard.html.drawings import draw_figure

NAMESPACE = "kuusi"
"""What `assets/components.js` calls them in the browser."""


class _Ours(Component):
    """What Dash asks of a component's class; `names` are its properties."""

    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **properties: Any) -> None:
        self._prop_names = self.available_properties = list(self.names)
        self._valid_wildcard_attributes = self.available_wildcard_properties = ["aria-"]
        # Not by Dash's own way, which looks for a Python package of the namespace for each property of each component.
        if unknown := [name for name in properties if name not in self.names and not name.startswith("aria-")]:
            raise TypeError(f"{self._type} has no property {', '.join(unknown)}; it has {', '.join(self.names)}.")
        vars(self).update(properties)


class Figure(_Ours):
    """A chart: the server's drawings until a reader points at it, then plotly's.

    `plot` is a plotly dict; where its `layout.meta.svg_only` is true (what plotly would draw badly), the drawings stay.
    """

    names = ("id", "drawings", "plot", "style")
    _namespace, _type = NAMESPACE, "Figure"

    def __init__(self, id: str, plot: dict[str, Any]) -> None:  # noqa: A002  # Dash's name
        drawings, style = draw_figure(plot)
        super().__init__(id=id, plot=plot, drawings=drawings, style=style)


class Input(_Ours):
    """A plain form field, by the names that React has for its attributes; `value` is what it holds at first."""

    names = (
        "id", "name", "type", "value", "maxLength", "placeholder", "className", "autoComplete", "required", "list",
        "role", "spellCheck", "min", "max", "step", "inputMode", "checked",
    )  # fmt: skip
    _namespace, _type = NAMESPACE, "Input"


class Frozen(_Ours):
    """An element of the page whose content is finished HTML; `attributes` by the names that React has for them."""

    names = ("tag", "attributes", "html")
    _namespace, _type = NAMESPACE, "Frozen"


class Address(_Ours):
    """Shows nothing; holds the path and query of the address at which the reader is."""

    names = ("id", "pathname", "search")
    _namespace, _type = NAMESPACE, "Address"
