"""Filters as a plain form: it works without scripts, and with them applies as soon as something is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html

from dashboard.components.attributes import data
from dashboard.components.browser import Input
from dashboard.state import MAX_SEARCH_LENGTH


@dataclass(frozen=True)
class Choice:
    """A select: its URL parameter, label, options as (value, text), and what is chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


Kept = Sequence[tuple[str, str]]
"""URL parameters that a form leaves as they are."""


def kept_fields(kept: Kept) -> list[Input]:
    """Hidden fields for what another form of the page has set."""
    return [Input(type="hidden", name=name, value=value) for name, value in kept]


def filter_form(action: str, choices: Sequence[Choice], button: str, reset: str, kept: Kept = ()) -> html.Form:
    """A row of selects that reloads the view with what is chosen."""
    fields = [
        html.Div(
            [
                html.Label(choice.label, htmlFor=f"filter-{choice.name}"),
                html.Select(
                    [html.Option(text, value=value, selected=value == choice.chosen) for value, text in choice.options],
                    id=f"filter-{choice.name}",
                    name=choice.name,
                ),
            ],
            className="filters__field",
        )
        for choice in choices
    ]
    actions = html.Div(
        [
            html.Button(button, type="submit", className="button"),
            html.A(reset, href=action, className="button button--quiet"),
        ],
        className="filters__actions",
    )
    return html.Form(
        [*kept_fields(kept), *fields, actions], className="filters", method="get", action=action, **data(auto="")
    )


def search_form(action: str, label: str, button: str, value: str, kept: Kept = ()) -> html.Form:
    """One box that looks for part of a name."""
    return html.Form(
        [
            html.Label(label, htmlFor="search-box"),
            Input(
                id="search-box",
                name="q",
                type="search",
                value=value,
                maxLength=MAX_SEARCH_LENGTH,
            ),
            html.Button(button, type="submit", className="button"),
            *kept_fields(kept),
        ],
        className="search",
        method="get",
        action=action,
        role="search",
    )
