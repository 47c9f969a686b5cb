"""Leadership's monitor: what crossed its threshold, then each indicator by city."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dashboard.components.elements import html
from dashboard.components.figure_panel import panel_tools
from dashboard.components.filters import filter_form
from dashboard.components.indicator_card import Definition, Standing, card_columns, indicator_card, state
from dashboard.components.sources import source_of
from dashboard.components.sparkline import spark_line
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.figures.style import CITY_COLOURS
from dashboard.indicator import Indicator, Limit
from dashboard.pages.filtering import city_choice
from dashboard.pages.page import Page, panel_links, show_panel
from dashboard.pages.scope import missing_words
from dashboard.pages.sorting import sorted_rows
from dashboard.panels import indicators
from dashboard.panels.standing import (
    axis_words,
    change_words,
    crossing_words,
    crossings,
    feed_address,
    limit_words,
    newest_periods,
    series,
    state_words,
    threshold_state,
    value_words,
)

FILTERS = ("city", "indicator")


def layout(ctx: Context) -> Page:
    """The page of all indicators, of all cities or of those chosen."""
    t = ctx.t
    title = t("Indicators")
    description = t("Where each city stands, what moved, and which indicator crossed its threshold.")
    body: list[Any] = [html.H1(title), html.P(description, className="lede")]
    if not ctx.package.indicators:
        body.append(html.P(t("This release was made before there were indicators."), className="note"))
        return Page(title, description, "indicators", "indicators", body, filters=FILTERS)
    body += [
        filter_form(ctx.path("indicators"), [city_choice(ctx)], t("Show"), t("Clear")),
        explained_terms(ctx, "scope", "median"),
        *_targets(ctx),
        _crossed(ctx),
        show_panel(ctx, indicators.PANEL, "indicators"),
        *_one_of_all(ctx),
        *_cards(ctx),
    ]
    return Page(title, description, "indicators", "indicators", body, filters=FILTERS, feed=feed_address(ctx))


def _targets(ctx: Context) -> list[html.P]:
    """Which indicators have a target, said once for all the others."""
    having = [ctx.text(one.title) for one in ctx.package.indicators if one.targets]
    if len(having) == len(ctx.package.indicators):
        return []
    if not having:
        return [html.P(ctx.t("No indicator has a target."), className="note")]
    said = ctx.t("A target is set for: {names}. The other indicators have none.", names=", ".join(having))
    return [html.P(said, className="note")]


def _shown(ctx: Context) -> list[str]:
    return [code for code in ctx.codes.cities if not ctx.state.cities or code in ctx.state.cities]


def _crossed(ctx: Context) -> html.Section:
    """What crossed its threshold in the latest period of its series: in the newest month, in the newest year, then
    where a city's data end earlier."""
    t = ctx.t
    found = [row for row in crossings(ctx) if row["is_latest"] and row["city_code"] in _shown(ctx)]
    heading = (
        t("Crossed their threshold in the latest period: {n}", n=len(found))
        if found
        else t("Nothing crossed its threshold in the latest period")
    )
    parts: list[Any] = [html.H2(heading)]
    periods = newest_periods(ctx)
    for kind in ("month", "year"):
        if kind in periods:
            mine = [row for row in found if row["period_code"] == periods[kind]]
            parts.append(html.H3(_newest_words(ctx, kind, periods[kind], len(mine))))
            parts += _crossings(ctx, mine)
    if earlier := [row for row in found if row["period_code"] not in periods.values()]:
        parts.append(html.H3(t("Where a city's data end earlier: {n}", n=len(earlier))))
        parts += _crossings(ctx, earlier)
    feed = html.A(t("Feed of all crossings (Atom)"), href=feed_address(ctx))
    dated = t("The feed dates a crossing by the end of its period, not by the release that first showed it.")
    return html.Section([*parts, html.P([feed, ". ", dated])], className="crossed")


def _newest_words(ctx: Context, kind: str, period_code: str, count: int) -> str:
    t, period = ctx.t, ctx.f.period(period_code)
    if kind == "month":
        return t("Newest month, {period}: {n}", period=period, n=count)
    return t("Newest year, {period}: {n}", period=period, n=count)


def _crossings(ctx: Context, rows: list[dict[str, Any]]) -> list[html.Ul]:
    return [html.Ul([_crossing(ctx, row) for row in rows], className="crossings")] if rows else []


def _crossing(ctx: Context, row: dict[str, Any]) -> html.Li:
    sign = state(*threshold_state(ctx, row))
    return html.Li([sign, " ", html.A(crossing_words(ctx, row), href=f"#indicator-{row['indicator_code']}")])


def _cards(ctx: Context) -> list[Any]:
    rows = {kind: series(ctx, kind) for kind in ("year", "month")}
    chosen = ctx.state.indicator
    cards = [_card(ctx, one, rows) for one in ctx.package.indicators if chosen in (None, one.code)]
    return cards if chosen is None else [html.Div(cards, id=indicators.ONE.name)]


def _one_of_all(ctx: Context) -> list[html.P]:
    """Where one indicator is chosen, the way back to all."""
    if ctx.state.indicator is None:
        return []
    one = ctx.t("Shown: {scope}.", scope=ctx.name("indicator", ctx.state.indicator))
    back = html.A(ctx.t("Show everything"), href=ctx.path("indicators", ctx.state.change(indicator=None)))
    return [html.P([one, " ", back], className="note")]


