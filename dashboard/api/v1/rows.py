"""Rows of a table page by page, and its measures by groups: the same questions that pages put to the release."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from dashboard.api.v1.asked import Asked
from dashboard.api.v1.cursor import digest_of, read_cursor, write_cursor
from dashboard.errors import InvalidQuery, QueryTooLarge
from dashboard.openapi.filters import measures_of
from dashboard.openapi.v1 import MOST_CELLS, MOST_GROUPS
from dashboard.package import Resource
from dashboard.query.fields import order_of
from dashboard.query.model import Filter, Measure, Query

Order = tuple[tuple[str, Literal["asc", "desc"]], ...]


def rows(asked: Asked) -> dict[str, Any]:
    """A page of rows."""
    values = asked.values
    return page_of(asked, asked.table(), asked.filters, values["fields"] or (), order_by(values["sort"] or ()))


def order_by(names: Sequence[str]) -> Order:
    """Names of fields, with a minus before one that falls; each field once.

    >>> order_by(("-a", "b", "a"))
    (('a', 'desc'), ('b', 'asc'))
    """
    found: dict[str, Literal["asc", "desc"]] = {}
    for name in names:
        found.setdefault(name.removeprefix("-"), "desc" if name.startswith("-") else "asc")
    return tuple(found.items())


def page_of(
    asked: Asked, table: Resource, filters: tuple[Filter, ...], fields: tuple[str, ...] = (), order: Order = ()
) -> dict[str, Any]:
    """A page of a table's rows under filters, in an order that its key makes whole."""
    limit, cursor = asked.values["limit"], asked.values["cursor"]
    shown = fields or tuple(table.field_names())
    whole = Query(table.name, filters=filters, order_by=order)
    names = [name for name, _ in order_of(whole, asked.package.resource)]
    digest = digest_of(asked.package.version, whole)
    after = None
    if cursor is not None:
        after = read_cursor(cursor, digest, [field for name in names if (field := table.field(name))])
    query = replace(whole, columns=tuple(dict.fromkeys([*shown, *names])), limit=limit + 1, after=after)
    found = [row for batch in asked.served.engine.stream(query) for row in batch.to_pylist()]
    page = found[:limit]
    behind = write_cursor(digest, [page[-1][name] for name in names]) if len(found) > limit else None
    return {
        "release": asked.package.version,
        "table": table.name,
        "sample": table.sample,
        "limit": limit,
        "total": asked.served.engine.count(whole) if asked.values.get("total") else None,
        "rows": [{name: row[name] for name in shown} for row in page],
        "next": asked.next(behind),
    }


def aggregate(asked: Asked) -> dict[str, Any]:
    """Measures of a table by groups. Raises QueryTooLarge where there is too much to read or to give."""
    table, values = asked.table(), asked.values
    known = measures_of(table)
    measures, by = tuple(known[name] for name in values["measure"]), values["by"] or ()
    _check_cost(table, measures, by, asked.filters)
    query = Query(table.name, measures, by, filters=asked.filters, order_by=_group_order(values["sort"], by, measures))
    limit = values["limit"]
    groups = asked.served.engine.rows(replace(query, limit=limit or MOST_GROUPS + 1))
    if len(groups) > MOST_GROUPS:
        raise QueryTooLarge(
            "There are more than {n} groups: narrow the filters, group by fewer fields, or take the first of them with "
            "`limit`.",
            n=MOST_GROUPS,
        )
    is_whole = limit is None or len(groups) < limit
    return {
        "release": asked.package.version,
        "table": table.name,
        "sample": table.sample,
        "by": by,
        "measures": [measure.name for measure in measures],
        "total": len(groups) if is_whole else asked.served.engine.count(query),
        "groups": groups,
    }


def _group_order(order: str, by: tuple[str, ...], measures: tuple[Measure, ...]) -> Order:
    names = by if order.endswith("by") else (measures[0].name,)
    return tuple((name, "desc" if order.startswith("-") else "asc") for name in names)


def _check_cost(
    table: Resource, measures: tuple[Measure, ...], by: tuple[str, ...], filters: tuple[Filter, ...]
) -> None:
    """Raise InvalidQuery where a measure and a field have one name, QueryTooLarge where too much would be read."""
    twice = [measure.name for measure in measures if measure.name in by]
    if twice:
        raise InvalidQuery("{name!r} is both a measure and a field of the groups.", name=twice[0])
    cells = table.rows * (len(measures) + len(by) + len(filters))
    if cells > MOST_CELLS:
        raise QueryTooLarge(
            "This would read {n} values, and at most {most} are read: ask for fewer measures and fields.",
            n=cells, most=MOST_CELLS,
        )  # fmt: skip
