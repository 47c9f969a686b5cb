"""One indicator as leadership reads it: where each city stands, what it is held against, who answers for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components.attributes import aria
from dashboard.components.browser import Frozen
from dashboard.components.elements import html
from dashboard.components.table import Order, column_head
from dashboard.i18n import Translator
from dashboard.panels.panel import Column

SIGNS = {"crossed": "▲", "beyond": "●", "within": "✓", "none": "–", "met": "✓", "not_met": "✕", "not_known": "?"}
"""The shape of a state, so that colour is never its only sign."""


@dataclass(frozen=True)
class Standing:
    """A row of the table: words, and the signs (keys of `SIGNS`) of two states."""

    city: str
    href: str
    period: str
    value: str
    change: str
    spark: Frozen
    threshold: tuple[str, str]
    target: tuple[str, str] | None
    """None where the city has no target; the card says once where none has."""


@dataclass(frozen=True)
class Definition:
    """The words of an indicator; `facts` are terms with what they say, `is_overdue` those that ask for a look."""

    code: str
    title: str
    description: str
    caveats: str
    facts: Sequence[tuple[str, str]]
    overdue: str | None


def state(words: str, sign: str) -> html.Span:
    """A state in words, with its shape; the words are what is read out."""
    shape = html.Span(SIGNS[sign], className="state__sign", **aria(hidden="true"))
    return html.Span([shape, " ", words], className=f"state state--{sign.replace('_', '-')}")


def card_columns(t: Translator) -> tuple[Column, ...]:
    """The columns of a card's table that it can be sorted by."""
    return (
        Column("city", t("City")),
        Column("threshold", t("Threshold")),
        Column("value", t("Value"), is_number=True),
        Column("change", t("Change"), is_number=True),
        Column("period", t("Period"), "period"),
        Column("target", t("Target")),
    )


def indicator_card(
    definition: Definition,
    standings: Sequence[Standing],
    missing: Sequence[str],
    more: Sequence[Any],
    t: Translator,
    order: Order | None = None,
) -> html.Section:
    """The card; `missing` says which cities have no value and why, `more` stands at its end. With `order` the heads of
    its table sort it, but for that of the drawings."""
    name = f"indicator-{definition.code}"
    has_target = any(one.target for one in standings)
    columns = (column for column in card_columns(t) if has_target or column.name != "target")
    head = html.Tr([*(column_head(column, order) for column in columns), html.Th(t("Trend"), scope="col")])
    table = html.Table(
        [
            html.Caption(definition.title, className="visually-hidden"),
            html.Thead(head),
            html.Tbody([_row(one, has_target=has_target) for one in standings]),
        ],
        className="data",
    )
    label = t("Table: {title}", title=definition.title)
    region = html.Div(table, className="table-scroll", tabIndex=0, role="region", **aria(label=label))
    parts: list[Any] = [
        html.H2(definition.title, id=f"{name}-title", className="panel__title"),
        html.P(definition.description, className="panel__subtitle"),
        region if standings else None,
        *(html.P(text, className="note") for text in missing),
        html.P(definition.caveats, className="note"),
        _limits(definition, t),
        html.P(definition.overdue, className="note note--warn") if definition.overdue else None,
        *more,
    ]
    return html.Section(parts, className="panel indicator", id=name, **aria(labelledby=f"{name}-title"))


def _limits(definition: Definition, t: Translator) -> html.Details:
    """Direction, targets, thresholds and owner, folded: the table above says already what they come to."""
    facts = [html.Div([html.Dt(term), html.Dd(said)]) for term, said in definition.facts]
    name = t("Target, threshold and owner")
    label = f"{name}: {definition.title}"
    return html.Details([html.Summary(name, **aria(label=label)), html.Dl(facts, className="facts")])


def _row(one: Standing, *, has_target: bool) -> html.Tr:
    return html.Tr(
        [
            html.Th(html.A(one.city, href=one.href), scope="row"),
            html.Td(state(*one.threshold)),
            html.Td(one.value, className="num"),
            html.Td(one.change, className="num"),
            html.Td(one.period),
            *([html.Td(state(*one.target) if one.target else "–")] if has_target else []),
            html.Td(one.spark),
        ]
    )
