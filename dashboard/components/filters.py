"""Filters as a plain form: it works without scripts, and with them applies as soon as something is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from dashboard.components.attributes import aria, data
from dashboard.state import MAX_SEARCH_LENGTH


@dataclass(frozen=True)
class Choice:
    """A select: its URL parameter, label, options as (value, text), and what is chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class Several:
    """A select of several values; none of them chosen means all, as `hint` says."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: Sequence[str]
    hint: str


@dataclass(frozen=True)
class Amount:
    """A box for whole euros; `error` says what is wrong with what was written."""

    name: str
    label: str
    value: str
    error: str | None = None


Choices = Sequence[Choice | Several | Amount]
Kept = Sequence[tuple[str, str]]
"""URL parameters that a form leaves as they are."""


def kept_fields(kept: Kept) -> list[dcc.Input]:
    """Hidden fields for what another form of the page has set."""
    return [dcc.Input(type="hidden", name=name, value=value) for name, value in kept]


def filter_form(action: str, choices: Choices, button: str, reset: str, kept: Kept = ()) -> html.Form:
    """A row of fields that reloads the view with what is chosen."""
    fields = [html.Div(choice_field(choice), className="filters__field") for choice in choices]
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


def choice_field(choice: Choice | Several | Amount) -> list[Any]:
    """The label and the control. What is wrong stands within the label, so that it is read out with it."""
    key = f"filter-{choice.name}"
    if isinstance(choice, Amount):
        error = [html.Span(choice.error, className="filters__error")] if choice.error else []
        box = dcc.Input(id=key, name=choice.name, value=choice.value, type="text", inputMode="numeric", debounce=True)
        return [html.Label([choice.label, *error], htmlFor=key), box]
    several = isinstance(choice, Several)
    chosen = choice.chosen if isinstance(choice, Several) else (choice.chosen,)
    hint = [html.Span(choice.hint, className="filters__hint")] if isinstance(choice, Several) else []
    options = [html.Option(text, value=value, selected=value in chosen) for value, text in choice.options]
    size = {"multiple": True, "size": len(options)} if several else {}
    return [html.Label([choice.label, *hint], htmlFor=key), html.Select(options, id=key, name=choice.name, **size)]


def search_form(action: str, label: str, button: str, value: str, kept: Kept = ()) -> html.Form:
    """One box that looks for part of a name."""
    return html.Form(
        [
            html.Label(label, htmlFor="search-box"),
            dcc.Input(
                id="search-box",
                name="q",
                type="search",
                value=value,
                maxLength=MAX_SEARCH_LENGTH,
                debounce=True,
            ),
            html.Button(button, type="submit", className="button"),
            *kept_fields(kept),
        ],
        className="search",
        method="get",
        action=action,
        role="search",
    )


@dataclass(frozen=True)
class Toggle:
    """A value that a link switches on or off: its text, the address with it switched, whether it is on."""

    text: str
    href: str
    is_on: bool


def toggles(label: str, choices: Sequence[Toggle]) -> html.Nav:
    """Several of a few values: links, so that each press is a view with an address, with scripts or without."""
    items = [
        html.Li(
            html.A(choice.text, href=choice.href, className="toggle", **(aria(current="true") if choice.is_on else {}))
        )
        for choice in choices
    ]
    return html.Nav(
        [html.Span(label, className="toggles__label"), html.Ul(items)], className="toggles", **aria(label=label)
    )
