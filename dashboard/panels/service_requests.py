"""How many requests are made, month by month, and in which time they are closed: all of them, in classes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, columns, horizontal_bars
from dashboard.figures.style import CITY_COLOURS
from dashboard.panels import service_sums as sums
from dashboard.panels.change import add_city, telling_absent
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.scope import request_filters, result_filters
from dashboard.panels.service_sums import CLOSED, ONCE, closed_share, settle_year
from dashboard.query.answer import records
from dashboard.query.model import Filter, Measure, Query
from dashboard.state import OF_SERVICES

DAYS = (1, 3, 7, 14, 28)
"""Ends of the classes of closing times, in days of 24 hours; a time on an end is in the class below it."""
UNTIMED = (
    Measure("requested_count", "count"),
    Measure("open_count", "count", where=(Filter("status_code", "eq", "open"),)),
    Measure("unknown_status_count", "count", where=(Filter("status_code", "is_null"),)),
    Measure("untimed_count", "count", where=(*CLOSED, Filter("closing_hours", "is_null"))),
)


def months_query(ctx: Context) -> Query:
    """Requests and how they stand, by city and month."""
    counts = ("requested_count", "closed_count", "unknown_status_count")
    return Query(
        "service_results",
        tuple(Measure(name, "sum", name) for name in counts),
        ("city_code", "request_year", "request_month"),
        filters=result_filters(ctx),
    )


def derive_months(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name and the share closed."""
    frame = add_city(ctx, frame)
    frame["closed_share"] = [closed_share(row) for row in records(frame)]
    return frame


def months_view(ctx: Context) -> View:
    """A column per month and city; a month without data is missing, not zero."""
    t, f = ctx.t, ctx.f
    frame = derive_months(ctx, ctx.engine.run(months_query(ctx)))
    table = (
        Column("city", t("City")),
        Column("request_year", t("Year")),
        Column("request_month", t("Month")),
        Column("requested_count", t("Requests"), "count", is_number=True),
        Column("closed_count", t("Closed"), "count", is_number=True),
        Column("unknown_status_count", t("Status not known"), "count", is_number=True),
        Column("closed_share", t("Share closed"), "share", is_number=True),
    )
    subtitle = t("Service requests by month, 1 is January")
    rows = records(frame)
    if not rows:
        return sums.empty(ctx, frame, subtitle, table)
    counts = {(row["city_code"], int(row["request_month"])): int(row["requested_count"]) for row in rows}
    cities = [code for code in ctx.codes.cities if any(city == code for city, _ in counts)]
    most = max(counts, key=lambda key: counts[key])
    title = t(
        "{city} had most requests in {month} {year}: {n}",
        city=ctx.city(most[0]),
        month=f.month(most[1]),
        year=ctx.state.year,
        n=f.number(counts[most]),
    )
    summary = _months_summary(ctx, rows, cities, counts)
    figure = columns(
        [str(month) for month in sums.MONTHS],
        [
            Bars(ctx.city(code), [counts.get((code, month)) for month in sums.MONTHS], CITY_COLOURS[code])
            for code in cities
        ],
        f.number,
        t("requests"),
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, table, frame, figure)


def _months_summary(
    ctx: Context, rows: list[dict[str, Any]], cities: list[str], counts: Mapping[tuple[str, int], int]
) -> str:
    t, f = ctx.t, ctx.f
    parts = []
    for code in cities:
        mine = [row for row in rows if row["city_code"] == code]
        whole = {name: sum(int(row[name]) for row in mine) for name in
                 ("requested_count", "closed_count", "unknown_status_count")}  # fmt: skip
        share = closed_share(whole)
        parts.append(
            t(
                "{city}: requests in the year {n}, closed of those whose status is known {share}.",
                city=ctx.city(code),
                n=f.number(whole["requested_count"]),
                share="–" if share is None else f.percent(share),
            )
        )
        if missing := [f.month(month) for month in sums.MONTHS if (code, month) not in counts]:
            parts.append(t("No data: {names}.", names=", ".join(missing)))
    return " ".join(parts)


