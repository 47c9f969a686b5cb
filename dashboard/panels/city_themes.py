"""One city, theme by theme: purchases, budget, service requests, services, and figures from other sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.context import Context
from dashboard.figures.bars import Bars, columns, horizontal_bars
from dashboard.figures.lines import city_lines, mark_break
from dashboard.figures.style import CITY_COLOURS, QUIET
from dashboard.i18n import Formats
from dashboard.i18n.plain import capital
from dashboard.i18n.words import figure_note_words, provider_words
from dashboard.panels.budget_sums import internal_note, sums_query
from dashboard.panels.change import BREAK_YEAR, add_city, year_break
from dashboard.panels.city import city_of
from dashboard.panels.panel import Column, Panel, View
from dashboard.panels.part_years import is_partial
from dashboard.panels.standing import plain
from dashboard.query.answer import records, values_of
from dashboard.query.model import Filter, Measure, Query

ON_PAPER = 5
"""Figures that a printed briefing has room for; 43-city.css leaves out the others."""
OWN = "own"
"""The code of the city itself as provider."""


def _of_city(ctx: Context) -> Filter:
    return Filter("city_code", "in", ctx.state.cities)


def purchases_query(ctx: Context) -> Query:
    """Sum, rows, suppliers and months with data by year."""
    measures = (
        Measure("amount_eur", "sum", "amount_eur"),
        Measure("rows_count", "count"),
        Measure("suppliers_count", "count_distinct", "supplier_business_id"),
        Measure("months_count", "count_distinct", "purchase_month"),
    )
    return Query("purchases", measures, ("city_code", "purchase_year"), filters=(_of_city(ctx),))


def purchases_view(ctx: Context) -> View:
    """A line by year; a year of some months only is a gap."""
    t, f = ctx.t, ctx.f
    code = city_of(ctx)
    city, frame = ctx.city(code), add_city(ctx, ctx.engine.run(purchases_query(ctx)))
    shown = (
        Column("purchase_year", t("Year")),
        Column("amount_eur", t("Purchases"), "EUR", is_number=True),
        Column("suppliers_count", t("Suppliers"), "count", is_number=True),
        Column("rows_count", t("Rows"), "count", is_number=True),
        Column("months_count", t("Months with data"), "count", is_number=True),
    )
    subtitle = t("Published purchases by year in euros")
    rows = records(frame)
    whole = {int(row["purchase_year"]): float(row["amount_eur"]) for row in rows if not is_partial(row)}
    if not whole:
        nothing = t("No whole year of {city}'s purchases is published", city=city)
        return View(nothing, subtitle, t("Nothing to show."), shown, frame, None)
    years = list(range(min(whole), max(whole) + 1))
    last = years[-1]
    title = t("{city} bought for {amount} in {year}", city=city, amount=f.money_short(whole[last]), year=last)
    summary = t("Purchases a year: {values}.", values=_year_spans(ctx, code, whole))
    line = {code: [whole.get(year) for year in years]}
    figure = city_lines(
        years, line, {code: city}, f.money_short, t("euros"), f"{title}. {summary}", year_break(ctx, line)
    )
    partial = ", ".join(str(row["purchase_year"]) for row in rows if is_partial(row))
    notes = (t("Left out of the chart, since the data cover a part of the year: {names}.", names=partial),)
    return View(title, subtitle, summary, shown, frame, figure, notes if partial else ())


def _year_spans(ctx: Context, code: str, whole: Mapping[int, float]) -> str:
    """The least and the most of a year, apart before and after the break where it concerns the city."""
    is_cut = year_break(ctx, [code]) is not None
    parts = [[year for year in whole if (is_cut and year >= BREAK_YEAR) is after] for after in (False, True)]
    said = []
    for years in filter(None, parts):
        low, high = (ctx.f.money_short(pick(whole[year] for year in years)) for pick in (min, max))
        said.append(f"{ctx.f.span(str(min(years)), str(max(years)))} {ctx.f.span(low, high)}")
    return "; ".join(said)


def budgets_view(ctx: Context) -> View:
    """Upright bars a year: budget and actual, whichever the city publishes."""
    t, f = ctx.t, ctx.f
    city, frame = ctx.city(city_of(ctx)), add_city(ctx, ctx.engine.run(sums_query(ctx)))
    shown = (
        Column("budget_year", t("Year")),
        Column("budget_eur", t("Budget"), "EUR", is_number=True),
        Column("actual_eur", t("Actual"), "EUR", is_number=True),
    )
    subtitle = t("Expenditure (accounts that begin with 4) by year in euros, without internal items")
    rows = [plain(row) for row in records(frame)]
    if not rows:
        nothing = t("{city}'s budget is not published as open data", city=city)
        return View(nothing, subtitle, t("Nothing to show."), shown, frame, None)
    last = rows[-1]
    if last["budget_eur"] and last["actual_eur"] is not None:
        share = f.percent(float(last["actual_eur"] / last["budget_eur"]))
        title = t("{city} spent {share} of its budget in {year}", city=city, share=share, year=last["budget_year"])
    elif last["actual_eur"] is not None:
        amount = f.money_short(last["actual_eur"])
        title = t("{city} spent {amount} in {year}", city=city, amount=amount, year=last["budget_year"])
    else:
        amount = f.money_short(last["budget_eur"])
        title = t("{city} budgeted {amount} for {year}", city=city, amount=amount, year=last["budget_year"])
    kinds = {"budget_eur": (t("Budget"), QUIET), "actual_eur": (t("Actual"), CITY_COLOURS[city_of(ctx)])}
    bars = [
        Bars(name, [None if row[field] is None else float(row[field]) for row in rows], colour)
        for field, (name, colour) in kinds.items()
        if any(row[field] is not None for row in rows)
    ]
    absent = [name for field, (name, _) in kinds.items() if all(row[field] is None for row in rows)]
    told = [f"{name} {f.money_short(last[field])}" for field, (name, _) in kinds.items() if last[field] is not None]
    summary = f"{last['budget_year']}: {', '.join(told)}."
    summary += " " + t("Not published: {names}.", names=", ".join(absent)) if absent else ""
    years = [int(row["budget_year"]) for row in rows]
    figure = columns(list(map(str, years)), bars, f.money_short, t("euros"), f"{title}. {summary}")
    notes, broken = (internal_note(ctx),), year_break(ctx, ctx.state.cities)
    if broken is None or not years[0] < BREAK_YEAR <= years[-1]:
        return View(title, subtitle, summary, shown, frame, figure, notes)
    place = sum(year < BREAK_YEAR for year in years)
    mark_break(figure["layout"], place - 0.5, broken.text, is_left=place <= len(years) / 2)
    return View(title, subtitle, summary, shown, frame, figure, (*notes, f"{broken.text}."))


def requests_query(ctx: Context) -> Query:
    """Requests made and closed by year."""
    measures = (
        Measure("requested_count", "sum", "requested_count"),
        Measure("closed_count", "sum", "closed_count"),
    )
    return Query("service_results", measures, ("city_code", "request_year"), filters=(_of_city(ctx),))


def requests_view(ctx: Context) -> View:
    """Upright bars a year: made and closed."""
    t, f = ctx.t, ctx.f
    city, frame = ctx.city(city_of(ctx)), add_city(ctx, ctx.engine.run(requests_query(ctx)))
    shown = (
        Column("request_year", t("Year")),
        Column("requested_count", t("Requests"), "count", is_number=True),
        Column("closed_count", t("Closed"), "count", is_number=True),
    )
    subtitle = t("Service requests by the year in which they were made")
    rows = records(frame)
    if not rows:
        nothing = t("{city}'s service requests are not published as open data", city=city)
        return View(nothing, subtitle, t("Nothing to show."), shown, frame, None)
    last = rows[-1]
    made, closed = int(last["requested_count"]), int(last["closed_count"])
    title = t(
        "{closed} of {made} service requests of {year} are closed",
        closed=f.number(closed),
        made=f.number(made),
        year=last["request_year"],
    )
    bars = [
        Bars(t("Requests"), [float(row["requested_count"]) for row in rows], QUIET),
        Bars(t("Closed"), [float(row["closed_count"]) for row in rows], CITY_COLOURS[city_of(ctx)]),
    ]
    years = [str(row["request_year"]) for row in rows]
    summary = t("Made in a year: {values}.", values=_by_year(rows, "request_year", "requested_count", f))
    figure = columns(years, bars, f.number, t("requests"), f"{title}. {summary}")
    return View(title, subtitle, summary, shown, frame, figure)


def _by_year(rows: list[dict[str, Any]], year: str, field: str, f: Formats) -> str:
    return ", ".join(f"{row[year]} {f.number(int(row[field]))}" for row in rows)


def services_query(ctx: Context) -> Query:
    """Services by who provides them, the most first; places, which other registers list, are another count."""
    measures = (Measure("units_count", "count"),)
    filters = (_of_city(ctx), Filter("observation_code", "eq", "service"))
    most_first: Any = (("units_count", "desc"),)
    return Query("service_units", measures, ("city_code", "provider_code"), filters=filters, order_by=most_first)


def services_derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the names of the city and of the providers."""
    frame = add_city(ctx, frame)
    frame["provider"] = [provider_words(ctx.t, code) for code in frame["provider_code"]]
    return frame


