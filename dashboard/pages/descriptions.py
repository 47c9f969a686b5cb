"""Where a dataset, and the whole catalogue, is described for programs: in which formats, at which addresses."""

from __future__ import annotations

from typing import Any

from dashboard.components.elements import html
from dashboard.context import Context
from dashboard.package import Dataset
from dashboard.state import State

GRAPHS = {"ttl": "Turtle", "rdf": "RDF/XML", "jsonld": "JSON-LD", "nt": "N-Triples"}
"""Ending of an address -> name of the serialisation."""


def descriptions_of(ctx: Context, dataset: Dataset) -> list[Any]:
    """The descriptions of one dataset."""
    at = f"/dataset/{dataset.name}"
    links = [
        *_graphs(ctx, at),
        _link(ctx, "Data Package", f"{at}/datapackage.json"),
        _link(ctx, "Croissant", f"{at}/croissant.json?lang={ctx.language}"),
        *(_link(ctx, f"CSVW: {name}.csv", f"/data/{name}.csv-metadata.json") for name in dataset.resources),
    ]
    return [html.H2(ctx.t("Machine-readable descriptions")), html.Ul(links, className="downloads")]


def descriptions_of_all(ctx: Context) -> list[Any]:
    """The descriptions of the whole catalogue, for other portals."""
    links = [
        *_graphs(ctx, "/catalog"),
        _link(ctx, "Data Package", "/datapackage.json"),
        html.Li(html.A("OAI-PMH", href="/oai?verb=Identify")),
    ]
    return [html.H2(ctx.t("Machine-readable descriptions")), html.Ul(links, className="downloads")]


def _graphs(ctx: Context, at: str) -> list[html.Li]:
    return [_link(ctx, f"DCAT-AP: {name}", f"{at}.{kind}") for kind, name in GRAPHS.items()]


def _link(ctx: Context, name: str, address: str) -> html.Li:
    """A link to a file, of the release that the page is of."""
    query = ctx.query(State())
    joint = "&" if "?" in address else "?"
    return html.Li(html.A(name, href=f"{address}{joint}{query}" if query else address))
