"""What the cities' data leave out and why a city has no value: said before anything is compared."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.context import Context
from dashboard.indicator import Indicator
from dashboard.panels.part_years import tells_months
from dashboard.query.model import Query

COVERAGE = "coverage"


def scope_notes(ctx: Context, name: str = "purchases", *, is_open: bool = False) -> html.Details:
    """How the data of the cities shown differ in scope and which of them publish none, before anything is compared.

    `is_open` where no figure may be read without it; on a telephone, where it would hide the filters, it is folded.
    """
    shown = ctx.state.cities or tuple(ctx.codes.cities)
    items = [
        html.Li([html.Strong(f"{ctx.text(source.title)}: "), ctx.text(source.scope)])
        for source in ctx.package.dataset(name).sources
        if source.scope is not None and source.city_code in (None, *shown)
    ]
    reasons = (absence_reason(ctx, table, city) for table in ctx.package.dataset(name).resources for city in shown)
    items += [html.Li(reason) for reason in dict.fromkeys(reasons) if reason]
    words = ctx.t("The cities' data differ in scope: what each leaves out")
    head = [html.P(html.Strong(words), className="note__head")] if is_open else []
    return html.Details(
        [html.Summary(words), *head, *([html.Ul(items)] if items else [])],
        className="note note--unfolds" if is_open else "note",
    )


def missing_words(ctx: Context, indicator: Indicator, city: str) -> str:
    """That a city has no value, and the reason that its coverage gives."""
    nothing = ctx.t("{city}: no value.", city=ctx.city(city))
    reason = absence_reason(ctx, indicator.table, city)
    return f"{nothing} {reason}" if reason else nothing


def absence_reason(ctx: Context, table: str, city: str) -> str | None:
    """Why there is no source of a city for the table, where it was looked for in vain; None where there is one."""
    rows = coverage(ctx, table, city)
    return next((row["scope"] for row in rows if row["status_code"] == "no_source" and row["scope"]), None)


def coverage(ctx: Context, table: str, city: str) -> list[dict[str, Any]]:
    """The years of a table for a city, the newest first, with `scope` in the reader's language; none where the
    release does not say."""
    if not ctx.package.has(COVERAGE):
        return []
    scope = f"scope_{ctx.language}"
    months = ("months_count",) if tells_months(ctx) else ()
    columns = ("table_name", "city_code", "year", "status_code", "rows_count", scope, *months)
    # Of all cities and tables, since a page that asks for one asks for more: one question for all of them.
    rows = ctx.engine.rows(Query(COVERAGE, columns=columns, order_by=(("year", "desc"),)))
    own = [row for row in rows if (row["table_name"], row["city_code"]) == (table, city)]
    return [{**row, "scope": row[scope]} for row in own]


def scope_section(ctx: Context, table: str, cities: list[str]) -> html.Section:
    """What the data of each city leave out, to be read before they are compared; in its newest year that says so."""
    t = ctx.t
    items = [
        html.Li([html.Strong(f"{ctx.city(city)}: "), _scope(ctx, table, city) or t("the source does not say.")])
        for city in cities
    ]
    heading = html.H2(t("Read this before you compare"))
    lede = html.P(t("The cities' data differ in scope: a difference below may be one of scope."))
    return html.Section([heading, lede, html.Ul(items)], className="note note--warn scope")


def _scope(ctx: Context, table: str, city: str) -> str | None:
    return next((row["scope"] for row in coverage(ctx, table, city) if row["scope"]), None)
