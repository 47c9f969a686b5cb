"""The operations that give files: what a figure shows, whole tables, and the descriptor of the release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from dashboard.i18n import Translator
from dashboard.openapi import kinds
from dashboard.openapi.feeds import DATASET
from dashboard.openapi.kinds import Kind
from dashboard.openapi.operation import OR_CURRENT, TABLE, Operation, Parameter, Scope
from dashboard.panels.registry import PANELS
from dashboard.state import BUSINESS_ID, PARAMETERS

MEDIA_TYPES = {
    "csv": "text/csv",
    "excel.csv": "text/csv",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "zip": "application/zip",
}
FORMATS = tuple(MEDIA_TYPES)
"""`excel.csv` is the CSV with `;` and a byte order mark."""
CITED = {
    "txt": "text/plain",
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "json": "application/vnd.citationstyles.csl+json",
}
MOST_EUROS = 999_999_999_999
FORMAT = Parameter(
    "kind", lambda t: t("The format of the file."), lambda _: kinds.choice(FORMATS), "path", required=True
)
OF_DATASET = Parameter(
    "kind", lambda t: t("The format of the file."),
    lambda _: kinds.choice(one for one in FORMATS if "." not in one), "path", required=True,
)  # fmt: skip
CITATION = Parameter(
    "kind", lambda t: t("The form of the citation."), lambda _: kinds.choice(CITED), "path", required=True
)
LANG = Parameter(
    "lang", lambda t: t("Language of titles and names in the file; Finnish where it is none of the three."),
    lambda _: kinds.told({"type": "string"}),
)  # fmt: skip
FIGURE = Parameter("name", lambda t: t("A figure, by its name."), lambda _: kinds.choice(PANELS), "path", required=True)
TABLE_NAME = replace(TABLE, name="name")
COMPANY = Parameter(
    "company",
    lambda t: t("The company that the figure is of."),
    lambda _: kinds.matching(BUSINESS_ID, "1234567-8"),
    required=True,
)


def figure_filters(scope: Scope) -> tuple[Parameter, ...]:
    """The filters of the figure that a description is of; of all figures where it is of none."""
    names = scope.panel.filters if scope.panel else tuple(one.name for one in PARAMETERS)
    found = [
        Parameter(one.name, _said, _kind(one.name, one.kind))
        for one in PARAMETERS
        if one.name in names and (one.kind == "amount" or scope.codes.known.get(one.name))
    ]
    of_company = scope.panel is None or scope.panel.of_company
    return (*found, *((COMPANY,) if of_company else ()))


def _said(t: Any) -> str:
    text: str = t("A filter of the figure, as its page has it.")
    return text


def _kind(name: str, kind: str) -> Callable[[Scope], Kind]:
    """A filter's values; an empty one, as a form sends it, is none."""
    if kind == "amount":
        bounds = {"minimum": -MOST_EUROS, "maximum": MOST_EUROS}
        return lambda _: kinds.told({"type": ["integer", "string"], "pattern": "^$", **bounds})
    if kind == "codes":
        return lambda scope: kinds.told({"type": "string", "pattern": f"^({_codes(scope, name)})?$"})
    return lambda scope: kinds.told({"type": "string", "enum": [*scope.codes.known[name], ""]})


def _codes(scope: Scope, name: str) -> str:
    known = scope.codes.known[name]
    return str(kinds.names(known, len(known)).schema["pattern"]).strip("^$")


def _files(_: Scope) -> Mapping[str, Mapping[str, Any]]:
    texts: dict[str, dict[str, Any]] = {
        "text/csv": {"type": "string"},
        "application/json": {"type": "array", "items": {"type": "object"}},
    }
    return {media_type: texts.get(media_type, {}) for media_type in MEDIA_TYPES.values()}


def _citations(_: Scope) -> Mapping[str, Mapping[str, Any]]:
    return {kind: {"type": "array"} if kind.endswith("json") else {"type": "string"} for kind in CITED.values()}


def _of_rows(t: Translator) -> str:
    return t(
        "Filters choose rows: `field=value`, the same field again for one of several values, `field=` for none, "
        "`field.ge=` and `field.le=` for a value at least or at most."
    )


OPERATIONS = (
    Operation(
        "download", "/download/{name}.{kind}", "Files", lambda t: t("What a figure of the site shows, as a file."),
        (FIGURE, FORMAT, LANG, OR_CURRENT), _files, (400, 404, 413), "figure",
        example="/download/suppliers.csv?city=853",
    ),
    Operation(
        "data", "/data/{name}.{kind}", "Files", lambda t: t("A whole table, or the rows of it that fit, as a file."),
        (TABLE_NAME, FORMAT, LANG, OR_CURRENT), _files, (400, 404, 413), example="/data/purchases.parquet",
        more=_of_rows,
    ),
    Operation(
        "dataset_file", "/dataset/{name}.{kind}", "Files",
        lambda t: t("A dataset as a file: its first table; as a zip all of them with what describes them."),
        (DATASET, OF_DATASET, LANG, OR_CURRENT), _files, (400, 404, 413), example="/dataset/purchases.zip?lang=en",
        more=_of_rows,
    ),
    Operation(
        "datapackage", "/datapackage.json", "Files",
        lambda t: t("The release in one document: a Data Package with tables, fields, sources and hashes."),
        (OR_CURRENT,), lambda _: {"application/json": {"type": "object", "required": ["resources", "x-version"]}},
        (404,), example="/datapackage.json",
    ),
    Operation(
        "cite", "/cite/{name}.{kind}", "Citations", lambda t: t("How to cite a dataset, whole or under filters."),
        (DATASET, CITATION, LANG, OR_CURRENT), _citations, (400, 404), example="/cite/purchases.bib", more=_of_rows,
    ),
    Operation(
        "cite_figure", "/cite/figure/{name}.{kind}", "Citations",
        lambda t: t("How to cite what a figure shows under its filters."), (FIGURE, CITATION, LANG, OR_CURRENT),
        _citations, (400, 404), example="/cite/figure/suppliers.txt?city=853",
    ),
)  # fmt: skip
