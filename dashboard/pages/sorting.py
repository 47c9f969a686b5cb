"""Tables of pages that are no figure's: sorted as the address asks, like those of figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboard.components.elements import html
from dashboard.components.table import Order, data_table
from dashboard.context import Context
from dashboard.panels.ordering import asked_order
from dashboard.panels.panel import Column, sorted_places


def sorted_rows(
    ctx: Context,
    name: str,
    path: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    anchor: str | None = None,
) -> tuple[list[Mapping[str, Any]], Order]:
    """(the rows as the address asks for them, how the heads of the table on the page at `path` sort it). `name` is what
    `sort` calls the table; it stands at the id `anchor`, where that is another one."""
    column, falls = asked_order(ctx, name, columns)
    found = list(rows)
    if column is not None:
        key = next(item.key or item.name for item in columns if item.name == column)
        found = [found[at] for at in sorted_places([row[key] for row in found], falls=falls)]

    def address(order: str) -> str:
        return ctx.path(path, ctx.state.change(sort=f"{name}.{order}", page=1)) + f"#{anchor or name}"

    def label(title: str) -> str:
        return ctx.t("{column}: sort the table {title}", column=title, title=caption)

    return found, Order(address, label, column, falls)


def sorted_table(
    ctx: Context,
    name: str,
    path: str,
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    links: Mapping[str, Callable[[Mapping[str, Any]], str | None]] | None = None,
    *,
    whole: bool = False,
) -> html.Div:
    """The rows as a table whose heads sort it; its id is `name`."""
    found, order = sorted_rows(ctx, name, path, caption, columns, rows)
    return html.Div(data_table(caption, columns, found, ctx.f, links, whole=whole, order=order), id=name)
