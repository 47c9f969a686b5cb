"""Who provides the cities' services: places and services apart, since they must not be added up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from dashboard.context import Context
from dashboard.figures.heat import heat_map
from dashboard.i18n.words import provider_words
from dashboard.panels.change import add_city, telling_absent
from dashboard.panels.panel import Column, Panel, View
from dashboard.query.answer import records
from dashboard.query.model import Filter, Measure, Query

PROVIDERS = ("own", "bought", "voucher", "other", "mixed", "unknown")
Counts = Mapping[str, Mapping[str, int]]
"""City -> kind of provider -> how many."""
Kind = Literal["unit", "service"]
"""What is counted: a place, or a service that may have many places or none."""


def units_query(ctx: Context, kind: Kind) -> Query:
    """How many of a kind, by city and provider."""
    filters = [Filter("observation_code", "eq", kind)]
    if ctx.state.cities:
        filters.append(Filter("city_code", "in", ctx.state.cities))
    return Query(
        "service_units",
        (Measure("units_count", "count"),),
        ("city_code", "provider_code"),
        filters=tuple(filters),
    )


def derive(ctx: Context, frame: pd.DataFrame) -> pd.DataFrame:
    """With the city's name, the provider in words and its share of the city's."""
    frame = add_city(ctx, frame)
    rows = records(frame)
    counts = _counts(rows)
    frame["provider"] = [provider_words(ctx.t, row["provider_code"]) for row in rows]
    frame["units_share"] = [int(row["units_count"]) / sum(counts[row["city_code"]].values()) for row in rows]
    return frame


def _counts(rows: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["city_code"], {})[row["provider_code"]] = int(row["units_count"])
    return found


def units_view(ctx: Context, kind: Kind) -> View:
    """A cell per city and provider: its share, and how many."""
    t, f = ctx.t, ctx.f
    frame = derive(ctx, ctx.engine.run(units_query(ctx, kind)))
    is_unit = kind == "unit"
    table = (
        Column("city", t("City")),
        Column("provider", t("Provider"), "name"),
        Column("units_count", t("Service units") if is_unit else t("Services"), "count", is_number=True),
        Column("units_share", t("Share of the city's"), "share", is_number=True),
    )
    subtitle = (
        t("Service units of the Service Map by who provides them, % of the city's units")
        if is_unit
        else t("Services of the national service register by who provides them, % of the city's services")
    )
    counts = _counts(records(frame))
    if not counts:
        nothing = t("{what}: nothing under these filters", what=subtitle)
        return View(nothing, subtitle, t("Nothing to show."), table, frame, None)
    cities = ctx.state.cities or tuple(ctx.codes.cities)
    shares = {code: _shares(counts[code]) for code in cities if code in counts}
    title, summary = _words(ctx, counts, shares, is_unit), _missing_words(ctx, cities, shares)
    figure = heat_map(
        [ctx.city(code) for code in cities],
        [provider_words(t, code) for code in PROVIDERS],
        [[shares[code][name] if code in shares else None for name in PROVIDERS] for code in cities],
        lambda share: f.percent(share, 0),
        f"{title}. {summary}",
    )
    return View(title, subtitle, summary, table, frame, figure)


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    whole = sum(counts.values())
    return {name: counts.get(name, 0) / whole for name in PROVIDERS}


def _words(ctx: Context, counts: Counts, shares: Mapping[str, Mapping[str, float]], is_unit: bool) -> str:
    code = max(shares, key=lambda one: shares[one]["own"])
    values = {
        "city": ctx.city(code),
        "share": ctx.f.percent(shares[code]["own"], 0),
        "n": ctx.f.number(sum(counts[code].values())),
        "all": len(shares),
    }
    if is_unit and len(shares) > 1:
        return ctx.t("{city} itself runs {share} of its {n} service units, most of {all} cities", **values)
    if is_unit:
        return ctx.t("{city} itself runs {share} of its {n} service units", **values)
    if len(shares) > 1:
        return ctx.t("{city} itself provides {share} of its {n} services, most of {all} cities", **values)
    return ctx.t("{city} itself provides {share} of its {n} services", **values)


def _missing_words(ctx: Context, cities: tuple[str, ...], shares: Mapping[str, Mapping[str, float]]) -> str:
    t, f = ctx.t, ctx.f
    own = ", ".join(f"{ctx.city(code)} {f.percent(shares[code]['own'], 0)}" for code in cities if code in shares)
    parts = [t("Provided by the city itself: {values}.", values=own)]
    unknown = [
        f"{ctx.city(code)} {f.percent(shares[code]['unknown'], 0)}"
        for code in cities
        if code in shares and shares[code]["unknown"]
    ]
    if unknown:
        parts.append(t("Provider not known: {values}.", values=", ".join(unknown)))
    if missing := [ctx.city(code) for code in cities if code not in shares]:
        parts.append(t("No data: {names}.", names=", ".join(missing)))
    return " ".join(parts)


def _panel(name: str, kind: Kind) -> Panel:
    return telling_absent(
        Panel(
            name,
            "service_units",
            ("city",),
            lambda ctx: units_query(ctx, kind),
            lambda ctx: units_view(ctx, kind),
            derive,
            page="services",
        )
    )


UNITS = _panel("service-units", "unit")
SERVICES = _panel("service-providers", "service")
