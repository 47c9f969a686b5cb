"""The operation of SQL. `dashboard.api.sql` answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.openapi import kinds
from dashboard.openapi.operation import FREE_LANG, Operation, Parameter, Scope
from dashboard.sql.runner import MOST_ROWS


def _answer(_: Scope) -> Mapping[str, Mapping[str, Any]]:
    field = {"type": "object", "required": ["name", "type"],
             "properties": {"name": {"type": "string"}, "type": {"type": "string"}}}  # fmt: skip
    properties = {
        "release": {"type": "string"},
        "sample": {"type": "boolean"},
        "sql": {"type": "string"},
        "fields": {"type": "array", "items": field},
        "is_truncated": {"type": "boolean"},
        "rows": {"type": "array", "items": {"type": "object"}},
    }
    whole = {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}
    return {"application/json": whole, "text/csv": {"type": "string"}}


OPERATIONS = (
    Operation(
        "sql", "/api/v1/sql", "SQL", lambda t: t("The answer of one SELECT over the live release."),
        (
            Parameter("sql", lambda t: t("The statement."), lambda _: kinds.told({"type": "string"}), required=True,
                      example=lambda _: "select city_code, count(*) from purchases group by all"),
            Parameter("format", lambda t: t("The format of the answer."), lambda _: kinds.choice(("json", "csv")),
                      default="json", in_body={"enum": ["json", "csv", "", None]}),
            Parameter("limit", lambda t: t("How many rows."), lambda _: kinds.whole(1, MOST_ROWS),
                      default=str(MOST_ROWS), in_body={"type": ["integer", "string", "null"]}),
            FREE_LANG,
        ),
        _answer, (400, 404, 413, 503),
        example="/api/v1/sql?sql=select%20city_code,%20count(*)%20from%20purchases%20group%20by%20all",
        posts=("application/json", "application/x-www-form-urlencoded", "text/plain"),
        more=lambda t: t(
            "What a statement may do, its tables and its limits stand on the page of SQL. A body of plain text is the "
            "statement itself."
        ),
    ),
)  # fmt: skip
