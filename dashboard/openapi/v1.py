"""The operations of the site's own interface. `dashboard.api.v1` answers them; here is what they take and give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.openapi import answers, kinds
from dashboard.openapi.filters import (
    MOST_GROUPED_BY,
    MOST_MEASURES,
    MOST_SORTED_BY,
    measure_pattern,
    measures_of,
    sortable,
)
from dashboard.openapi.kinds import Kind
from dashboard.openapi.operation import COMMON, TABLE, VERSION, Operation, Parameter, Scope
from dashboard.package import Field, Resource

ROOT = "/api/v1"
ROWS, MOST_ROWS = 100, 1000
"""Rows of a page where nothing is said, and at most."""
MOST_GROUPS = 10_000
MOST_CELLS = 400_000_000
"""Values that one aggregate may read: the rows of the table times the fields and measures asked for."""
MOST_COMPANIES = 100
CHANGES = ("added", "changed", "removed", "moved")
GROUP_ORDERS = ("by", "-by", "measure", "-measure")
CURSOR = r"[A-Za-z0-9_-]{16,3000}"


def table_of(scope: Scope) -> Resource:
    """The table that a description is of; the first one where it is of none."""
    return scope.table or scope.package.resources[0]


def _measures(scope: Scope) -> Kind:
    table = table_of(scope)
    of_table = kinds.names(measures_of(table), MOST_MEASURES)
    one = f"({measure_pattern(table)})"
    schema = {"type": "string", "pattern": f"^{one}(,{one}){{0,{MOST_MEASURES - 1}}}$"}
    return Kind(schema, of_table.parse, of_table.wrong)


LIMIT = Parameter(
    "limit",
    lambda t: t("Rows of a page."),
    lambda _: kinds.whole(1, MOST_ROWS),
    default=str(ROWS),
)
AFTER = Parameter(
    "cursor",
    lambda t: t(
        "Where the page begins: the answer before gives it in its `next`. It holds for the same question only."
    ),
    lambda _: kinds.matching(CURSOR, "WyIyMDI2LTExLTI0VDA2"),
)
FIELDS = Parameter(
    "fields",
    lambda t: t("The fields of the answer, with commas between; all where none is named."),
    lambda scope: kinds.names(table_of(scope).field_names(), len(table_of(scope).fields)),
)
SORT = Parameter(
    "sort",
    lambda t: t("The fields by which rows are put in order, with a minus before one that falls; the key breaks ties."),
    lambda scope: kinds.names(sortable(table_of(scope)), MOST_SORTED_BY, "-"),
)
TOTAL = Parameter("total", lambda t: t("Whether the rows are counted."), lambda _: kinds.flag(), default="false")
MEASURE = Parameter(
    "measure",
    lambda t: t(
        "What is computed, with commas between: `count`, or `sum:`, `share:`, `median:`, `p10:`, `p25:`, `p75:`, "
        "`p90:`, `min:`, `max:` or `count_distinct:` before a field."
    ),
    _measures,
    default="count",
)
BY = Parameter(
    "by",
    lambda t: t("The fields that make the groups, with commas between; one group of all rows where none is named."),
    lambda scope: kinds.names(sortable(table_of(scope)), MOST_GROUPED_BY),
)
GROUP_ORDER = Parameter(
    "sort",
    lambda t: t("The order of the groups: by their fields or by the first measure, with a minus for falling."),
    lambda _: kinds.choice(GROUP_ORDERS),
    default="by",
)
GROUP_LIMIT = Parameter(
    "limit",
    lambda t: t("The first groups in that order; without it all of them, where they are not too many."),
    lambda _: kinds.whole(1, MOST_GROUPS),
)
QUERY = Parameter(
    "q", lambda t: t("Words of a name, or a business id."), lambda _: kinds.text(100, 1), required=True,
    example=lambda _: "oy",
)  # fmt: skip
COMPANY_LIMIT = Parameter(
    "limit", lambda t: t("Companies of the answer."), lambda _: kinds.whole(1, MOST_COMPANIES), default="20"
)
BUSINESS_ID = Parameter(
    "business_id",
    lambda t: t("A business id."),
    lambda _: kinds.matching(r"[0-9]{7}-[0-9]", "1234567-8"),
    "path",
    required=True,
)
CODE = Parameter(
    "code",
    lambda t: t("An indicator, by its code."),
    lambda scope: kinds.choice(one.code for one in scope.package.indicators),
    "path",
    required=True,
)
CITY = Parameter(
    "city_code", lambda t: t("A city, by its municipality code."), lambda scope: kinds.choice(scope.codes.cities)
)
PERIOD = Parameter("period_kind_code", lambda t: t("Years or months."), lambda _: kinds.choice(("year", "month")))
FROM = Parameter(
    "from",
    lambda t: t("The earlier release; the one that was live before the later one where none is named."),
    lambda scope: kinds.choice(scope.versions) if scope.versions else kinds.text(),
)
TO = Parameter(
    "to",
    lambda t: t("The later release; the one that is asked where none is named."),
    lambda scope: kinds.choice(scope.versions) if scope.versions else kinds.text(),
)
KIND = Parameter(
    "kind", lambda t: t("What became of the rows."), lambda _: kinds.choice(CHANGES), "path", required=True
)


def _rows(scope: Scope) -> Mapping[str, Mapping[str, Any]]:
    row = {
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: value_schema(field) for field in table_of(scope).fields},
    }
    return _json(
        {
            "release": {"type": "string"},
            "table": {"type": "string"},
            "sample": {"type": "boolean"},
            "limit": {"type": "integer"},
            "total": {"type": ["integer", "null"]},
            "rows": {"type": "array", "items": row},
            "next": {"type": ["string", "null"]},
        }
    )


def value_schema(field: Field) -> dict[str, Any]:
    """What a value of a field is in JSON."""
    if field.exact_type.startswith("list"):
        return {"type": ["array", "null"], "items": {"type": "string"}}
    by_type = {"integer": "integer", "number": "number", "boolean": "boolean"}
    found: dict[str, Any] = {"type": [by_type.get(field.type, "string"), "null"]}
    return found | ({"format": "date"} if field.type == "date" else {})


def _groups(_: Scope) -> Mapping[str, Mapping[str, Any]]:
    texts = {"type": "array", "items": {"type": "string"}}
    values = {"type": ["string", "number", "boolean", "null"]}
    return _json(
        {
            "release": {"type": "string"},
            "table": {"type": "string"},
            "sample": {"type": "boolean"},
            "by": texts,
            "measures": texts,
            "total": {"type": "integer"},
            "groups": {"type": "array", "items": {"type": "object", "additionalProperties": values}},
        }
    )


def _json(properties: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    schema = {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}
    return {"application/json": schema}


def _values(scope: Scope) -> Mapping[str, Mapping[str, Any]]:
    known = scope.package.has("indicator_values")
    table = scope.package.resource("indicator_values") if known else table_of(scope)
    return _rows(Scope(scope.package, scope.codes, table=table))


OPERATIONS = (
    Operation(
        "index", f"{ROOT}/", "Start", lambda t: t("Where everything is, and the limits."), COMMON,
        lambda _: answers.json_of(answers.Index),
    ),
    Operation(
        "tables", f"{ROOT}/tables", "Tables", lambda t: t("All tables."), COMMON,
        lambda _: answers.json_of(answers.Tables),
    ),
    Operation(
        "table", f"{ROOT}/tables/{{table}}", "Tables", lambda t: t("A table: its fields, key, licence and files."),
        (TABLE, *COMMON), lambda _: answers.json_of(answers.TableWhole), example=f"{ROOT}/tables/purchases",
    ),
    Operation(
        "rows", f"{ROOT}/tables/{{table}}/rows", "Tables", lambda t: t("Rows of a table under filters, page by page."),
        (TABLE, FIELDS, SORT, LIMIT, AFTER, TOTAL, *COMMON), _rows, (400, 404, 413), "table", takes_filters=True,
        example=f"{ROOT}/tables/purchases/rows?city_code=853&amount_eur__gt=10000&sort=-amount_eur&limit=10",
        more=lambda t: t(
            "Every page is in the same order however often it is asked for, and no row comes twice or is left out: a "
            "page begins behind the last row of the one before. `next` is the address of the next "
            "page, null at the end."
        ),
    ),
    Operation(
        "aggregate", f"{ROOT}/tables/{{table}}/aggregate", "Tables",
        lambda t: t("Sums, counts and other measures of a table by groups."),
        (TABLE, MEASURE, BY, GROUP_ORDER, GROUP_LIMIT, *COMMON), _groups, (400, 404, 413), "table", takes_filters=True,
        example=f"{ROOT}/tables/purchases/aggregate?measure=sum:amount_eur,count&by=city_code,purchase_year",
        more=lambda t: t(
            "`total` is the number of all groups. A share is a part, from 0 to 1, of all groups together."
        ),
    ),
    Operation(
        "diff", f"{ROOT}/tables/{{table}}/diff", "Tables",
        lambda t: t("The rows of a table that differ between any two releases."),
        (TABLE, FROM, TO, LIMIT, AFTER, *COMMON), lambda _: answers.json_of(answers.Difference),
        more=lambda t: t(
            "First the rows that were removed, then those changed, added and moved, each in the order of the release's "
            "file. `before` and `after` are whole rows. Where a key is but a row's place in a file, rows are compared "
            "by what they hold; one that `moved` tells of `rows_count` rows behind one another, of each of which only "
            "the place changed. /dataset/NAME/diff.csv and .json hold all rows in one file."
        ),
    ),
    Operation(
        "companies", f"{ROOT}/companies", "Companies", lambda t: t("Companies by name, mistyped ones too."),
        (QUERY, COMPANY_LIMIT, *COMMON), lambda _: answers.json_of(answers.Companies),
        example=f"{ROOT}/companies?q=rakennus",
    ),
    Operation(
        "company", f"{ROOT}/companies/{{business_id}}", "Companies", lambda t: t("A company by its business id."),
        (BUSINESS_ID, *COMMON), lambda _: answers.json_of(answers.CompanyWhole),
    ),
    Operation(
        "indicators", f"{ROOT}/indicators", "Indicators", lambda t: t("What each indicator measures, and its limits."),
        COMMON, lambda _: answers.json_of(answers.Indicators),
    ),
    Operation(
        "indicator", f"{ROOT}/indicators/{{code}}", "Indicators", lambda t: t("One indicator."),
        (CODE, *COMMON), lambda _: answers.json_of(answers.IndicatorWhole),
    ),
    Operation(
        "indicator_values", f"{ROOT}/indicators/{{code}}/values", "Indicators",
        lambda t: t("Values of an indicator by city and period."),
        (CODE, CITY, PERIOD, LIMIT, AFTER, *COMMON), _values,
    ),
    Operation(
        "releases", f"{ROOT}/releases", "Releases", lambda t: t("The releases that are kept, the newest first."),
        COMMON, lambda _: answers.json_of(answers.Releases),
    ),
    Operation(
        "release", f"{ROOT}/releases/{{version}}", "Releases", lambda t: t("A release with its tables."),
        (VERSION, *COMMON), lambda _: answers.json_of(answers.ReleaseWhole),
    ),
    Operation(
        "changes", f"{ROOT}/releases/{{version}}/changes", "Releases",
        lambda t: t("What a release changed, by table."),
        (VERSION, *COMMON), lambda _: answers.json_of(answers.Changes),
    ),
    Operation(
        "changed_rows", f"{ROOT}/releases/{{version}}/changes/{{table}}/{{kind}}", "Releases",
        lambda t: t("The rows that a release added, changed, removed or moved in a table."),
        (VERSION, TABLE, KIND, LIMIT, AFTER, *COMMON), lambda _: answers.json_of(answers.ChangedRows),
        more=lambda t: t(
            "Rows stand as the later release has them, those removed as the earlier one had them; a changed one says "
            "in `changed_fields` which fields differ."
        ),
    ),
)  # fmt: skip
