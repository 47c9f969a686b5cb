"""How long it takes until a request is answered, by service, as far as the data tell: an upper bound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.context import Context
from dashboard.figures.ranges import ranges
from dashboard.figures.style import tell_languages
from dashboard.panels import service_sums as sums
from dashboard.panels.budget_sums import known
from dashboard.panels.change import telling_absent
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.scope import request_filters
from dashboard.query.answer import records
from dashboard.query.model import Filter, Measure, Query
from dashboard.state import OF_SERVICES

COUNTS = (
    Measure("requested_count", "count"),
    Measure("response_timed_count", "count", where=(Filter("response_hours", "not_null"),)),
)


def query(ctx: Context) -> Query:
    """Counts and response times by city and service; every request once, whether it is closed or not."""
    return Query(
        "service_requests",
        (*COUNTS, *sums.RESPONSE_SPREAD),
        ("city_code", "service_code"),
        filters=request_filters(ctx),
        once=sums.ONCE,
    )


def view(ctx: Context) -> View:
    """A row per service, the slowest first; of several cities each has rows of its own."""
    t = ctx.t
    frame = sums.with_languages(ctx, sums.name_rows(ctx, ctx.engine.run(query(ctx))))
    subtitle = t("Time from request to latest entry by service, days of 24 hours")
    rows = records(frame)
    timed = [row for row in rows if sums.span(row, "response")]
    if not timed:
        return sums.empty(ctx, frame, subtitle, _columns(ctx))
    ranked = sorted(rows, key=lambda row: -(known(row["response_days_median"]) or 0.0))
    several = len({row["city_code"] for row in rows}) > 1
    title, summary = _words(ctx, ranked[0], min(timed, key=lambda row: row["response_days_median"]), several)
    figure = ranges(
        [sums.row_label(row, several=several) for row in ranked],
        [sums.span(row, "response") for row in ranked],
        lambda value: sums.duration(ctx, value),
        t("days"),
        f"{title}. {summary}",
        key=(t("80% of the requests"), t("the middle half"), t("median")),
    )
    named = sums.service_languages(ctx, rows)
    tell_languages(figure, {sums.row_label(row, several=several): named[row["service"]] for row in ranked})
    return View(title, subtitle, summary, _columns(ctx), frame, figure, _notes(ctx, rows), phrases=named)


def _columns(ctx: Context) -> tuple[Column, ...]:
    t = ctx.t
    return (
        Column("city", t("City")),
        sums.service_column(ctx),
        Column("requested_count", t("Requests"), "count", is_number=True),
        Column("response_timed_count", t("With a response time"), "count", is_number=True),
        *sums.response_columns(ctx),
    )


def _words(ctx: Context, slow: Mapping[str, Any], fast: Mapping[str, Any], several: bool) -> tuple[str, str]:
    """(title, summary): the slowest service and the fastest."""
    t = ctx.t
    name, times = sums.quoted_service(ctx, slow), {"time": _half(ctx, slow)}
    if slow is fast:
        title = t("{service}: half of the requests have a response time of at most {time}", service=name, **times)
    else:
        named = f"{slow['city']}, {name}" if several else name
        title = t("{slow} is slowest: half of its requests have a response time of at most {time}", slow=named, **times)
    summary = t(
        "Fastest is {fast}, {time}. Nine in ten of the requests of {slow} have a response time of at most {long}.",
        fast=sums.quoted_service(ctx, fast),
        time=_half(ctx, fast),
        slow=name,
        long=sums.duration(ctx, float(slow["response_days_p90"])),
    )
    return title, summary


def _half(ctx: Context, row: Mapping[str, Any]) -> str:
    return sums.duration(ctx, float(row["response_days_median"]))


def _notes(ctx: Context, rows: list[dict[str, Any]]) -> tuple[str, ...]:
    t, f = ctx.t, ctx.f
    return (
        t("An upper bound: the data hold the city's latest entry, not its first answer, which came then or earlier."),
        t(
            "The times are those of requests with an entry, closed or not: {n} of {all} requests.",
            n=f.number(sum(int(row["response_timed_count"]) for row in rows)),
            all=f.number(sum(int(row["requested_count"]) for row in rows)),
        ),
    )


PANEL = telling_absent(
    Panel("service-responses", "service_requests", OF_SERVICES, query, view, sums.name_rows, page="services")
)