def services_view(ctx: Context) -> View:
    """Bars: how many services each kind of provider has, the most on top."""
    t, f = ctx.t, ctx.f
    city, frame = ctx.city(city_of(ctx)), services_derive(ctx, ctx.engine.run(services_query(ctx)))
    shown = (Column("provider", t("Provider")), Column("units_count", t("Services"), "count", is_number=True))
    subtitle = t("Services of the city in the national register, by who provides them")
    if frame.empty:
        nothing = t("{city} has no services in the register", city=city)
        return View(nothing, subtitle, t("Nothing to show."), shown, frame, None)
    counts = [int(count) for count in frame["units_count"]]
    own = sum(int(row["units_count"]) for row in records(frame) if row["provider_code"] == OWN)
    share = f.percent(own / sum(counts), 0)
    title = t("{city} itself provides {share} of its {n} services", city=city, share=share, n=f.number(sum(counts)))
    told = ", ".join(f"{name} {f.number(n)}" for name, n in zip(frame["provider"], counts, strict=True))
    summary = f"{capital(told)}."
    bars = [Bars(t("Services"), [float(count) for count in counts], CITY_COLOURS[city_of(ctx)])]
    figure = horizontal_bars(list(frame["provider"]), bars, f.number, t("services"), f"{title}. {summary}")
    return View(title, subtitle, summary, shown, frame, figure)