def classes_query(ctx: Context) -> Query:
    """By city: requests closed within each of DAYS, all that were closed in a known time, and the others."""
    within = tuple(
        Measure(f"within_{days}_days_count", "count", where=(Filter("closing_hours", "le", days * 24),))
        for days in DAYS
    )
    timed = Measure("closing_timed_count", "count", where=(Filter("closing_hours", "not_null"),))
    return Query(
        "service_requests", (*UNTIMED, *within, timed), ("city_code",), filters=request_filters(ctx), once=ONCE
    )


def derive_classes(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """A row per city and class instead: how many requests, and which part of the city's."""
    rows = []
    for row in records(frame):
        counts = _class_counts(row)
        rows += [
            {
                "city": ctx.city(row["city_code"]),
                "time_class": name,
                "requests_count": count,
                "requests_share": count / int(row["requested_count"]),
            }
            for name, count in zip(class_names(ctx), counts, strict=True)
        ]
    names = ["city", "time_class", "requests_count", "requests_share"]
    return pd.DataFrame(rows, columns=names).astype({"requests_count": "Int64"})


def class_names(ctx: Context) -> list[str]:
    """The classes in words, those without a time last."""
    t = ctx.t
    between = [t("{first}–{last} d", first=one, last=other) for one, other in pairwise(DAYS)]
    first, last = t("up to {n} d", n=DAYS[0]), t("over {n} d", n=DAYS[-1])
    return [first, *between, last, t("no time"), t("open"), t("not known")]


def _class_counts(row: Mapping[str, Any]) -> list[int]:
    ends = [0, *(int(row[f"within_{days}_days_count"]) for days in DAYS), int(row["closing_timed_count"])]
    timed = [last - first for first, last in pairwise(ends)]
    return [*timed, *(int(row[name]) for name in ("untimed_count", "open_count", "unknown_status_count"))]


def classes_view(ctx: Context) -> View:
    """A bar per class and city; requests without a closing time are shown, not dropped."""
    t, f = ctx.t, ctx.f
    answer = ctx.engine.run(classes_query(ctx))
    frame = derive_classes(ctx, answer)
    table = (
        Column("city", t("City")),
        Column("time_class", t("Closed in")),
        Column("requests_count", t("Requests"), "count", is_number=True),
        Column("requests_share", t("Share of the city's requests"), "share", is_number=True),
    )
    subtitle = t("Requests by the time in which they were closed; d is a day of 24 hours")
    rows = records(answer)
    if not rows:
        return sums.empty(ctx, frame, subtitle, table)
    names = class_names(ctx)
    counts = {row["city_code"]: _class_counts(row) for row in rows}
    first = next(code for code in ctx.codes.cities if code in counts)
    mine, whole = counts[first], sum(counts[first])
    week = sum(mine[: DAYS.index(7) + 1])
    title = t(
        "{city}: {share} of all requests were closed within a week", city=ctx.city(first), share=f.percent(week / whole)
    )
    largest = max(range(len(names)), key=lambda place: mine[place])
    summary = t(
        "{city}: the largest class is “{name}” with {n} of {all} requests. {share} are still open.",
        city=ctx.city(first),
        name=names[largest],
        n=f.number(mine[largest]),
        all=f.number(whole),
        share=f.percent(mine[-2] / whole),
    )
    figure = horizontal_bars(
        names,
        [Bars(ctx.city(code), counts[code], CITY_COLOURS[code]) for code in ctx.codes.cities if code in counts],
        f.number,
        t("requests"),
        f"{title}. {summary}",
    )
    explained = t(
        "“No time” is a closed request without a time, “not known” one whose status is neither open nor closed."
    )
    return View(title, subtitle, summary, table, frame, figure, (explained,))


MONTHS = telling_absent(
    Panel(
        "service-months",
        "service_results",
        OF_SERVICES,
        months_query,
        months_view,
        derive_months,
        settle=settle_year,
        page="services",
    )
)
CLASSES = telling_absent(
    Panel(
        "service-classes", "service_requests", OF_SERVICES, classes_query, classes_view, derive_classes, page="services"
    )
)
