"""The operations of single rows: what differs between two releases, and where a row is from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.catalogue.rdf import MEDIA_TYPES
from dashboard.openapi import kinds
from dashboard.openapi.feeds import DATASET
from dashboard.openapi.operation import FREE_LANG, OR_CURRENT, Operation, Parameter
from dashboard.openapi.v1 import FROM, TO

DIFFERENCES: Mapping[str, Mapping[str, Any]] = {
    "text/csv": {"type": "string"},
    "application/json": {"type": "object", "required": ["tables"]},
}
KIND = Parameter(
    "kind", lambda t: t("How it is written."), lambda _: kinds.choice(("csv", "json")), "path", required=True
)
ONE_TABLE = Parameter(
    "table",
    lambda t: t("A table, by its name."),
    lambda scope: kinds.choice(one.name for one in scope.package.resources),
)
KEY = Parameter(
    "key",
    lambda t: t("A row, by the values of its key, joined by commas."),
    lambda _: kinds.told({"type": "string", "minLength": 1}),
    "path",
    required=True,
)
BETWEEN = (DATASET, FROM, TO, ONE_TABLE, FREE_LANG, OR_CURRENT)
OPERATIONS = (
    Operation(
        "dataset_diff", "/dataset/{name}/diff", "Catalogue",
        lambda t: t("The rows of a dataset that differ between any two releases: a page, or a file if accepted."),
        BETWEEN, lambda _: DIFFERENCES, shows_page=True,
    ),
    Operation(
        "dataset_diff_file", "/dataset/{name}/diff.{kind}", "Catalogue",
        lambda t: t("All rows of a dataset that differ between any two releases, in one file."),
        (KIND, *BETWEEN), lambda _: DIFFERENCES,
    ),
    Operation(
        "dataset_row", "/dataset/{name}/row/{key}", "Catalogue",
        lambda t: t("A row at its lasting address: its page, or where it is from as PROV-O in the form accepted."),
        (DATASET, KEY, FREE_LANG, OR_CURRENT),
        lambda _: {media_type: {} for media_type in MEDIA_TYPES.values()}, (404,), shows_page=True,
        example="/dataset/cities/row/853.jsonld",
    ),
)  # fmt: skip
