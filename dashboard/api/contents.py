"""What a download holds and says of itself: its rows as a panel shows them, its fields, its source and terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import flask
import pandas as pd
import pyarrow as pa

from dashboard.api.table_query import query_words
from dashboard.context import Context
from dashboard.export.about import About, Batches
from dashboard.package import Field
from dashboard.panels.computed import computed_fields
from dashboard.panels.panel import Panel
from dashboard.panels.publishers import sources_of
from dashboard.query.model import Query

TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
"""Of computed columns, by the type of their description."""


def stream_rows(ctx: Context, query: Query, panel: Panel | None) -> tuple[pa.Schema, Batches]:
    """The rows of the query, of a panel with what it shows besides: names, indices and rows of cities that publish
    nothing."""
    batches = ctx.engine.stream(query)
    return _peek(batches if panel is None else _derived(ctx, panel, batches))


def describe(ctx: Context, query: Query, columns: Sequence[str], name: str, panel: Panel | None = None) -> About:
    """What the file says of itself, in the reader's language."""
    t = ctx.t
    dataset = ctx.dataset_of(query.resource)
    scope = panel.scope(ctx) if panel else query_words(query)
    narrow = panel.narrow(ctx) if panel else ctx
    fields, cities = _fields(ctx, query), (*narrow.state.cities, None)
    sources = [one for one in sources_of(ctx, dataset.name) if not narrow.state.cities or one.city_code in cities]
    lines = [
        (t("Title"), ctx.text(dataset.title)),
        *([(t("Filters"), scope)] if scope else []),
        (t("Release"), ctx.package.version),
        (t("Licence"), f"{dataset.licence.title} {dataset.licence.url}"),
        (t("Sources"), "; ".join(ctx.text(source.title) for source in sources)),
        (t("Address"), _permanent(ctx)),
    ]
    sample = ctx.package.resource(query.resource).sample
    if sample:
        lines.insert(0, (t("sample data"), t("Generated, not real.")))
    return About(
        " – ".join(filter(None, (ctx.text(dataset.title), name, scope))),
        ctx.language,
        [fields[column] for column in columns],
        lines,
        sample,
        (t("Table"), t("Fields"), t("Source")),
        (t("Field"), t("Title"), t("Unit of measure"), t("Description")),
        ctx.created,
    )


def _permanent(ctx: Context) -> str:
    """The address that was asked for, of this very release."""
    asked = parse_qsl(flask.request.query_string.decode(), keep_blank_values=True)
    named = [*(pair for pair in asked if pair[0] != "release"), ("release", ctx.package.version)]
    return f"{ctx.base_url}{quote(flask.request.path)}?{urlencode(named)}"


def with_finding(ctx: Context, about: About, panel: Panel) -> About:
    """The same with what the panel finds in these rows."""
    view = panel.view(ctx)
    finding = ((ctx.t("Finding"), view.title), (ctx.t("What it shows"), view.subtitle))
    said = 1 if about.sample else 0  # that it is a sample stands before all else
    return replace(about, lines=(*about.lines[:said], *finding, *about.lines[said:]))


def _derived(ctx: Context, panel: Panel, batches: Batches) -> Batches:
    narrow, computed = panel.narrow(ctx), computed_fields(ctx.t)
    for batch in batches:
        frame = panel.derive(narrow, batch.to_pandas(types_mapper=pd.ArrowDtype))
        # All from the derived frame, which may have other rows than the batch, or the same ones in another order.
        columns = [_column(frame[name], _type(batch.schema, computed, name)) for name in frame.columns]
        yield pa.RecordBatch.from_arrays(columns, names=list(frame.columns))


def _column(values: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    """A column of a frame; what is missing in it, in whatever manner, is null."""
    if isinstance(values.dtype, pd.ArrowDtype):
        return pa.array(values.array.__arrow_array__().to_pylist(), kind)
    return pa.array(values.tolist(), kind, from_pandas=True)


def _type(stored: pa.Schema, computed: Mapping[str, Field], name: str) -> pa.DataType:
    return stored.field(name).type if name in stored.names else TYPES[computed[name].type]


def _peek(batches: Batches) -> tuple[pa.Schema, Batches]:
    """The schema of the batches, and the batches still whole."""
    first = next(batches)

    def whole() -> Batches:
        yield first
        yield from batches

    return first.schema, whole()


def _fields(ctx: Context, query: Query) -> dict[str, Field]:
    """The columns that the answer may have: a measure is described as what was computed, not as what it was made of."""
    tables = (*(lookup.query.resource for lookup in query.lookups), query.resource)
    stored = {field.name: field for table in tables for field in ctx.package.resource(table).fields}
    computed = computed_fields(ctx.t)
    return stored | computed if query.measures or query.of else computed | stored