def _card(
    ctx: Context, indicator: Indicator, rows: dict[str, dict[tuple[str, str], list[dict[str, Any]]]]
) -> html.Section:
    t = ctx.t
    lines = [
        (city, line)
        for city in _shown(ctx)
        for kind in indicator.periods
        if (line := rows[kind].get((indicator.code, city)))
    ]
    keyed = [_sort_keys(ctx, city, line) for city, line in lines]
    anchor, title = f"indicator-{indicator.code}", ctx.text(indicator.title)
    name = anchor.replace("_", "-")  # a table's name in `sort` has no underscores
    found, order = sorted_rows(ctx, name, "indicators", title, card_columns(t), keyed, anchor)
    standings = [_standing(ctx, indicator, row["code"], row["line"]) for row in found]
    there = {city for city, _ in lines}
    missing = missing_words(ctx, indicator, [city for city in _shown(ctx) if city not in there])
    compare = html.P(
        html.A(
            t("Compare cities: {indicator}", indicator=ctx.text(indicator.title)),
            href=ctx.path("compare", ctx.state.change(indicator=indicator.code)),
        )
    )
    return indicator_card(_definition(ctx, indicator), standings, missing, [compare, *_tools(ctx, indicator)], t, order)


def _tools(ctx: Context, indicator: Indicator) -> list[Any]:
    """The card's rows to take away, to cite and to embed, and the way to where they are from."""
    ctx = ctx.with_state(indicator=indicator.code)
    view, source = indicators.ONE.view(ctx), source_of(ctx, indicators.ONE)
    return panel_tools(view, panel_links(ctx, indicators.ONE, "indicators"), source, ctx.t)


def _latest(line: list[dict[str, Any]]) -> dict[str, Any]:
    return next((row for row in line if row["is_latest"]), line[-1])


def _sort_keys(ctx: Context, city: str, line: list[dict[str, Any]]) -> dict[str, Any]:
    """What a card's row is sorted by, beside what it is made from."""
    row = _latest(line)
    return {
        "code": city,
        "line": line,
        "city": ctx.city(city),
        "threshold": threshold_state(ctx, row)[0],
        "value": row["value"],
        "change": row["change"],
        "period": row["period_code"],
        "target": state_words(ctx, row["state_code"]),
    }


def _standing(ctx: Context, indicator: Indicator, city: str, line: list[dict[str, Any]]) -> Standing:
    """The latest whole period of a line of periods; its newest one where none is whole."""
    row = _latest(line)
    unit, name = indicator.unit, ctx.text(indicator.title)
    told = [(ctx.f.period(r["period_code"]), r["value"]) for r in (line[0], row) if r["value"] is not None]
    description = f"{name}, {ctx.city(city)}: " + " → ".join(
        f"{period} {axis_words(ctx, unit, value)}" for period, value in dict(told).items()
    )
    known = row["value"] is not None
    return Standing(
        ctx.city(city),
        ctx.path(f"cities/{city}"),
        ctx.f.period(row["period_code"]),
        value_words(ctx, unit, row["value"]) if known else "–",
        change_words(ctx, unit, row["change"]) if row["change"] is not None else "–",
        spark_line([r["value"] for r in line], CITY_COLOURS[city], description),
        threshold_state(ctx, row),
        None if row["state_code"] == "no_target" else (state_words(ctx, row["state_code"]), row["state_code"]),
    )


def _definition(ctx: Context, indicator: Indicator) -> Definition:
    t, f = ctx.t, ctx.f
    directions = {
        "higher_is_better": t("higher is better"),
        "lower_is_better": t("lower is better"),
        "neither": t("neither high nor low is better"),
    }
    facts = [(t("Direction"), directions[indicator.direction])]
    facts += [(t("Target"), _limit(ctx, indicator, limit)) for limit in indicator.targets]
    facts += [(t("Threshold"), _limit(ctx, indicator, limit)) for limit in indicator.thresholds]
    facts += [(t("Threshold"), t("no threshold set"))] * (not indicator.thresholds)
    review = t(
        "{owner}; reviewed on {day}, next review on {next}",
        owner=indicator.owner,
        day=f.date(indicator.reviewed_on),
        next=f.date(indicator.next_review_on),
    )
    facts.append((t("Owner"), review))
    is_overdue = indicator.next_review_on < dt.datetime.now(dt.UTC).date()
    overdue = t("The review of this indicator was due on {day}.", day=f.date(indicator.next_review_on))
    return Definition(
        indicator.code,
        ctx.text(indicator.title),
        ctx.text(indicator.description),
        ctx.text(indicator.caveats),
        facts,
        overdue if is_overdue else None,
    )


def _limit(ctx: Context, indicator: Indicator, limit: Limit) -> str:
    of = ", ".join(ctx.city(code) for code in limit.city_codes if code in ctx.codes.cities)
    words = limit_words(ctx, indicator.unit, limit)
    named = f"{of}: {words}" if of else words
    return f"{named}. {ctx.text(limit.reason)} ({limit.owner})"
