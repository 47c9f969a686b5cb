"""How long requests take, by service, month and year: where most lie, not only the middle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.context import Context
from dashboard.figures.lines import city_lines
from dashboard.figures.ranges import ranges
from dashboard.figures.style import tell_languages
from dashboard.i18n.plain import capital
from dashboard.panels import service_sums as sums
from dashboard.panels.budget_sums import known
from dashboard.panels.change import telling_absent, year_break
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.state import OF_SERVICES


def services_view(ctx: Context) -> View:
    """A row per service; of several cities each has rows of its own."""
    t = ctx.t
    frame = sums.with_languages(ctx, sums.derive(ctx, ctx.engine.run(sums.times_query(ctx, "service_code"))))
    table = sums.columns(ctx, Column("city", t("City")), sums.service_column(ctx))
    subtitle = t("Closing time of closed requests by service, days of 24 hours")
    rows = records(frame)
    timed = [row for row in rows if sums.span(row)]
    if not timed:
        return sums.empty(ctx, frame, subtitle, table)
    several = len({row["city_code"] for row in rows}) > 1
    ranked = sorted(rows, key=lambda row: -(known(row["closing_days_median"]) or 0.0))
    names = [sums.row_label(row, several=several) for row in ranked]
    slow, fast = ranked[0], min(timed, key=lambda row: row["closing_days_median"])
    title = (
        t(
            "{service}: half of the closed requests took at most {time}",
            service=sums.quoted_service(ctx, slow),
            time=_half(ctx, slow),
        )
        if len(timed) == 1
        else t(
            "{slow} takes longest: half of its closed requests took at most {time}",
            slow=f"{slow['city']}, {sums.quoted_service(ctx, slow)}" if several else sums.quoted_service(ctx, slow),
            time=_half(ctx, slow),
        )
    )
    summary = t(
        "Shortest is {fast}, {time}. Nine in ten of the closed requests of {slow} took at most {long}.",
        fast=sums.quoted_service(ctx, fast),
        time=_half(ctx, fast),
        slow=sums.quoted_service(ctx, slow),
        long=sums.duration(ctx, float(slow["closing_days_p90"])),
    )
    figure = ranges(
        names,
        [sums.span(row) for row in ranked],
        lambda value: sums.duration(ctx, value),
        t("days"),
        f"{title}. {summary}",
        key=sums.span_key(ctx),
    )
    named = sums.service_languages(ctx, rows)
    tell_languages(figure, {name: named[row["service"]] for name, row in zip(names, ranked, strict=True)})
    return View(title, subtitle, summary, table, frame, figure, (sums.closed_note(ctx, rows),), phrases=named)


def _half(ctx: Context, row: Mapping[str, Any]) -> str:
    return sums.duration(ctx, float(row["closing_days_median"]))


def months_view(ctx: Context) -> View:
    """A row per month of one city's year; a month without data keeps its place."""
    t, f = ctx.t, ctx.f
    frame = sums.derive(ctx, ctx.engine.run(sums.times_query(ctx, "request_year", "request_month")))
    table = sums.columns(
        ctx, Column("city", t("City")), Column("request_year", t("Year")), Column("request_month", t("Month"))
    )
    subtitle = t("Closing time of closed requests by the month they were made, days of 24 hours")
    rows = {int(row["request_month"]): row for row in records(frame)}
    timed = {month: float(row["closing_days_median"]) for month, row in rows.items() if sums.span(row)}
    if not timed:
        return sums.empty(ctx, frame, subtitle, table)
    slow, fast = max(timed, key=lambda month: timed[month]), min(timed, key=lambda month: timed[month])
    title = t(
        "{month} {year} took longest: half of the closed requests took at most {time}",
        month=f.month(slow),
        year=ctx.state.year,
        time=sums.duration(ctx, timed[slow]),
    )
    title = capital(title)
    summary = t("Shortest was {month}, {time}.", month=f.month(fast), time=sums.duration(ctx, timed[fast]))
    if missing := [f.month(month) for month in sums.MONTHS if month not in rows]:
        summary += " " + t("No data: {names}.", names=", ".join(missing))
    figure = ranges(
        [f.month(month).capitalize() for month in sums.MONTHS],
        [sums.span(rows[month]) if month in rows else None for month in sums.MONTHS],
        lambda value: sums.duration(ctx, value),
        t("days"),
        f"{title}. {summary}",
        key=sums.span_key(ctx),
    )
    return View(title, subtitle, summary, table, frame, figure, (sums.closed_note(ctx, list(rows.values())),))


def years_view(ctx: Context) -> View:
    """The median by city and year."""
    t, f = ctx.t, ctx.f
    frame = sums.derive(ctx, ctx.engine.run(sums.times_query(ctx, "request_year")))
    table = sums.columns(ctx, Column("city", t("City")), Column("request_year", t("Year")))
    subtitle = t("Median closing time of closed requests by the year they were made, days of 24 hours")
    rows = records(frame)
    lines: dict[str, dict[int, float]] = {}
    for row in rows:
        if (value := known(row["closing_days_median"])) is not None:
            lines.setdefault(row["city_code"], {})[int(row["request_year"])] = value
    if not lines:
        return sums.empty(ctx, frame, subtitle, table)
    years = list(range(min(map(min, lines.values())), max(map(max, lines.values())) + 1))
    code, line = next((code, lines[code]) for code in ctx.codes.cities if code in lines)
    first, last = min(line), max(line)
    title = t(
        "{city}: half of the closed requests of {year} took at most {time}",
        city=ctx.city(code),
        year=last,
        time=sums.duration(ctx, line[last]),
    )
    shares = ", ".join(
        f"{row['request_year']} {f.percent(row['closed_share'])}"
        for row in rows
        if row["city_code"] == code and known(row["closed_share"]) is not None
    )
    summary = t(
        "{city} in {first}: {time}. Closed of the requests whose status is known: {shares}.",
        city=ctx.city(code),
        first=first,
        time=sums.duration(ctx, line[first]),
        shares=shares,
    )
    figure = city_lines(
        years,
        {city: [lines[city].get(year) for year in years] for city in ctx.codes.cities if city in lines},
        {city: ctx.city(city) for city in lines},
        lambda value: sums.duration(ctx, value),
        t("days"),
        f"{title}. {summary}",
        year_break(ctx, lines),
    )
    newest = t(
        "Of the newest requests those that take long are still open, so that their times look shorter than they are."
    )
    return View(title, subtitle, summary, table, frame, figure, (sums.closed_note(ctx, rows), newest))


SERVICES = telling_absent(
    Panel(
        "service-times",
        "service_requests",
        OF_SERVICES,
        lambda ctx: sums.times_query(ctx, "service_code"),
        services_view,
        sums.derive,
        page="services",
    )
)
MONTH_TIMES = Panel(
    "service-month-times",
    "service_requests",
    OF_SERVICES,
    lambda ctx: sums.times_query(ctx, "request_year", "request_month"),
    months_view,
    sums.derive,
    settle=lambda ctx: sums.settle_year(sums.settle_city(ctx)),
    page="services",
)
YEARS = telling_absent(
    Panel(
        "service-years",
        "service_requests",
        ("city", "service"),
        lambda ctx: sums.times_query(ctx, "request_year"),
        years_view,
        sums.derive,
        page="services",
    )
)
