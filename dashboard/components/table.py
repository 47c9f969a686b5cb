"""A table of data in a region that scrolls by itself, reachable by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from dashboard.components.attributes import aria
from dashboard.components.browser import Frozen
from dashboard.components.elements import html
from dashboard.components.phrases import Phrases, with_phrases
from dashboard.html.attributes import attributes_text
from dashboard.html.markup import escape_text
from dashboard.i18n import Formats
from dashboard.panels.panel import Column
from dashboard.proper_names import is_name, language_of, shown

ROWS_BEFORE_IT_SCROLLS = 30
MOST_SHOWN = 500
"""Rows that a page shows of a table; all are in its download."""
ROOM = {"text": "long", "name": "name"}
"""Classes by unit: names and whole sentences get room, so that a row does not become a tower."""
_FIGURE = re.compile(r"\d[\w .-]{0,13}")
"""A business id, a code, a day: what begins with a digit and is short, so that it can stay on one line."""


@dataclass(frozen=True)
class Order:
    """How a table may be sorted: by which column it is, and the address that sorts it by another one."""

    address: Callable[[str], str]
    """Of `column` or `column.desc`."""
    label: Callable[[str], str]
    """What the head of a column is called for those who do not see its table; it begins with the column's title."""
    column: str | None = None
    is_descending: bool = False


def cell_text(formats: Formats, column: Column, row: Mapping[str, Any], *, cents: bool = False) -> str:
    """A value as the reader's language writes it; money with `cents` where any amount of its column has them."""
    value = row[column.name]
    if value is None or value is pd.NA or value != value:  # NaN is the one value that is not itself  # noqa: PLR0124
        return "–"
    if column.unit == "share":
        return formats.part(float(value))
    if column.unit == "index":
        return formats.decimal(float(value))
    if column.unit == "count":
        return formats.number(int(value))
    if column.unit == "EUR":
        return formats.money(value, cents=cents)
    return formats.cell(value, column.unit)


def data_table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    formats: Formats,
    links: Mapping[str, Callable[[Mapping[str, Any]], str | None]] | None = None,
    *,
    whole: bool = False,
    order: Order | None = None,
    phrases: Phrases | None = None,
) -> html.Div:
    """The rows as a table. `links` gives, by column, the address that a row's cell leads to.

    A long table scrolls within the page but where it is shown `whole`: there it is what the page is for.
    With `order` the heads of its columns sort it. `phrases` are those of the caption in another language.
    """
    links = links or {}
    with_cents = {c.name for c in columns if c.unit == "EUR" and any(_has_cents(row[c.name]) for row in rows)}

    names = {column.name for column in columns if is_name(column.name)}
    boxes = [_box(column, rows, formats.language, is_first=index == 0) for index, column in enumerate(columns)]

    def cell(column: Column, row: Mapping[str, Any]) -> str:
        language = row.get(column.language_in) if column.language_in else None
        if column.name in names:
            name = row[column.name]
            published = language or column.language
            language = language_of(formats.language, name, published) if published else None
            row = {**row, column.name: shown(formats.language, column.name, name)}
        text = escape_text(cell_text(formats, column, row, cents=column.name in with_cents))
        if language:
            mark = {"lang": language if language != formats.language else None}
            text = f"<span{attributes_text(mark)}>{text}</span>"  # one in every language, so that pages are alike
        href = links[column.name](row) if column.name in links else None
        return f"<a{attributes_text({'href': href})}>{text}</a>" if href else text

    # Written straight away: a component for each of a few thousand cells would take most of a page's time.
    body = "".join(
        f"<tr>{''.join(box % cell(column, row) for box, column in zip(boxes, columns, strict=True))}</tr>"
        for row in rows[:MOST_SHOWN]
    )
    head = html.Tr([column_head(column, order) for column in columns])
    table = html.Table(
        [
            html.Caption(with_phrases(caption, phrases or {}), className="visually-hidden"),
            html.Thead(head),
            Frozen(tag="tbody", attributes={}, html=body),
        ],
        className="data",
    )
    tall = " table-scroll--tall" if len(rows) > ROWS_BEFORE_IT_SCROLLS and not whole else ""
    return html.Div(table, className=f"table-scroll{tall}", tabIndex=0, role="region", **aria(label=caption))


def column_head(column: Column, order: Order | None) -> html.Th:
    """The head of a column; the one by which the table is sorted says so, and turns the order round."""
    is_word = "-" in column.title and " " not in column.title  # a hyphen would part it, as FO-nummer
    look = " ".join(name for name, holds in (("num", column.is_number), ("one-line", is_word)) if holds) or None
    if order is None:
        return html.Th(column.title, scope="col", className=look)
    is_sorted = column.name == order.column
    # Numbers are looked at from the largest, texts from A.
    falls = not order.is_descending if is_sorted else column.is_number
    sign = html.Span("↓" if order.is_descending else "↑", className="sort__sign", **aria(hidden="true"))
    link = html.A(
        [column.title, *([sign] if is_sorted else [])],
        href=order.address(f"{column.name}.desc" if falls else column.name),
        className="sort",
        rel="nofollow",
        **aria(label=order.label(column.title)),
    )
    said = {"sort": "descending" if order.is_descending else "ascending"} if is_sorted else {}
    return html.Th(link, scope="col", className=look, **aria(**said))


def _has_cents(value: Any) -> bool:
    return isinstance(value, Decimal) and value.is_finite() and value != value.to_integral_value()


def _holds_figures(column: Column, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether all that is known in a column of words are ids, codes or days, which a hyphen or a space would part."""
    known = [row[column.name] for row in rows if row[column.name] is not None]
    return bool(known) and all(_FIGURE.fullmatch(str(value)) for value in known)


def _box(column: Column, rows: Sequence[Mapping[str, Any]], page_language: str, *, is_first: bool) -> str:
    """A cell of the column with `%s` for its content; the first cell of a row names the row."""
    look = "num" if column.is_number else ROOM.get(column.unit or "")
    if look is None and _holds_figures(column, rows):
        look = "one-line"
    # A name may be in the page's language in one row and in the published one in another: each says it for itself.
    language = column.language if column.language != page_language and not is_name(column.name) else None
    attributes = {"className": look, "lang": language, "scope": "row" if is_first else None}
    name = "th" if is_first else "td"
    return f"<{name}{attributes_text(attributes)}>%s</{name}>"
