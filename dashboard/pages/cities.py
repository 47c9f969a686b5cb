"""The six cities, and one page a city that prints as a briefing of two A4 pages."""

from __future__ import annotations

from typing import Any, NamedTuple

from dashboard.components.elements import html
from dashboard.components.table import data_table
from dashboard.context import Context
from dashboard.i18n.words import coverage_words
from dashboard.pages import subjects
from dashboard.pages.differences import differences
from dashboard.pages.missing import missing
from dashboard.pages.page import Page, crumbs, show_panels
from dashboard.pages.scope import coverage, scope_notes
from dashboard.panels import budget_coverage, city_themes, indicators, suppliers
from dashboard.panels.behind import THEMES
from dashboard.panels.city import AGAINST
from dashboard.panels.feeds import city_feed
from dashboard.panels.panel import Column, Panel
from dashboard.panels.standing import crossing_words, crossings, values
from dashboard.proper_names import language_of, source_title
from dashboard.query.model import Filter, Query
from dashboard.search.folding import fold


def layout(ctx: Context) -> Page:
    """All six: inhabitants, what each publishes, and what crossed its threshold there."""
    t = ctx.t
    title = t("The six cities")
    description = t("One page a city: what it buys, budgets and serves, and what it does not publish.")
    standing = values(ctx, indicators.query(ctx.with_state(cities=()))) if ctx.package.indicators else []
    rows = [_overview(ctx, code, [row for row in standing if row["city_code"] == code]) for code in ctx.codes.cities]
    columns = (
        Column("city", t("City")),
        Column("population", t("Inhabitants"), "count", is_number=True),
        Column("year", t("Population of the year")),
        Column("beyond", t("Indicators beyond their threshold"), "count", is_number=True),
        Column("absent", t("Not published"), "text"),
    )
    links = {"city": lambda row: ctx.path(f"cities/{row['city_code']}")}
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        data_table(title, columns, rows, ctx.f, links),
        html.P(html.A(t("Compare the cities"), href=ctx.path("compare"), className="button")),
    ]
    return Page(
        title,
        description,
        "cities",
        "cities",
        body,
        datasets=("cities",),
        kind="CollectionPage",
        about=(subjects.cities(ctx),),
    )


def _overview(ctx: Context, code: str, standing: list[dict[str, Any]]) -> dict[str, Any]:
    population = _population(ctx, code)
    absent = [gap.topic for gap in _gaps(ctx, code) if gap.is_absent]
    return {
        "city_code": code,
        "city": ctx.city(code),
        "population": population["population_count"] if population else None,
        "year": population["year"] if population else None,
        "beyond": sum(row["is_beyond_threshold"] is True for row in standing),
        "absent": ", ".join(absent) or ctx.t("nothing: every topic is published"),
    }


def city_layout(ctx: Context, city: str) -> Page:
    """The page of a city, by its code or its name in any language; its own address is the one with the code."""
    code = find_city(ctx, city)
    if code is None:
        return missing(ctx, f"cities/{city}", ctx.t("There is no such city here: {city}.", city=city))
    path, name = f"cities/{code}", ctx.city(code)
    own = ("city",) if ctx.state.cities in ((), (code,)) else ()
    ctx = ctx.with_state(cities=(code,))
    description = ctx.t("{city} on every theme, beside the other five cities, and what is not published.", city=name)
    body = [
        crumbs(ctx, (ctx.t("Cities"), ctx.path("cities")), (name, None)),
        html.Div([*_first_sheet(ctx, code, path, description), *_second_sheet(ctx, code, path)], className="brief"),
    ]
    about, feed = (subjects.city(ctx, code),), city_feed(ctx, code)
    return Page(name, description, "cities", path, body, datasets=("cities",), about=about, filters=own, feed=feed)


def find_city(ctx: Context, asked: str) -> str | None:
    """The code of a city by its code or name, whatever its letters' case and marks: `Åbo`, `abo`, `853`."""
    names = {fold(name): code for code, text in ctx.codes.cities.items() for name in (code, *text.values())}
    return names.get(fold(asked))


def _first_sheet(ctx: Context, code: str, path: str, description: str) -> list[Any]:
    parts: list[Any] = [html.H1(ctx.city(code)), html.P(description, className="lede"), _facts(ctx, code)]
    parts += _crossed(ctx, code)
    panels = [AGAINST] if ctx.package.indicators else []
    panels += [city_themes.PURCHASES, city_themes.BUDGETS]
    sections = _panels(ctx, path, panels)
    return [html.Div([*parts, html.Div(sections, className="brief__panels")], className="brief__sheet")]


def _second_sheet(ctx: Context, code: str, path: str) -> list[Any]:
    panels = [suppliers.PANEL, city_themes.SERVICES, city_themes.REQUESTS, city_themes.FIGURES]
    links = {"source_title": lambda row: str(row["source_url"])}
    sections = _panels(ctx, path, panels, links)
    parts = [
        html.Div([*sections, differences(ctx, code)], className="brief__panels"),
        _not_published(ctx, code),
        _print_note(ctx),
        scope_notes(ctx),
    ]
    return [html.Div(parts, className="brief__sheet")]


def _panels(ctx: Context, path: str, panels: list[Panel], links: Any = None) -> list[html.Section]:
    """Those whose table the release has."""
    return show_panels(ctx, [panel for panel in panels if ctx.package.has(panel.resource)], path, links)


