"""Data: exactly what a panel shows under its filters, and whole tables, in four formats."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import flask
import pandas as pd
import pyarrow as pa

from dashboard.context import Context
from dashboard.errors import UnknownResource
from dashboard.export.about import About, Batches
from dashboard.export.csv import stream_csv
from dashboard.export.json import stream_json
from dashboard.export.parquet import write_parquet
from dashboard.export.xlsx import write_xlsx
from dashboard.package import Field, Resource
from dashboard.panels.computed import computed_fields
from dashboard.panels.panel import Panel
from dashboard.query.model import Query
from dashboard.state import PARAMETERS

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
"""Of computed columns, by the type of their description."""
MakeContext = Callable[[str], Context]
Derive = Callable[[Context, pd.DataFrame], pd.DataFrame]


def create_downloads(panels: dict[str, Panel], make_context: MakeContext) -> flask.Blueprint:
    """The blueprint; `make_context` gives the context of the current request in a language."""
    blueprint = flask.Blueprint("downloads", __name__)

    @blueprint.get("/download/<name>.<kind>")
    def panel_data(name: str, kind: str) -> flask.Response:
        ctx = make_context(flask.request.args.get("lang", "fi"))
        panel = panels.get(name)
        if panel is None:
            raise UnknownResource(f"There is no figure {name!r}; there are {', '.join(panels)}.")
        panel.require_known(ctx, flask.request.args)
        panel.require_subject(ctx)
        return respond(panel.narrow(ctx), panel.query(ctx), kind, name, panel)

    @blueprint.get("/data/<name>.<kind>")
    def whole_table(name: str, kind: str) -> flask.Response:
        ctx = make_context(flask.request.args.get("lang", "fi"))
        ctx.package.resource(name)
        if kind in ("csv", "parquet"):
            answer = flask.send_file(
                ctx.package.file(name, kind),
                as_attachment=True,
                download_name=file_name(ctx, ctx.package.resource(name), name, kind),
                conditional=True,
            )
            answer.content_type = MEDIA_TYPES[kind]
            return answer
        return respond(ctx, Query(name), kind, name)

    return blueprint


def file_name(ctx: Context, resource: Resource, name: str, kind: str, panel: Panel | None = None) -> str:
    """A download's name: what it is, of which release, and that it is a sample where the rows of `resource` are.

    Of a panel it holds the codes of the filters too, since a CSV can say them nowhere else.
    """
    codes: list[object] = []
    if panel is not None:
        state = panel.narrow(ctx).state
        codes = [*state.cities, state.year]
        named = (p for p in PARAMETERS if p.name not in ("city", "year"))
        codes += [f"{p.name}{_plain(value)}" for p in named if (value := getattr(state, p.attribute)) is not None]
        codes.append(state.company)
    parts = ["sample" if resource.sample else "", name, *codes, ctx.package.version]
    return "-".join(str(part) for part in parts if part) + f".{kind}"


def _plain(value: object) -> str:
    """A filter's value as a part of a file name.

    >>> _plain("Liikenne ja väylät")
    'liikenne-ja-vaylat'
    """
    letters = normalize("NFKD", str(value)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters.lower()).strip("-")


def respond(ctx: Context, query: Query, kind: str, name: str, panel: Panel | None = None) -> flask.Response:
    """The query's answer as a file. Raises UnknownResource for a format that there is not."""
    if kind not in MEDIA_TYPES:
        raise UnknownResource(f"There is no format {kind!r}; there are {', '.join(MEDIA_TYPES)}.")
    resource = ctx.package.resource(query.resource)
    batches = ctx.engine.stream(query)
    schema, batches = _peek(batches if panel is None else _derived(ctx, panel.derive, batches))
    about = describe(ctx, query, schema, name, panel.scope(ctx) if panel else "")
    if panel is not None and kind in ("xlsx", "parquet"):
        view = panel.view(ctx)
        finding = ((ctx.t("Finding"), view.title), (ctx.t("What it shows"), view.subtitle))
        said = 1 if about.sample else 0  # that it is a sample stands before all else
        about = replace(about, lines=(*about.lines[:said], *finding, *about.lines[said:]))
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name(ctx, resource, name, kind, panel)}"',
        "X-Release": ctx.package.version,
        "X-Sample": str(resource.sample).lower(),
    }
    if kind == "csv":
        body: Iterator[bytes] = stream_csv(schema, batches)
    elif kind == "json":
        body = stream_json(schema.names, batches)
    else:
        body = _from_file(kind, schema, about, batches)
    return flask.Response(body, content_type=MEDIA_TYPES[kind], headers=headers)


