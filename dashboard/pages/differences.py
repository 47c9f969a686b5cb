"""What the other cities do differently from one: measured, published, provided; never why."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from dashboard.components.elements import html
from dashboard.context import Context
from dashboard.pages.scope import coverage
from dashboard.panels import budget_coverage, city, city_themes, indicators
from dashboard.panels.behind import THEMES
from dashboard.panels.city import FEWEST_OTHERS, NEAR_PCT
from dashboard.panels.coverage import PUBLISHED
from dashboard.panels.standing import RESOURCE, plain
from dashboard.query.answer import records

MOST_MEASURED = 3


def differences(ctx: Context, code: str) -> html.Section:
    """A sentence a difference, each with its numbers: indicators furthest from the others' median, what others
    publish, who provides the services.

    On paper the indicators are left out: the table of the city against the others tells them there.
    """
    t = ctx.t
    heading = html.H2(t("What others do differently"), className="panel__title")
    items = [html.Li(text, className="brief__measured") for text in _measured(ctx)]
    items += [html.Li(text) for text in (*_published(ctx, code), *_sides(ctx, code), *_provided(ctx, code))]
    note = t("The cities' data differ in scope: a difference may be one of what is published.")
    body = [html.Ul(items), html.P(note, className="note brief__measured")]
    body = body if items else [html.P(t("Nothing that can be compared."))]
    return html.Section([heading, *body], className="panel", id="city-differences")


def _measured(ctx: Context) -> list[str]:
    """The indicators that stand furthest from the median of the others in the same year, if any is not near it."""
    if not ctx.package.has(RESOURCE):
        return []
    rows = map(plain, records(city.derive(ctx, ctx.engine.run(indicators.query(ctx)))))
    apart = [row for row in rows if row["of_others_pct"] is not None and abs(row["of_others_pct"] - 100) > NEAR_PCT]
    apart.sort(key=lambda row: -abs(row["of_others_pct"] - 100))
    return [
        ctx.t(
            "{indicator}, {year}: {value}; the median of {n} other cities is {median}.",
            indicator=row["indicator"],
            year=row["period_code"],
            value=row["value_said"],
            n=row["others_count"],
            median=row["others_said"],
        )
        for row in apart[:MOST_MEASURED]
    ]


def _published(ctx: Context, code: str) -> list[str]:
    """Themes of which others publish a year and this city none."""
    said = []
    for name in filter(ctx.package.has, THEMES):
        there = [one for one in ctx.codes.cities if _has_published(ctx, name, one)]
        if there and code not in there:
            topic = ctx.text(ctx.dataset_of(name).title)
            text = ctx.t(
                "{topic}: published by {n} of the other cities ({names}), not by {city}.",
                **_of(ctx, code, there),
                topic=topic,
            )
            said.append(text)
    return said


def _has_published(ctx: Context, name: str, code: str) -> bool:
    return any(row["status_code"] in PUBLISHED for row in coverage(ctx, name, code))


def _of(ctx: Context, code: str, others: Sequence[str]) -> dict[str, Any]:
    return {"city": ctx.city(code), "n": len(others), "names": ", ".join(map(ctx.city, others))}


def _sides(ctx: Context, code: str) -> list[str]:
    """Where the city publishes one side of its budget alone: who publishes both."""
    if not ctx.package.has("budgets"):
        return []
    rows = ctx.engine.rows(budget_coverage.query(ctx.with_state(cities=())))
    sides = {
        one: [
            side for side in ("budget", "actual") if any(r[f"{side}_rows_count"] for r in rows if r["city_code"] == one)
        ]
        for one in ctx.codes.cities
    }
    both = [one for one, found in sides.items() if len(found) == 2]
    if not both or len(sides[code]) != 1:
        return []
    t, values = ctx.t, _of(ctx, code, both)
    if sides[code] == ["budget"]:
        text = t(
            "Budget and actual are both published by {n} of the other cities ({names}), by {city} the budget only.",
            **values,
        )
    else:
        text = t(
            "Budget and actual are both published by {n} of the other cities ({names}), by {city} the actual only.",
            **values,
        )
    return [text]


def _provided(ctx: Context, code: str) -> list[str]:
    """The city's own share of its services beside the others' median."""
    if not ctx.package.has("service_units"):
        return []
    rows = ctx.engine.rows(city_themes.services_query(ctx.with_state(cities=tuple(ctx.codes.cities))))
    shares = {one: _own_share([row for row in rows if row["city_code"] == one]) for one in ctx.codes.cities}
    own, others = shares.pop(code), [share for share in shares.values() if share is not None]
    if own is None or len(others) < FEWEST_OTHERS:
        return []
    f = ctx.f
    return [
        ctx.t(
            "{city} itself provides {share} of its services in the national register; "
            "the median of {n} other cities is {median}.",
            city=ctx.city(code),
            share=f.percent(own, 0),
            n=len(others),
            median=f.percent(median(others), 0),
        )
    ]


def _own_share(rows: list[dict[str, Any]]) -> float | None:
    whole = sum(row["units_count"] for row in rows)
    own = sum(row["units_count"] for row in rows if row["provider_code"] == city_themes.OWN)
    return own / whole if whole else None
