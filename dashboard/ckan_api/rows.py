"""What `datastore_search` and the dump ask: their parameters as a query of the release."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from dashboard.ckan_api.asked import Asked
from dashboard.ckan_api.columns import types_of
from dashboard.ckan_api.errors import Invalid, NotFound
from dashboard.ckan_api.filters import parse_filters
from dashboard.ckan_api.fulltext import parse_text
from dashboard.ckan_api.site import Portal
from dashboard.package import Resource
from dashboard.query.model import ROW_NUMBER, Combined, Query

DEFAULT_ROWS, MOST_ROWS = 100, 32_000
LONGEST_SORT = 200
"""Letters of one part of an order, at most."""
Direction = Literal["asc", "desc"]
_SORT = re.compile(
    r"\s*\"?(?P<name>[^\"]+?)\"?(?:\s+(?P<way>asc|desc))?(?:\s+nulls\s+(?:first|last))?\s*", re.IGNORECASE
)
KNOWN = {
    "resource_id", "id", "filters", "q", "full_text", "distinct", "plain", "language", "limit", "offset", "fields",
    "sort", "include_total", "total_estimation_threshold", "records_format", "include_next_page",
}  # fmt: skip


@dataclass(frozen=True)
class RowsAsked:
    """Rows of a table: the query without its page, and the columns in the order in which they are given."""

    table: Resource
    query: Query
    columns: list[str]

    @property
    def is_whole(self) -> bool:
        """Whether every row is asked for, so that nobody has to count them."""
        return self.query.where is None and not self.query.distinct

    @property
    def keyset(self) -> Literal["gt", "lt"] | None:
        """Which way row numbers go from page to page; None where the rows are in another order."""
        if self.query.distinct or not self.query.order_by:
            return None
        name, direction = self.query.order_by[0]
        return None if name != ROW_NUMBER else "gt" if direction == "asc" else "lt"


def datastore_table(portal: Portal, name: str) -> Resource:
    """The table that is the datastore's one of a resource. Raises NotFound."""
    if not portal.package.has(name):
        raise NotFound(f'Resource "{name}" was not found.')
    return portal.package.resource(name)


def rows_asked(table: Resource, asked: Asked) -> RowsAsked:
    """The rows that the parameters ask for. Raises Invalid."""
    types = types_of(table)
    columns = _columns(table, asked)
    text = parse_text(_text_asked(asked), table.field_names(), is_plain=asked.flag("plain", default=True))
    conditions = [one for one in (parse_filters(asked.json("filters"), types), text) if one is not None]
    where = Combined("all", tuple(conditions)) if len(conditions) > 1 else next(iter(conditions), None)
    is_distinct = asked.flag("distinct")
    order = _order(asked, types)
    if is_distinct:
        outside = [name for name, _ in order if name not in columns]
        if outside:
            raise Invalid({"query": ["Invalid query"], "info": {"orig": [
                f"for SELECT DISTINCT, ORDER BY expressions must appear in select list: {outside[0]!r}"]}})  # fmt: skip
    elif not order:
        order = ((ROW_NUMBER, "asc"),)
    query = Query(table.name, columns=tuple(columns), order_by=order, where=where, distinct=is_distinct, numbered=True)
    return RowsAsked(table, query, columns)


def _text_asked(asked: Asked) -> Any:
    """A text that is an object of texts by column may come as JSON."""
    query = asked.values.get("q") or asked.values.get("full_text")
    if isinstance(query, str) and query.lstrip().startswith("{"):
        try:
            return asked.json("q")
        except Invalid:
            return query
    return query


def _columns(table: Resource, asked: Asked) -> list[str]:
    names = asked.names("fields")
    known = [ROW_NUMBER, *table.field_names()]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Invalid({"fields": [f'invalid value "{unknown[0]}"']})
    return list(dict.fromkeys(names)) or known


def _order(asked: Asked, types: dict[str, str]) -> tuple[tuple[str, Direction], ...]:
    found: dict[str, Direction] = {}
    for part in asked.names("sort"):
        match = _SORT.fullmatch(part) if len(part) <= LONGEST_SORT else None
        name = match["name"] if match else part
        if match is None or name not in types:
            raise Invalid({"sort": [f'invalid value "{part[:LONGEST_SORT]}"']})
        found.setdefault(name, "desc" if (match["way"] or "").lower() == "desc" else "asc")
    return tuple(found.items())


def check_known(asked: Asked, known: set[str] = KNOWN) -> None:
    """Raise Invalid for a parameter that there is not."""
    for name, value in asked.values.items():
        if name not in known and value not in (None, "", [], {}):
            raise Invalid({name: [f'invalid value "{str(value)[:100]}"']})
