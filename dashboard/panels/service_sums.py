"""Service requests as counts and times: what the panels of requests ask, and how they say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pandas.arrays import ArrowExtensionArray

from dashboard.context import Context
from dashboard.figures.ranges import Span
from dashboard.i18n.words import NO_SERVICE, service_words
from dashboard.panels.budget_sums import known
from dashboard.panels.change import add_city
from dashboard.panels.panel import Column, View
from dashboard.panels.scope import request_filters
from dashboard.query.answer import records
from dashboard.query.model import Filter, Measure, Once, Query

ONCE = Once(("city_code", "service_request_id"), (("requested_date", "desc"), ("response_hours", "desc")))
"""Of a request that stands in two files the record with the latest entry, as in the table of service results."""
CLOSED = (Filter("status_code", "eq", "closed"),)
COUNTS = (
    Measure("requested_count", "count"),
    Measure("closed_count", "count", where=CLOSED),
    Measure("unknown_status_count", "count", where=(Filter("status_code", "is_null"),)),
    Measure("closing_timed_count", "count", where=(Filter("closing_hours", "not_null"),)),
)
LEVELS = (("p10", 0.1), ("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p90", 0.9))
CLOSING = tuple(Measure(f"closing_hours_{name}", "quantile", "closing_hours", at=level) for name, level in LEVELS)
RESPONSE_SPREAD = tuple(
    Measure(f"response_hours_{name}", "quantile", "response_hours", at=level) for name, level in LEVELS
)
RESPONSE = (RESPONSE_SPREAD[2], RESPONSE_SPREAD[4])
MONTHS = range(1, 13)
HOURS_A_DAY = 24
"""The data give hours, the site shows days of 24 hours: one unit in titles, axes and tables."""


def times_query(ctx: Context, *dimensions: str) -> Query:
    """Counts and times by city and other fields; every request once."""
    return Query(
        "service_requests",
        (*COUNTS, *CLOSING, *RESPONSE),
        ("city_code", *dimensions),
        filters=request_filters(ctx),
        once=ONCE,
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """What `name_rows` adds, and the share closed of those whose status is known."""
    frame = name_rows(ctx, frame)
    frame["closed_share"] = [closed_share(row) for row in records(frame)]
    return frame


def name_rows(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name, the service's, and the times in days."""
    frame = _in_days(add_city(ctx, frame))
    if "service_code" in frame.columns:
        place = list(frame.columns).index("service_code") + 1
        frame.insert(place, "service", [service_name(ctx, row["service_code"]) for row in records(frame)])
    return frame


def _in_days(frame: pd.DataFrame) -> pd.DataFrame:
    """The times of a frame, `*_hours_*`, as `*_days_*` in their places."""
    columns = {str(name): column for name, column in frame.items()}
    days = {
        name.replace("_hours_", "_days_"): _from_hours(column) if "_hours_" in name else column
        for name, column in columns.items()
    }
    return pd.DataFrame(days, copy=False)


def _from_hours(hours: pd.Series[Any]) -> ArrowExtensionArray:
    known = pc.cast(hours.array.__arrow_array__(), pa.float64())
    return ArrowExtensionArray(pc.divide(known, float(HOURS_A_DAY)))


