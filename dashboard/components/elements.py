"""The elements of HTML as `dash.html` has them, made in a tenth of its time.

Dash's own constructor looks up a version and writes the beginning of an error for each property, even where nothing is
wrong with it. A page has a thousand elements. These are the same classes but for how they are filled.
"""

from __future__ import annotations

from abc import ABCMeta
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
            for name, value in properties.items():
                if name not in names and not name.startswith(wild):
                    known = ", ".join(sorted(names))
                    raise TypeError(f"html.{kind.__name__} has no property {name!r}; it has {known}.")
                if isinstance(value, Component):
                    raise TypeError(f"html.{kind.__name__} has a component for {name!r}: put all into one list.")
                if name == "id" and not isinstance(value, str):
                    raise TypeError(f"The id of html.{kind.__name__} is {value!r}: give a text.")
            vars(self).update(shared)
            vars(self).update(properties, children=children)

        own = {"__init__": fill, "__doc__": kind.__doc__, "__module__": __name__}
        # Past Dash's own way of making classes, through which each page would tell the browser about all of them again.
        return ABCMeta.__new__(type(kind), kind.__name__, (kind,), own)

    html = SimpleNamespace(**{name: _quick(getattr(dash.html, name)) for name in dash.html.__all__})
