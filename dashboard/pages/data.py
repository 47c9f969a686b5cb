"""The catalogue: every dataset, found by a word and by what it covers."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.components.filters import Choice, filter_form, search_form
from dashboard.components.terms import explained_terms
from dashboard.context import Context
from dashboard.i18n import DOT
from dashboard.package import Dataset
from dashboard.pages.descriptions import descriptions_of_all
from dashboard.pages.filtering import city_select, code_choice, kept_pairs
from dashboard.pages.page import Page, show_panel
from dashboard.panels import coverage
from dashboard.panels.feeds import releases_feed
from dashboard.query.model import Filter, Query
from dashboard.state import State

FORMATS = ("csv", "xlsx", "parquet", "json")
FILTERS = ("city", "origin", "data")


def layout(ctx: Context) -> Page:
    """The list of datasets under the filters of the address."""
    t = ctx.t
    title = t("Datasets")
    description = t("Every dataset of this site: what it holds, where it comes from, and its files.")
    asked = ctx.state.keep(FILTERS)
    chosen = _chosen(ctx)
    shown = t("Datasets: {n} of {all}", n=len(chosen), all=len(ctx.package.datasets))
    body: list[Any] = [
        html.H1(title),
        html.P(description, className="lede"),
        explained_terms(ctx, "dataset", "source", "release", "coverage"),
        search_form(ctx.path("data"), t("Find a dataset"), t("Search"), asked.search, kept_pairs(asked.filters)),
        filter_form(ctx.path("data"), _choices(ctx), t("Show"), t("Clear"), kept_pairs(State(search=asked.search))),
        html.P(shown, role="status"),
        html.Div([_card(ctx, dataset) for dataset in chosen], className="cards") if chosen else _nothing(ctx),
        html.P(html.A(t("SQL over the data"), href=ctx.path("sql"))),
        html.P(html.A(t("What changed between the releases"), href=ctx.path("releases"))),
    ]
    if ctx.package.has("coverage"):
        body.append(show_panel(ctx.with_state(dataset=None), coverage.PANEL, "data"))
    feed = releases_feed(ctx, asked.search)
    body += [html.P(html.A(t("Feed of what changes here (Atom)"), href=feed)), *descriptions_of_all(ctx)]
    filters = (*FILTERS, "q")
    has_coverage = ctx.package.has("coverage")
    embed = coverage.PANEL.embedded(ctx.with_state(dataset=None)) if has_coverage else None
    return Page(
        title, description, "data", "data", body, kind="CollectionPage", filters=filters, feed=feed, embed=embed
    )


def _chosen(ctx: Context) -> list[Dataset]:
    """The datasets that the search and the filters leave, the best first where there is a search."""
    state, datasets = ctx.state, list(ctx.package.datasets)
    if state.search and ctx.find is not None:
        found = ctx.find.search(state.search, len(datasets), ("dataset",))
        names = [entry.path.partition("/")[2] for group in found.groups for entry in group.entries]
        datasets = [ctx.package.dataset(name) for name in names]
    if state.cities:
        covered = cities_of(ctx)
        datasets = [one for one in datasets if set(state.cities) <= set(covered.get(one.name, ()))]
    if state.origin:
        datasets = [one for one in datasets if state.origin in origins_of(one)]
    if state.data:
        datasets = [one for one in datasets if (state.data == "sample") == ctx.package.is_generated(one)]
    return datasets


def origins_of(dataset: Dataset) -> set[str]:
    """How it came to be; one may be read in part and kept by hand in part."""
    states = {source.state == "reference" for source in dataset.sources}
    return {"hand" if is_reference else "portal" for is_reference in states} or {"made"}


def cities_of(ctx: Context) -> dict[str, list[str]]:
    """Dataset -> the codes of the cities that it holds anything of, by the table of coverage."""
    if not ctx.package.has("coverage"):
        return {}
    query = Query(
        "coverage", columns=("dataset_name", "city_code"), filters=(Filter("status_code", "in", coverage.PUBLISHED),)
    )
    found: dict[str, list[str]] = {}
    pairs = {(row["dataset_name"], row["city_code"]) for row in ctx.engine.rows(query)}
    for code in ctx.codes.cities:
        for dataset in {name for name, city in pairs if city == code}:
            found.setdefault(dataset, []).append(code)
    return found


def _choices(ctx: Context) -> list[Choice]:
    t, state = ctx.t, ctx.state
    choices = [city_select(ctx), code_choice(ctx, "origin", t("Origin"), state.origin, t("Any origin"))]
    if ctx.package.sample:  # in a real release all data are
        choices.append(code_choice(ctx, "data", t("Real or sample"), state.data, t("Both")))
    return choices


def _card(ctx: Context, dataset: Dataset) -> html.Article:
    t = ctx.t
    rows = sum(ctx.package.resource(name).rows for name in dataset.resources)
    cities = ", ".join(map(ctx.city, cities_of(ctx).get(dataset.name, ())))
    facts = [t("Rows: {n}", n=ctx.f.number(rows)), dataset.licence.title, ", ".join(map(str.upper, FORMATS))]
    return html.Article(
        [
            html.H2(html.A(ctx.text(dataset.title), href=ctx.path(f"dataset/{dataset.name}"))),
            html.P(ctx.text(dataset.description)),
            html.P(t("Cities: {names}", names=cities)) if cities else None,
            html.P(last_read(ctx, dataset)),
            html.P([DOT.join(facts), *sample_badge(ctx, sample=ctx.package.is_generated(dataset))]),
        ],
        className="card",
    )


def last_read(ctx: Context, dataset: Dataset) -> str:
    """When its sources were last good, or how else it came to be."""
    moments = [source.last_good for source in dataset.sources if source.last_good]
    if not moments:
        names = ", ".join(ctx.text(ctx.package.dataset(name).title) for name in dataset.inputs)
        return ctx.t("Made from: {names}", names=names)
    return ctx.t("Sources last read on {day}", day=ctx.f.date_of(max(moments)))


def sample_badge(ctx: Context, *, sample: bool) -> list[Any]:
    """The badge of generated data, behind a space."""
    return [" ", html.Span(ctx.t("sample data"), className="badge badge--sample")] if sample else []


def _nothing(ctx: Context) -> html.P:
    t = ctx.t
    return html.P([t("No dataset fits."), " ", html.A(t("Show all datasets"), href=ctx.path("data"))], className="note")
