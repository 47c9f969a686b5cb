"""Filters as a plain form: it works without scripts, and with them applies as soon as something is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from dashboard.components.attributes import data
from dashboard.components.browser import Input
from dashboard.components.checkboxes import checkboxes
from dashboard.components.elements import html
from dashboard.i18n.plain import capital
from dashboard.state import MAX_SEARCH_LENGTH


@dataclass(frozen=True)
class Choice:
    """A select: its URL parameter, label, options as (value, text), and what is chosen."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str
    languages: Mapping[str, str] = field(default_factory=dict)
    """Value -> language of its text, where that is not the page's."""


@dataclass(frozen=True)
class Several:
    """Boxes for several values; `hint` says what it means that none of them is ticked."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: Sequence[str]
    hint: str | None = None


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


def kept_fields(action: str, kept: Kept = ()) -> list[Input]:
    """Hidden fields for what another form of the page has set, and for the query of the form's own address, which a
    browser would leave out."""
    pairs = [*parse_qsl(urlsplit(action).query), *kept]
    return [Input(type="hidden", name=name, value=value) for name, value in pairs]


def filter_form(action: str, choices: Choices, button: str, reset: str, kept: Kept = ()) -> html.Form:
    """A row of fields that reloads the view with what is chosen."""
    fields = [_part(choice) for choice in choices]
    actions = html.Div(
        [
            html.Button(button, type="submit", className="button"),
            html.A(reset, href=action, className="button button--quiet"),
        ],
        className="filters__actions",
    )
    parts = [*kept_fields(action, kept), *fields, actions]
    return html.Form(parts, className="filters", method="get", action=action, **data(auto=""))


def _part(choice: Choice | Several | Amount) -> html.Div | html.Fieldset:
    if isinstance(choice, Several):
        return checkboxes(choice.name, choice.label, dict(choice.options), choice.chosen, choice.hint)
    return html.Div(_field(choice), className="filters__field")


def _field(choice: Choice | Amount) -> list[Any]:
    """The label and the control. What is wrong stands within the label, so that it is read out with it."""
    key = f"filter-{choice.name}"
    if isinstance(choice, Amount):
        error = [html.Span(choice.error, className="filters__error")] if choice.error else []
        box = Input(id=key, name=choice.name, value=choice.value, type="text", inputMode="numeric")
        return [html.Label([choice.label, *error], htmlFor=key), box]
    options = [  # the words of the site stand alone here; names in another language are as they are published
        html.Option(
            text if value in choice.languages else capital(text),
            value=value,
            selected=value == choice.chosen,
            lang=choice.languages.get(value),
        )
        for value, text in choice.options
    ]
    return [html.Label(choice.label, htmlFor=key), html.Select(options, id=key, name=choice.name)]


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
            *kept_fields(action, kept),
        ],
        className="search",
        method="get",
        action=action,
        role="search",
    )
