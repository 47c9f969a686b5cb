"""Several of a few, chosen by boxes in a plain form."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dashboard.components.browser import Input
from dashboard.components.elements import html


def checkboxes(
    name: str, legend: str, options: Mapping[str, str], chosen: Collection[str], hint: str | None = None
) -> html.Fieldset:
    """A box for each value of `options` (value -> text), those of `chosen` ticked; `hint` says what none means."""
    boxes = [
        html.Label(
            [
                Input(id=f"{name}-{value}", name=name, value=value, type="checkbox", checked=value in chosen),
                html.Span(text),
            ],
            htmlFor=f"{name}-{value}",
            className="checkbox",
        )
        for value, text in options.items()
    ]
    more = [html.Span(f" ({hint})", className="checkboxes__hint")] if hint else []
    return html.Fieldset([html.Legend([legend, *more]), *boxes], className="checkboxes")
