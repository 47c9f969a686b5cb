"""What the cities' data leave out and why a city has no value: said before anything is compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.components.elements import html
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
    alike: dict[str, list[str]] = {}  # six sources of one register leave out the same: it is said once
    for source in ctx.package.dataset(name).sources:
        if source.scope is not None and source.city_code in (None, *shown):
            alike.setdefault(ctx.text(source.scope), []).append(ctx.text(source.title))
    items = [html.Li([html.Strong(f"{', '.join(titles)}: "), scope]) for scope, titles in alike.items()]
    tables, reasons = ctx.package.dataset(name).resources, absence_reasons(ctx)
    for table in tables:
        absent = {city: reasons[table, city] for city in shown if (table, city) in reasons}
        items += [
            html.Li([html.Strong(f"{', '.join(map(ctx.city, cities))}: "), reason])
            for reason, cities in _alike(ctx, absent).items()
        ]
    words = ctx.t("The cities' data differ in scope: what each leaves out")
    head = [html.P(html.Strong(words), className="note__head")] if is_open else []
    return html.Details(
        [html.Summary(words), *head, *([html.Ul(items)] if items else [])],
        className="note note--unfolds" if is_open else "note",
    )


def missing_words(ctx: Context, indicator: Indicator, cities: Iterable[str]) -> list[str]:
    """That the cities have no value, and the reason that their coverage gives; once for those that share it."""
    reasons = absence_reasons(ctx)
    said = []
    for reason, them in _alike(ctx, {city: reasons.get((indicator.table, city), "") for city in cities}).items():
        nothing = ctx.t("No value: {cities}.", cities=", ".join(map(ctx.city, them)))
        said.append(f"{nothing} {reason[:1].upper()}{reason[1:]}".strip())
    return said


def _alike(ctx: Context, reasons: Mapping[str, str]) -> dict[str, list[str]]:
    """Reason -> the cities whose it is; a reason that begins with its city's name is told without it."""
    found: dict[str, list[str]] = {}
    for city, reason in reasons.items():
        found.setdefault(reason.removeprefix(f"{ctx.city(city)}: "), []).append(city)
    return found


def absence_reasons(ctx: Context) -> dict[tuple[str, str], str]:
    """(table, city) -> why there is no source of the city for the table, where it was looked for in vain."""
    rows = [row for row in _coverage(ctx) if row["status_code"] == "no_source" and row["scope"]]
    return {(row["table_name"], row["city_code"]): row["scope"] for row in reversed(rows)}  # the newest year's


def coverage(ctx: Context, table: str, city: str) -> list[dict[str, Any]]:
    """The years of a table for a city, the newest first, with `scope` in the reader's language; none where the
    release does not say."""
    return [row for row in _coverage(ctx) if (row["table_name"], row["city_code"]) == (table, city)]


def _coverage(ctx: Context) -> list[dict[str, Any]]:
    """The same of all tables and cities: a page that asks for one asks for more, so one question serves all."""
    if not ctx.package.has(COVERAGE):
        return []
    scope = f"scope_{ctx.language}"
    months = ("months_count",) if tells_months(ctx) else ()
    columns = ("table_name", "city_code", "year", "status_code", "rows_count", scope, *months)
    rows = ctx.engine.rows(Query(COVERAGE, columns=columns, order_by=(("year", "desc"),)))
    return [{**row, "scope": row[scope]} for row in rows]


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