def with_languages(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of `name_rows` for a view: it tells of each service's name in which language it is."""
    languages = [ctx.name_language("service", row["service_code"]) for row in records(frame)]
    return frame.assign(service_language=pd.Series(languages, frame.index, dtype=object))


def service_column(ctx: Context) -> Column:
    """The column of services in a frame of `with_languages`."""
    return Column("service", ctx.t("Service"), "name", language_in="service_language")


def row_label(row: Mapping[str, Any], *, several: bool) -> str:
    """How a figure calls a row: by its service, and by its city too where there are several."""
    return f"{row['city']}: {row['service']}" if several else str(row["service"])


def service_languages(ctx: Context, rows: Sequence[Mapping[str, Any]]) -> dict[str, str | None]:
    """Service -> the language of its name where that is not the page's, of rows of `with_languages`."""
    return {row["service"]: ctx.foreign(row["service_language"]) for row in rows}


def closed_share(row: Mapping[str, Any]) -> float | None:
    """Closed of the requests whose status is known, from 0 to 1; None where none is."""
    stated = int(row["requested_count"]) - int(row["unknown_status_count"])
    return int(row["closed_count"]) / stated if stated else None


def service_name(ctx: Context, code: Any) -> str:
    """A service by its code, which is empty where a request states none."""
    return ctx.name("service", code if isinstance(code, str) else NO_SERVICE)


def quoted_service(ctx: Context, row: Mapping[str, Any]) -> str:
    """A service in a sentence: its published name in quotes, whatever its language; else its code."""
    name, code = row["service"], row["service_code"]
    is_published = isinstance(code, str) and name != service_words(ctx.t, code)
    return ctx.t("“{name}”", name=name) if is_published else name


def settle_city(ctx: Context) -> Context:
    """One city, the first of the view that has requests."""
    there = _publishing(ctx)
    found = [code for code in ctx.state.cities or ctx.codes.cities if code in there]
    return ctx.with_state(cities=(found[0],)) if found else ctx


def settle_year(ctx: Context) -> Context:
    """The newest year of requests where none is asked for."""
    years = ctx.codes.years["service_results"]
    return ctx if ctx.state.year or not years else ctx.with_state(year=years[0])


def duration(ctx: Context, days: float) -> str:
    """A time in words, in days of 24 hours."""
    return ctx.t("{n} days", n=ctx.f.decimal(days))


def closed_note(ctx: Context, rows: Sequence[Mapping[str, Any]]) -> str:
    """How many of the requests the times are of: those still open have none, and no share of all can be told by them.

    `rows` are answers of `times_query`.
    """
    return ctx.t(
        "The times are those of closed requests with a known time: {n} of {all} requests.",
        n=ctx.f.number(sum(int(row["closing_timed_count"]) for row in rows)),
        all=ctx.f.number(sum(int(row["requested_count"]) for row in rows)),
    )


def span(row: Mapping[str, Any], kind: str = "closing") -> Span | None:
    """How the times of a row are spread, those of `closing` or of `response`; None where none is known."""
    values = [known(row[f"{kind}_days_{name}"]) for name, _ in LEVELS]
    there = [value for value in values if value is not None]
    return Span(*there) if len(there) == len(values) else None


def span_key(ctx: Context) -> tuple[str, str, str]:
    """What the line, the bar and the mark of a distribution are."""
    t = ctx.t
    return t("80% of the closed requests"), t("the middle half"), t("median")


def columns(ctx: Context, *first: Column) -> tuple[Column, ...]:
    """The table of counts and times."""
    t = ctx.t
    return (
        *first,
        Column("requested_count", t("Requests"), "count", is_number=True),
        Column("closed_count", t("Closed"), "count", is_number=True),
        Column("unknown_status_count", t("Status not known"), "count", is_number=True),
        Column("closed_share", t("Share closed"), "share", is_number=True),
        _days(ctx, "closing_days_p10", t("Closing time, 10th percentile")),
        _days(ctx, "closing_days_p25", t("Closing time, 25th percentile")),
        _days(ctx, "closing_days_median", t("Closing time, median")),
        _days(ctx, "closing_days_p75", t("Closing time, 75th percentile")),
        _days(ctx, "closing_days_p90", t("Closing time, 90th percentile")),
        *response_columns(ctx)[2::2],
    )


def response_columns(ctx: Context) -> tuple[Column, ...]:
    """How response times are spread."""
    t = ctx.t
    return (
        _days(ctx, "response_days_p10", t("Response time, 10th percentile")),
        _days(ctx, "response_days_p25", t("Response time, 25th percentile")),
        _days(ctx, "response_days_median", t("Response time, median")),
        _days(ctx, "response_days_p75", t("Response time, 75th percentile")),
        _days(ctx, "response_days_p90", t("Response time, 90th percentile")),
    )


def _days(ctx: Context, name: str, title: str) -> Column:
    """A column of days; they are written with one decimal, as an index is."""
    return Column(name, f"{title} ({ctx.t('days')})", "index", is_number=True)


def empty(ctx: Context, frame: pd.DataFrame, subtitle: str, table: tuple[Column, ...]) -> View:
    """Nothing to show, and who publishes requests."""
    title = ctx.t("{what}: nothing under these filters", what=subtitle)
    return View(title, subtitle, no_data_words(ctx), table, frame, None)


def unpublished_words(ctx: Context) -> str | None:
    """That none of the cities asked for publishes requests; None where one does."""
    there = _publishing(ctx)
    cities = ctx.state.cities or tuple(ctx.codes.cities)
    if any(code in there for code in cities):
        return None
    return ctx.t("{names}: no service requests are published", names=", ".join(map(ctx.city, cities)))


def _publishing(ctx: Context) -> list[str]:
    query = Query("service_results", (Measure("months_count", "count"),), ("city_code",))
    return [row["city_code"] for row in ctx.engine.rows(query)]


def no_data_words(ctx: Context) -> str:
    """Which of the cities publish requests at all."""
    t, there = ctx.t, _publishing(ctx)
    if not there:
        return t("No city's requests are in this release.")
    return t("Only these cities publish their requests: {names}.", names=", ".join(map(ctx.city, there)))