def _population(ctx: Context, code: str) -> dict[str, Any] | None:
    """The newest population that is known, with its source."""
    if not ctx.package.has("city_population"):
        return None
    rows = ctx.engine.rows(Query("city_population", order_by=(("year", "desc"),)))
    return next((row for row in rows if row["city_code"] == code), None)


def _facts(ctx: Context, code: str) -> html.Dl:
    t = ctx.t
    rows = ctx.engine.rows(Query("cities", filters=(Filter("city_code", "eq", code),)))
    facts: list[tuple[str, Any]] = [
        (t("Municipality code"), code),
        (t("Business id"), html.A(rows[0]["business_id"], href=ctx.path(f"companies/{rows[0]['business_id']}"))),
    ]
    population = _population(ctx, code)
    if population:
        said = t("{n} ({year})", n=ctx.f.number(population["population_count"]), year=population["year"])
        language, title = ctx.text_language("city_population", "source_title", population), population["source_title"]
        shown_as = source_title(ctx.language, title)
        marked = ctx.foreign(language_of(ctx.language, title, language))
        link = html.A(shown_as, href=population["source_url"], lang=marked)
        facts.insert(0, (t("Inhabitants"), [said, html.Small(link, className="key-figure__source")]))
    return html.Dl([html.Div([html.Dt(term), html.Dd(said)]) for term, said in facts], className="facts")


def _crossed(ctx: Context, code: str) -> list[Any]:
    """What crossed its threshold in the latest period, if anything did."""
    t = ctx.t
    found = [row for row in crossings(ctx) if row["is_latest"] and row["city_code"] == code]
    if not found:
        return []
    items = [html.Li(crossing_words(ctx, row)) for row in found]
    more = html.A(t("All indicators"), href=ctx.path("indicators", ctx.state))
    return [html.Div([html.Strong(t("Crossed its threshold")), html.Ul(items), more], className="note note--warn")]


class Gap(NamedTuple):
    """What is missing of a topic, in words, and the reason where one is known."""

    topic: str
    words: str
    reason: str | None
    is_absent: bool
    """Whether a year or a side of the budget is missing, not only some months."""


def _gaps(ctx: Context, code: str) -> list[Gap]:
    """One for each theme that the release has and the city does not publish in full."""
    found: list[Gap] = []
    for name in THEMES:
        if not ctx.package.has(name):
            continue
        rows = coverage(ctx, name, code)
        absent = [row for row in rows if row["status_code"] != "published"]
        title = ctx.text(ctx.dataset_of(name).title)
        side = _absent_side(ctx, code) if name == "budgets" else None
        said = [*_absent_years(ctx, rows), *([side] if side else [])]
        if not said:
            continue
        reason = next((row["scope"] for row in absent if row["scope"]), None)
        is_absent = bool(side) or any(not row["rows_count"] for row in absent)
        found.append(Gap(title, ". ".join(said), reason, is_absent))
    return found


def _absent_years(ctx: Context, rows: list[dict[str, Any]]) -> list[str]:
    """The years that are not published in full, by their state; no years where all are of one."""
    years: dict[str, list[str]] = {}
    for row in reversed(rows):
        if row["status_code"] == "partial":
            said = ctx.t("{year} (months with data: {n})", year=row["year"], n=row["months_count"])
        else:
            said = str(row["year"])
        years.setdefault(row["status_code"], []).append(said)
    words = {state: coverage_words(ctx.t, state) for state in years if state != "published"}
    return [
        f"{said}: {', '.join(years[state])}" if len(years) > 1 or state == "partial" else said
        for state, said in words.items()
    ]


def _absent_side(ctx: Context, code: str) -> str | None:
    """Which side of the budget the city leaves out of which years that it publishes; None where it gives both."""
    t = ctx.t
    every = ctx.engine.rows(budget_coverage.query(ctx.with_state(cities=())))  # once for all six on their page
    rows = [row for row in every if row["city_code"] == code]
    sides = {"budget_rows_count": t("Budget"), "actual_rows_count": t("Actual")}
    said = [
        t("{side} not published: {years}", side=side, years=", ".join(years))
        for field, side in sides.items()
        if (years := [str(row["budget_year"]) for row in rows if not row[field]])
    ]
    return ". ".join(said) or None


def _not_published(ctx: Context, code: str) -> html.Section:
    t = ctx.t
    rows = [{"topic": gap.topic, "status": gap.words, "reason": gap.reason} for gap in _gaps(ctx, code)]
    heading = html.H2(t("What is not published"), className="panel__title")
    if not rows:
        return html.Section(
            [heading, html.P(t("Every topic of this site is published for every year shown."))], className="panel"
        )
    columns = (
        Column("topic", t("Dataset")),
        Column("status", t("What is missing"), "name"),
        Column("reason", t("Why"), "text"),
    )
    table = data_table(t("What is not published"), columns, rows, ctx.f)
    return html.Section([heading, table], className="panel brief__gaps")


def _print_note(ctx: Context) -> html.P:
    """What a printed page must say of itself."""
    release = ctx.t("release of {day}", day=ctx.f.day(ctx.created))
    parts = [
        "Kuusi",
        release,
        ctx.package.version,
        ctx.base_url + ctx.path(f"cities/{ctx.state.cities[0]}"),
        "CC BY 4.0",
        ctx.t("Tables are shortened on paper: the page has every row"),
    ]
    return html.P(" · ".join(parts), className="brief__foot")
