"""Whose data a figure shows: their licences ask that whoever takes it away names them, and not only this site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dashboard.context import Context
from dashboard.package import Source
from dashboard.panels.behind import THEMES
from dashboard.panels.panel import Panel

INDICATOR_TABLE = "indicator_values"


def publishers_of(ctx: Context, panel: Panel) -> str:
    """The publishers of the data under a panel's filters, in the order in which the release names them."""
    return ", ".join(names_of(ctx, panel))


def names_of(ctx: Context, panel: Panel) -> tuple[str, ...]:
    """The same, each by itself."""
    narrow = panel.narrow(ctx)
    if panel.resource == "coverage" and narrow.state.dataset:
        return names_of_dataset(ctx, narrow.state.dataset)
    return _names(_sources(narrow, _tables(narrow, panel)), narrow.state.cities)


def sources_of(ctx: Context, dataset: str) -> list[Source]:
    """The sources of a dataset; of one that is made from others, those of these."""
    return list(_of_datasets(ctx, [dataset], set()))


def publishers_of_dataset(ctx: Context, name: str) -> str:
    """The publishers of a dataset; of one that is made from others, those of these."""
    return ", ".join(names_of_dataset(ctx, name))


def names_of_dataset(ctx: Context, name: str) -> tuple[str, ...]:
    """The same, each by itself."""
    return _names(sources_of(ctx, name))


def _names(sources: Iterable[Source], cities: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The publishers of sources that gave rows, each once; with `cities` those of these and of the whole country."""
    given = [one for one in sources if one.rows and (not cities or one.city_code in (*cities, None))]
    return tuple(dict.fromkeys(one.publisher for one in given))


def _tables(ctx: Context, panel: Panel) -> list[str]:
    """The tables that a panel rests on: an indicator on the one that it measures."""
    if panel.resource != INDICATOR_TABLE:
        return [panel.resource]
    chosen = [one for one in ctx.package.indicators if ctx.state.indicator in (None, one.code)]
    return list(dict.fromkeys(one.table for one in chosen))


def _sources(ctx: Context, tables: Iterable[str]) -> Iterator[Source]:
    """The sources of the tables; of what is published at all, those of the themes that cities may publish."""
    named = dict.fromkeys(one for table in tables for one in (THEMES if table == "coverage" else (table,)))
    datasets = [ctx.package.resource(table).dataset for table in named if ctx.package.has(table)]
    return _of_datasets(ctx, datasets, set())


def _of_datasets(ctx: Context, names: Iterable[str], seen: set[str]) -> Iterator[Source]:
    """The sources of the datasets, and where one has none, of those that it was made from."""
    for name in names:
        if name in seen:
            continue
        seen.add(name)
        dataset = ctx.package.dataset(name)
        yield from dataset.sources or _of_datasets(ctx, dataset.inputs, seen)
