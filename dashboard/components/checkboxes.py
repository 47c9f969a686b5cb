"""Several of a few, chosen by boxes in a plain form."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dash import dcc, html

CHECKED = "is-checked"
"""Dash's input has no property for it: the server writes the attribute, site.js hands it on to Dash's page."""


def checkboxes(name: str, legend: str, options: Mapping[str, str], chosen: Collection[str]) -> html.Fieldset:
    """A box for each value of `options` (value -> text), those of `chosen` ticked."""
    boxes = [
        html.Label(
            [
                dcc.Input(
                    id=f"{name}-{value}",
                    name=name,
                    value=value,
                    type="checkbox",
                    className=CHECKED if value in chosen else None,
                ),
                html.Span(text),
            ],
            htmlFor=f"{name}-{value}",
            className="checkbox",
        )
        for value, text in options.items()
    ]
    return html.Fieldset([html.Legend(legend), *boxes], className="checkboxes")
