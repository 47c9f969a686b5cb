"""Two to six cities on one indicator; what their data leave out stands before the charts."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.filters import Choice, filter_form
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.indicator import Indicator
from dashboard.pages.filtering import city_choice
from dashboard.pages.page import Page, show_panel
from dashboard.pages.scope import missing_words, scope_section
from dashboard.panels import compare
from dashboard.panels.standing import series

FILTERS = ("city", "indicator")


def layout(ctx: Context) -> Page:
    """The page; with no city chosen it compares all."""
    t = ctx.t
    title = t("Compare the cities")
    description = t("Two to six cities on one indicator, over the years and for the last year that all of them have.")
    body: list[Any] = [html.H1(title), html.P(description, className="lede")]
    if not ctx.package.indicators:
        body.append(html.P(t("This release was made before there were indicators."), className="note"))
        return Page(title, description, "compare", "compare", body, filters=FILTERS)
    indicator = compare.chosen(ctx)
    ctx = ctx.with_state(indicator=indicator.code)
    cities = [code for code in ctx.codes.cities if not ctx.state.cities or code in ctx.state.cities]
    body += [
        _form(ctx, indicator),
        explained_terms(ctx, "index", "scope"),
        *_state(ctx),
        html.H2(ctx.text(indicator.title)),
        html.P(ctx.text(indicator.description)),
        scope_section(ctx, indicator.table, cities),
        html.P(ctx.text(indicator.caveats), className="note"),
        *_missing(ctx, indicator, cities),
        show_panel(ctx, compare.YEARS, "compare"),
        show_panel(ctx, compare.LATEST, "compare", open_table=True),
    ]
    return Page(title, description, "compare", "compare", body, filters=FILTERS)


def _form(ctx: Context, indicator: Indicator) -> html.Form:
    """The indicator and the cities; as on other pages, none ticked means all."""
    t = ctx.t
    options = [(code, ctx.text(text)) for code, text in ctx.codes.names["indicator"].items()]
    fields = (Choice("indicator", t("Indicator"), options, indicator.code), city_choice(ctx))
    return filter_form(ctx.path("compare"), fields, t("Compare"), t("Clear"))


def _state(ctx: Context) -> list[html.P]:
    """What the page says where one city alone is chosen."""
    t = ctx.t
    if len(ctx.state.cities) == 1:
        city = ctx.city(ctx.state.cities[0])
        text = t("Only {city} is chosen: tick at least one more city to compare it with.", city=city)
        return [html.P(text, className="note note--warn", role="status")]
    return []


def _missing(ctx: Context, indicator: Indicator, cities: list[str]) -> list[html.P]:
    there = {city for code, city in series(ctx) if code == indicator.code}
    absent = [city for city in cities if city not in there]
    return [html.P(words, className="note note--warn") for words in missing_words(ctx, indicator, absent)]
