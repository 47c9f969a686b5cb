"""Several of a few, chosen by boxes in a plain form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from dash import dcc, html

CHECKED = "is-checked"
"""Dash's input has no property for it: the server writes the attribute, site.js hands it on to Dash's page."""


def checkboxes(name: str, legend: str, options: Mapping[str, str], chosen: Collection[str]) -> html.Fieldset:
    """A box for each value of `options` (value -> text), those of `chosen` ticked."""
    boxes = [
        html.Label(
            [
                _box(name, value, is_ticked=value in chosen),
                html.Span(text),
            ],
            htmlFor=f"{name}-{value}",
            className="checkbox",
        )
        for value, text in options.items()
    ]
    return html.Fieldset([html.Legend(legend), *boxes], className="checkboxes")


def _box(name: str, value: str, *, is_ticked: bool) -> dcc.Input:
    """One box. Dash hands the type on to the page as it is, though its own list of types lacks it."""
    kind: dict[str, Any] = {"type": "checkbox"}
    return dcc.Input(id=f"{name}-{value}", name=name, value=value, className=CHECKED if is_ticked else None, **kind)
