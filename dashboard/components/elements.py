"""The elements of HTML as `dash.html` has them, made in a tenth of its time.

Dash's own look at the version of the package that an element is of, and write the beginning of an error, for each
property of each element. A page has a thousand elements. These are the same classes but for how they are filled.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import dash.html
from dash.development.base_component import Component

__all__ = ["html"]

if TYPE_CHECKING:
    from dash import html  # what a type checker is told is Dash's own
else:

    def _quick(kind: type[Component]) -> type[Component]:
        """The class of an element, filled without a second look at what it is filled with."""
        shared = vars(kind())
        names, wild = frozenset(shared["_prop_names"]), tuple(shared["_valid_wildcard_attributes"])

        def fill(self: Component, children: Any = None, **properties: Any) -> None:
            for name in properties:
                if name not in names and not name.startswith(wild):
                    raise TypeError(f"html.{kind.__name__} has no property {name!r}.")
            vars(self).update(shared)
            vars(self).update(properties, children=children)

        return type(kind.__name__, (kind,), {"__init__": fill, "__doc__": kind.__doc__, "__module__": __name__})

    html = SimpleNamespace(**{name: _quick(getattr(dash.html, name)) for name in dash.html.__all__})