def _derived(ctx: Context, derive: Derive, batches: Batches) -> Batches:
    """The batches with what the panel shows besides: names, indices and rows of cities that publish nothing."""
    computed = computed_fields(ctx.t)
    for batch in batches:
        frame = derive(ctx, batch.to_pandas(types_mapper=pd.ArrowDtype))
        columns = [
            batch.column(name)
            if name in batch.schema.names and len(frame) == batch.num_rows
            else pa.array(frame[name].tolist(), _type(batch.schema, computed, name), from_pandas=True)
            for name in frame.columns
        ]
        yield pa.RecordBatch.from_arrays(columns, names=list(frame.columns))


def _type(stored: pa.Schema, computed: Mapping[str, Field], name: str) -> pa.DataType:
    return stored.field(name).type if name in stored.names else TYPES[computed[name].type]


def _peek(batches: Batches) -> tuple[pa.Schema, Batches]:
    """The schema of the batches, and the batches still whole."""
    first = next(batches)

    def whole() -> Batches:
        yield first
        yield from batches

    return first.schema, whole()


def _from_file(kind: str, schema: pa.Schema, about: About, batches: Batches) -> Iterator[bytes]:
    """Formats that need their end before their beginning are written to disk, then sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out.{kind}"
        if kind == "xlsx":
            write_xlsx(path, about, batches)
        else:
            write_parquet(path, schema, about, batches)
        data = path.read_bytes()
    return iter([data])


def describe(ctx: Context, query: Query, schema: pa.Schema, name: str, scope: str) -> About:
    """What the file says of itself, in the reader's language; `scope` is what counts in it, empty for all."""
    t = ctx.t
    dataset = ctx.dataset_of(query.resource)
    fields, cities = _fields(ctx, query), (*ctx.state.cities, None)
    sources = [one for one in dataset.sources if not ctx.state.cities or one.city_code in cities]
    lines = [
        (t("Title"), ctx.text(dataset.title)),
        (t("Release"), ctx.package.version),
        (t("Licence"), f"{dataset.licence.title} {dataset.licence.url}"),
        (t("Sources"), "; ".join(ctx.text(source.title) for source in sources)),
        (t("Address"), ctx.base_url + flask.request.full_path.rstrip("?")),
        (t("Taken at"), f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC"),
    ]
    if scope:
        lines.insert(1, (t("Filters"), scope))
    sample = ctx.package.resource(query.resource).sample
    if sample:
        lines.insert(0, (t("sample data"), t("Generated, not real.")))
    return About(
        " – ".join(filter(None, (ctx.text(dataset.title), name, scope))),
        ctx.language,
        [fields[column] for column in schema.names],
        lines,
        sample,
        (t("Table"), t("Fields"), t("Source")),
        (t("Field"), t("Title"), t("Unit of measure"), t("Description")),
    )


def _fields(ctx: Context, query: Query) -> dict[str, Field]:
    """The columns that the answer may have: a measure is described as what was computed, not as what it was made of."""
    tables = (*(lookup.query.resource for lookup in query.lookups), query.resource)
    stored = {field.name: field for table in tables for field in ctx.package.resource(table).fields}
    computed = computed_fields(ctx.t)
    return stored | computed if query.measures or query.of else computed | stored