def figures_query(ctx: Context) -> Query:
    """Single figures on the city's finances, each with its source."""
    fields: tuple[str, ...]
    fields = (
        "city_code",
        "indicator_code",
        "year",
        "value",
        "unit",
        "is_approximate",
        "note",
        "source_title",
        "source_url",
    )
    if ctx.package.resource("city_figures").field("source_language_code"):  # since contract 1.4
        fields += ("source_language_code",)
    order: Any = (("year", "desc"), ("value", "desc"), ("indicator_code", "asc"))
    return Query("city_figures", columns=fields, filters=(_of_city(ctx),), order_by=order)


def figures_derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the names of the city and of what is told; notes are in the reader's language, which in the data they are
    not."""
    indicators = ctx.engine.rows(Query("city_indicators"))
    names = {row["indicator_code"]: row[f"name_{ctx.language}"] for row in indicators}
    frame = add_city(ctx, frame)
    frame["figure"] = [names.get(code, code) for code in frame["indicator_code"]]
    rows = records(frame)
    frame["said"] = [_said(ctx, row) for row in rows]
    notes = [None if row["note"] is None else figure_note_words(ctx.t, row["note"]) for row in rows]
    frame["note"] = pd.Series(notes, frame.index, dtype=object)
    return frame


def figures_view(ctx: Context) -> View:
    """A table; the figures are single ones and make no series."""
    t = ctx.t
    city, answer = ctx.city(city_of(ctx)), ctx.engine.run(figures_query(ctx))
    frame = figures_derive(ctx, answer)
    note = Column.of_field(ctx, "city_figures", "note", t("Note"))
    languages = [  # a note without words in the reader's language is told as it is
        None if stored is None else note.language if told == stored else ctx.language
        for stored, told in zip(values_of(answer["note"]), frame["note"], strict=True)
    ]
    frame["note_language"] = pd.Series(languages, frame.index, dtype=object)
    shown = (
        Column("figure", t("Figure"), "name"),
        Column("year", t("Year")),
        Column("said", t("Value"), is_number=True),
        replace(note, language=None, language_in="note_language"),
        Column.of_field(ctx, "city_figures", "source_title", t("Source")),
    )
    subtitle = t("Single figures on the city's finances, each from a source that is named; no complete series")
    if frame.empty:
        nothing = t("No figure with a source on {city}'s finances", city=city)
        return View(nothing, subtitle, t("Nothing to show."), shown, frame, None)
    title = t("{n} figures on {city}'s finances from named sources", n=len(frame), city=city)
    years = sorted({int(year) for year in frame["year"]})
    summary = t("Of the years {years}.", years=", ".join(map(str, years)))
    if len(frame) > ON_PAPER:
        summary += " " + t("On paper: the newest and largest {n} of {all}.", n=ON_PAPER, all=len(frame))
    return View(title, subtitle, summary, shown, frame, None)


def _said(ctx: Context, row: dict[str, Any]) -> str:
    """The value in words; one that its source rounds is "about" so much."""
    t, f, value, unit = ctx.t, ctx.f, float(row["value"]), str(row["unit"])
    words = {
        "EUR": lambda: f.money_short(value),
        "EUR/person": lambda: t("{amount} per inhabitant", amount=f.money_short(value)),
        "FTE": lambda: t("{n} person-years", n=f.number(value)),
        "%": lambda: f.percent(value / 100, 0),
    }
    said = words[unit]() if unit in words else f"{f.plain(value)} {unit}"
    return t("about {n}", n=said) if row["is_approximate"] else said


CITY = ("city",)
PURCHASES = Panel(
    "city-purchases", "purchases", CITY, purchases_query, purchases_view, add_city, of_city=True, page="cities/{city}"
)
BUDGETS = Panel("city-budgets", "budgets", CITY, sums_query, budgets_view, add_city, of_city=True, page="cities/{city}")
REQUESTS = Panel(
    "city-requests",
    "service_results",
    CITY,
    requests_query,
    requests_view,
    add_city,
    of_city=True,
    page="cities/{city}",
)
SERVICES = Panel(
    "city-services",
    "service_units",
    CITY,
    services_query,
    services_view,
    services_derive,
    of_city=True,
    page="cities/{city}",
)
FIGURES = Panel(
    "city-figures",
    "city_figures",
    CITY,
    figures_query,
    figures_view,
    figures_derive,
    of_city=True,
    page="cities/{city}",
)
